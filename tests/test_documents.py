"""Do the documents name only what exists, and all that must be documented?"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from storage.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
HABIT = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)")
SETTING = re.compile(rf"\b{PREFIX}[A-Z_]+\b")
CODE = re.compile(r"`([^`\n]+)`")
# A path of ours: it begins with one of our folders and goes on.
OURS = re.compile(r"(?:\.ci|archive|docs|schemas|storage|tests|web|workers)/[\w./-]+\Z")
PACKAGE = re.compile(r"(?:archive|schemas|storage|web|workers)(?:\.\w+)+\Z")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
LONGEST_DECISION = 260  # words: half a page


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def missing_paths(text: str) -> list[str]:
    """The paths and modules named in a text that are not there."""
    named = CODE.findall(text)
    paths = [name for name in named if OURS.match(name) and not (ROOT / name).exists()]
    modules = [name for name in named if PACKAGE.match(name) and not is_module(name)]
    return paths + modules


def is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
class TestDocument:
    def test_links_lead_somewhere(self, document: Path) -> None:
        for target in LINK.findall(read(document)):
            assert (document.parent / target).exists(), target

    def test_habits_are_in_the_makefile(self, document: Path) -> None:
        makefile = read(ROOT / "Makefile")
        habits = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
        assert set(HABIT.findall(read(document))) <= habits

    def test_settings_are_settings(self, document: Path) -> None:
        known = {PREFIX + field.name.upper() for field in fields(Settings)}
        assert set(SETTING.findall(read(document))) - {PREFIX} <= known

    def test_paths_and_modules_exist(self, document: Path) -> None:
        assert missing_paths(read(document)) == []


class TestArchitecture:
    TEXT = read(ROOT / "docs" / "architecture.md")

    def test_it_names_the_rooms(self) -> None:
        """The check of paths would pass an empty page."""
        assert len({name for name in CODE.findall(self.TEXT) if OURS.match(name)}) > 40

    def test_a_path_that_is_gone_would_be_seen(self) -> None:
        text = "`archive/rights.py` `archive/gone.py` `workers.queue` `workers.gone` `web/views`"
        assert missing_paths(text) == ["archive/gone.py", "workers.gone"]

    @pytest.mark.parametrize("folder", ["archive", "schemas", "storage", "web", "workers"])
    def test_every_folder_of_code_has_its_place(self, folder: str) -> None:
        folders = {f"{folder}/{place.parent.name}" for place in (ROOT / folder).glob("*/*.py")}
        told = {name for name in folders if re.search(rf"`{re.escape(name)}[/`]", self.TEXT)}
        assert folders - told == set()


class TestDecisions:
    @pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
    def test_it_has_context_choice_and_consequence(self, decision: Path) -> None:
        text = read(decision)
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == [
            "Context", "Choice", "Consequence"
        ]  # fmt: skip
        assert text.startswith(f"# {decision.name[:4]} ")
        assert len(text.split()) <= LONGEST_DECISION

    def test_they_are_numbered_without_a_gap(self) -> None:
        assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))

    def test_the_list_has_each_by_its_title(self) -> None:
        index = read(ROOT / "docs" / "decisions" / "README.md")
        told = re.findall(r"^- \[(.+)\]\((.+)\)$", index, re.MULTILINE)
        real = [(read(path).splitlines()[0].removeprefix("# "), path.name) for path in DECISIONS]
        assert told == real


class TestSettings:
    ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| `(.+?)` \| (.+) \|$", re.MULTILINE)
    ROWS = ROW.findall(read(ROOT / "docs" / "settings.md").replace("| |", "|  |"))

    def test_each_has_its_row_in_the_order_of_the_code(self) -> None:
        assert [row[0] for row in self.ROWS] == [PREFIX + f.name.upper() for f in fields(Settings)]

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
    def test_its_default_is_that_of_the_code(self, row: tuple[str, ...]) -> None:
        name, told, _, meaning = row
        default = getattr(Settings(), name.removeprefix(PREFIX).lower())
        if name == "SANDYQ_PROCESSES":
            assert told == "number of cores"
        else:
            assert told.strip("`") == ("" if default is None else str(default))
        assert len(meaning) > 20

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
    def test_its_example_is_taken_and_is_another(self, row: tuple[str, ...]) -> None:
        name, default, example, _ = row
        field = name.removeprefix(PREFIX).lower()
        settings = Settings.from_environment({name: example})
        assert str(getattr(settings, field)) == example
        assert example != default.strip("`")
        assert settings.zone

    @pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
    def test_the_code_says_it_too(self, field: object) -> None:
        assert field.metadata["help"]  # type: ignore[attr-defined]


class TestChanges:
    def test_the_newest_is_this_version(self) -> None:
        project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
        versions = re.findall(r"^## (\S+)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
        assert versions[0] == project["version"]
