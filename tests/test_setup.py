"""Does a clone become something that runs, and are the sample books what they claim?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fontTools.ttLib import TTFont
from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "data" / "samples"
TEXTS = ROOT / "tests" / "data" / "texts"
BOOKS = sorted(told.parent.name for told in SAMPLES.glob("*/book.yaml"))
CLOSED = "zher-astyndagy-zharyq"

ALPHABETS = (
    "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    "abcdefghijklmnopqrstuvwxyz"
)
NEEDED = {*ALPHABETS, *ALPHABETS.upper(), *"0123456789«»„“”’—–-…№·.,:;!?()%+/&@ \N{NO-BREAK SPACE}"}
READERS_QUESTIONS = (
    "1937 жылы қуғын-сүргінге ұшырағандардың тізімдері",
    "Қарағандының монументалды өнері",
    "Дөскей Әлімбаев",
    "Интерьердің архитектуралық шешімі",
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def said_by(*command: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    return done.stdout


class TestLockFile:
    lock = json.loads(read(ROOT / "package-lock.json"))
    asked = json.loads(read(ROOT / "package.json"))

    def test_names_no_registry_and_pins_every_byte(self) -> None:
        packages = {name: facts for name, facts in self.lock["packages"].items() if name}
        assert packages
        for name, facts in packages.items():
            assert "resolved" not in facts, name
            assert facts["integrity"].startswith("sha512-"), name
        assert "//registry" not in json.dumps(self.lock)

    def test_is_in_step_with_what_is_asked_for(self) -> None:
        for kind in ("dependencies", "devDependencies"):
            assert self.lock["packages"][""][kind] == self.asked[kind]
            for name, version in self.asked[kind].items():
                assert self.lock["packages"][f"node_modules/{name}"]["version"] == version


class TestFrontEnd:
    @pytest.mark.parametrize("family", ["golos-text", "literata"])
    def test_cut_fonts_have_every_letter_of_three_languages(self, family: str) -> None:
        covered: set[int] = set()
        for subset in ("latin", "cyrillic", "cyrillic-ext"):
            font = TTFont(ROOT / "web" / "static" / "fonts" / f"{family}-{subset}.woff2")
            covered.update(font.getBestCmap())
            weights = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes}
            assert weights == {"wght": (400, 700)}
        assert "".join(sorted(NEEDED - set(map(chr, covered)))) == ""

    def test_fonts_keep_to_their_weight(self) -> None:
        sizes = [file.stat().st_size for file in (ROOT / "web/static/fonts").glob("*.woff2")]
        assert len(sizes) == 6
        assert sum(sizes) <= 104 * 1024

    def test_every_named_icon_and_each_licence_is_there(self) -> None:
        vendor = ROOT / "web" / "static" / "vendor"
        for name in read(ROOT / "web" / "icons.txt").split():
            assert "<svg" in read(vendor / "lucide" / f"{name}.svg")
        assert "Redistribution" in read(vendor / "openseadragon" / "LICENSE.txt")
        assert "ISC License" in read(vendor / "lucide" / "LICENSE")
        for family in ("golos-text", "literata"):
            licence = read(ROOT / "web/static/fonts" / f"{family}-LICENSE.txt")
            assert "SIL Open Font License" in licence

    def test_every_catalogue_is_compiled(self) -> None:
        for source in (ROOT / "web" / "translations").glob("*/LC_MESSAGES/*.po"):
            assert source.with_suffix(".mo").is_file(), source


class TestHabits:
    targets = frozenset(re.findall(r"^\.PHONY: (\S+)$", read(ROOT / "Makefile"), re.MULTILINE))

    def test_help_lists_every_habit(self) -> None:
        listed = set(re.findall(r"^  make (\S+) +\S", said_by("make", "help"), re.MULTILINE))
        assert listed == self.targets - {"python"}
        assert {"run", "test", "lint", "types", "bench", "docs", "clean"} <= listed

    def test_nothing_is_a_habit_without_being_declared(self) -> None:
        rules = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
        assert rules == self.targets

    def test_scripts_that_habits_run_exist(self) -> None:
        for flag, place in re.findall(r"\$\(BIN\)/python (-m )?([\w./]+)", read(ROOT / "Makefile")):
            script = ROOT / (place.replace(".", "/") if flag else place)
            found = script, script.with_suffix(".py"), script / "__main__.py"
            assert any(file.is_file() for file in found), place

    def test_the_proof_is_everything_in_order(self) -> None:
        plan = said_by("make", "--dry-run", "test")
        steps = [".ci/setup.py", "ruff check", "ruff format --check", "lint-imports"]
        places = [plan.index(step) for step in steps]
        assert places == sorted(places)
        together = [plan.index("bin/mypy"), plan.index("bin/pytest")]
        assert min(together) > max(places)

    def test_continuous_integration_is_that_same_proof(self) -> None:
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
        assert read(ROOT / ".ci" / "run").rstrip().endswith("REQUIRE_ENGINES=1 exec make test")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A tree with nothing but the set-up."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".setup").mkdir()
    return tmp_path


class TestSetUp:
    def test_stops_with_the_exact_list_of_what_is_missing(self, elsewhere: Path) -> None:
        wanted = "# a remark\nfonts-nowhere | font Nowhere.ttf | a face nobody has\n"
        (elsewhere / ".ci" / "packages-run.txt").write_text(wanted, encoding="utf-8")
        (elsewhere / "empty").mkdir()
        script = elsewhere / ".ci" / "setup.py"
        ended = subprocess.run(
            [sys.executable, script, "run"],
            env={"PATH": str(elsewhere / "empty")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 1
        assert "this system has no apt-get" in ended.stderr
        assert re.search(r"fonts-nowhere +a face nobody has", ended.stderr)
        assert not (elsewhere / ".venv").exists()

    def test_tells_an_administrator_the_exact_command(self, elsewhere: Path) -> None:
        program = (
            "import machine\n"
            "wants = [machine.Want(('one', 'other'), 'command none', 'x'),"
            " machine.Want(('two',), 'font none', 'y')]\n"
            "print(machine.advice(wants, 'nobody is root', apt=True))"
        )
        told = subprocess.run(
            [sys.executable, "-c", program],
            cwd=elsewhere / ".ci",
            capture_output=True,
            text=True,
            check=True,
        )
        command = "apt-get update && apt-get install -y --no-install-recommends one two"
        assert f"  {command}\n" in told.stdout

    def test_a_stage_is_done_until_what_it_needs_changes(self, elsewhere: Path) -> None:
        program = """
import setup
stage = setup.Stage("copy", "a copy", ["a.txt"], ["b.txt"], [["cp", "a.txt", "b.txt"]])
source, copy = setup.ROOT / "a.txt", setup.ROOT / "b.txt"
source.write_text("1")
seen = [stage.done]
setup.carry_out(stage)
seen.append(stage.done)
source.write_text("2")
seen.append(stage.done)
setup.carry_out(stage)
seen.append(copy.read_text() == "2" and stage.done)
copy.unlink()
seen.append(stage.done)
print(seen)
"""
        told = subprocess.run(
            [sys.executable, "-c", program],
            cwd=elsewhere / ".ci",
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.splitlines()[-1] == "[False, True, False, True, False]"


def description(book: str) -> dict[str, Any]:
    told = yaml.safe_load(read(SAMPLES / book / "book.yaml"))
    assert isinstance(told, dict)
    return told


def pages(book: str) -> list[Path]:
    return sorted((SAMPLES / book).glob("*.jpg"))


def printed(book: str, page: Path) -> str:
    """What is printed on a page, divided words joined, one space between words."""
    return " ".join(read(TEXTS / book / f"{page.stem}.txt").replace("¬\n", "").split())


class TestSampleBooks:
    def test_are_small(self) -> None:
        assert sum(file.stat().st_size for file in SAMPLES.rglob("*")) <= 6 * 1024 * 1024

    @pytest.mark.parametrize("book", BOOKS)
    def test_pages_are_grey_scans_that_know_their_resolution(self, book: str) -> None:
        for page in pages(book):
            with Image.open(page) as image:
                assert image.mode == "L"
                assert image.info["dpi"] == (300, 300)

    @pytest.mark.parametrize("book", BOOKS)
    def test_contents_stand_where_they_say(self, book: str) -> None:
        told = description(book)
        by_label = dict(zip(told["labels"], pages(book), strict=True))
        assert len(by_label) == len(told["labels"])
        places = [told["labels"].index(chapter["page"]) for chapter in told["contents"]]
        assert places == sorted(places)
        for chapter in told["contents"]:
            assert chapter["title"] in printed(book, by_label[chapter["page"]])

    @pytest.mark.parametrize("book", BOOKS)
    def test_running_text_is_full_of_divided_words(self, book: str) -> None:
        for page in pages(book):
            text = read(TEXTS / book / f"{page.stem}.txt")
            lines = text.splitlines()
            assert len(lines) < 22 or sum(line.endswith("¬") for line in lines) >= 6, page
            assert not text.rstrip().endswith("¬")

    def test_the_kazakh_book_answers_the_readers_questions(self) -> None:
        book = "komirli-olke"
        assert len(pages(book)) >= 12
        whole = " ".join(printed(book, page) for page in pages(book))
        for question in READERS_QUESTIONS:
            assert question in whole
        forms = {word.lower() for word in re.findall(r"\bкөмір\w*", whole, re.IGNORECASE)}
        assert len(forms) >= 10

    def test_canaries_are_on_their_pages_and_nowhere_else(self) -> None:
        told = description(CLOSED)
        by_label = dict(zip(told["labels"], pages(CLOSED), strict=True))
        canaries = yaml.safe_load(read(ROOT / "tests/data/canaries.yaml"))[CLOSED]
        assert list(canaries) == told["labels"]
        open_text = " ".join(printed(b, p) for b in BOOKS if b != CLOSED for p in pages(b)).lower()
        open_text += read(SAMPLES / CLOSED / "book.yaml").lower()
        for label, words in canaries.items():
            for word in (words["drawn"], *words["text"]):
                assert word in printed(CLOSED, by_label[label])
                assert word.lower() not in open_text
            with Image.open(by_label[label]) as scan:
                in_exif, in_xmp = words["tagged"]
                assert scan.getexif()[ExifTags.Base.ImageDescription] == in_exif
                assert f"<dc:source>{in_xmp}</dc:source>".encode() in scan.info["xmp"]
