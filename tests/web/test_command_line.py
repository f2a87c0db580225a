"""Does the command line do what its help and its document say, in three languages?"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy import select

from archive.representations import PageText
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Broken, Refused, Transient
from storage.opening import open_storage
from storage.settings import Settings
from tests.sample_home import CLOSED_BOOK, KAZAKH_BOOK, environment, file_of, settings_for
from web.cli import office
from web.cli.main import command_line, exit_code, main
from web.cli.speech import Speech
from web.language import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
SECTIONS = {
    part.split(maxsplit=1)[0]: part for part in re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]
}
EXAMPLE = re.compile(r"^sandyq (.+)$", re.MULTILINE)


def commands(language: str = "en") -> dict[str, click.Command]:
    group = command_line(Settings(language=language), Speech(language))
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


NAMES = sorted(commands())


def options_of(command: click.Command) -> list[click.Option]:
    """The options of a command and of those below it, but for those that have no word."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = [each for each in command.params if isinstance(each, click.Option)]
    return own + [option for each in below for option in options_of(each)]


def example_in_help(command: click.Command) -> list[str]:
    """The words after `sandyq` in the last line of a command's help."""
    assert command.help is not None
    _, _, example = command.help.rpartition("sandyq ")
    return shlex.split(example)


def parsed(words: list[str]) -> dict[str, Any]:
    """What the command understands of these words; nothing is run."""
    name, *arguments = words
    command = commands()[name]
    with command.make_context(name, arguments) as context:
        return context.params


class TestHelp:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", NAMES)
    def test_every_command_has_an_example_that_it_understands(
        self, name: str, language: str
    ) -> None:
        words = example_in_help(commands(language)[name])
        assert words[0] == name
        assert parsed(words) is not None

    @pytest.mark.parametrize("name", NAMES)
    def test_help_is_another_in_each_language(self, name: str) -> None:
        told = [commands(language)[name].help for language in LANGUAGES]
        assert len(set(told)) == len(LANGUAGES)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_option_is_explained_in_each_language(self, name: str) -> None:
        """But for an option whose choices explain it."""
        for language in LANGUAGES:
            for option in commands(language)[name].params:
                if isinstance(option, click.Option) and option.name != "wanted":
                    assert option.help, (language, option.name)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_exit_codes_are_told(self, language: str) -> None:
        told = command_line(Settings(), Speech(language)).help
        assert told is not None
        assert [code for code in "01234" if f" {code} " in told] == list("01234")


def test_a_command_is_loaded_alone() -> None:
    """To load all of them takes longer than most of them run."""
    told = """
import atexit, sys, web.cli
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv = ["sandyq", "search", "--help"]
web.cli.main()
"""
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    loaded = set(ended.stderr.split())
    assert "web.cli.looking" in loaded
    assert not loaded & {"web.cli.doctor", "web.cli.serving", "pytesseract", "numpy"}


class TestDocument:
    def test_every_command_has_its_section(self) -> None:
        assert set(NAMES) <= set(SECTIONS)
        assert set(SECTIONS) - set(NAMES) == {"Exit"}

    @pytest.mark.parametrize("name", NAMES)
    def test_every_option_is_named_and_no_other(self, name: str) -> None:
        real = {word for option in options_of(commands()[name]) for word in option.opts}
        told = set(re.findall(r"`(--[a-z][a-z-]*)", SECTIONS[name]))
        assert told - {"--rights", "--level"} == real - {"--rights", "--level"}
        assert {"--rights", "--level"} & real <= told

    @pytest.mark.parametrize("name", NAMES)
    def test_every_choice_is_named(self, name: str) -> None:
        for option in options_of(commands()[name]):
            if isinstance(option.type, click.Choice):
                missing = [each for each in option.type.choices if f"`{each}`" not in DOCUMENT]
                assert missing == []

    @pytest.mark.parametrize("name", NAMES)
    def test_its_example_is_the_one_of_the_help(self, name: str) -> None:
        (example,) = EXAMPLE.findall(SECTIONS[name])
        assert shlex.split(example) == example_in_help(commands()[name])

    def test_the_example_of_a_book_file_is_one(self) -> None:
        from schemas.book_file import read_book_yaml  # noqa: PLC0415

        (text,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
        assert read_book_yaml(text, "book.yaml").title == yaml.safe_load(text)["title"]

    def test_exit_codes_are_those_of_the_code(self) -> None:
        told = dict(re.findall(r"^\| (\d) \| (.+) \|$", SECTIONS["Exit"], re.MULTILINE))
        names = {"DONE": "done", "UNEXPECTED": "unexpected", "MISUSED": "misused",
                 "PARTLY_REFUSED": "part of the input", "NOT_NOW": "not now"}  # fmt: skip
        for name, words in names.items():
            assert words in told.pop(str(getattr(office, name)))
        assert told == {}

    @pytest.mark.parametrize(
        ("failure", "code"), [(Refused("a"), 2), (Transient("a"), 4), (Broken("a"), 1)]
    )
    def test_each_family_of_failure_has_its_code(self, failure: Any, code: int) -> None:
        assert exit_code(failure) == code


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Run the command line of this process on a home folder."""

    def run(settings: Settings, *words: str | Path, **also: str) -> Ended:
        for name, value in (environment(settings) | also).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["sandyq", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def sandyq(run_in: Run, own_sample_books: Path) -> Run:
    """Run a command on a copy of the sample library."""
    settings = settings_for(own_sample_books)
    return partial(run_in, settings)


@pytest.fixture
def empty(run_in: Run, tmp_path: Path) -> Run:
    """Run a command on an empty library."""
    return partial(run_in, settings_for(tmp_path / "var"))


def work_called(sandyq: Run, title: str) -> str:
    (name,) = (book["work"] for book in sandyq("status", "--json").value if book["title"] == title)
    return str(name)


class TestLooking:
    def test_status(self, sandyq: Run) -> None:
        ended = sandyq("status")
        assert ended.code == 0
        assert f"{KAZAKH_BOOK}: 16 of 16 pages have a text" in ended.out
        books = sandyq("status", "--json").value
        assert [book["complete"] for book in books] == [True, True, True]
        one = sandyq("status", books[0]["work"], "--json")
        assert (one.code, one.value) == (0, books[:1])

    def test_status_of_an_empty_library(self, empty: Run) -> None:
        assert empty("status").out == "There are no books yet.\n"
        assert empty("status", "--json").value == []

    def test_status_of_a_work_that_is_not_here(self, sandyq: Run) -> None:
        ended = sandyq("status", "nowhere9")
        assert ended.code == 2
        assert "There is no such book" in ended.err

    def test_search_gives_boxes_and_the_closed_book_gives_none(self, sandyq: Run) -> None:
        found = sandyq("search", "көмір", "--json").value
        assert found["pages"] > 5
        best = found["found"][0]
        assert best["title"] == KAZAKH_BOOK
        assert best["boxes"]
        assert "көмір" in best["snippet"].casefold()
        closed = sandyq("search", "Жер астындағы жарық", "--json").value
        (line,) = (line for line in closed["found"] if line["title"] == CLOSED_BOOK)
        assert (line["page"], line["pages"], line["snippet"], line["boxes"]) == (None, 0, "", [])

    def test_the_examples_question(self, sandyq: Run) -> None:
        ended = sandyq(*example_in_help(commands()["search"]))
        assert ended.code == 0
        assert re.match(r"Pages: [1-9]\d*, documents: [1-9]", ended.out)


class TestExport:
    @pytest.mark.parametrize(
        ("wanted", "files", "begins"),
        [
            ("pdf", 1, b"%PDF-1.7"),
            ("pdf-small", 1, b"%PDF-1.7"),
            ("manifest", 1, b"{"),
            ("hocr", 16, b"<?xml"),
            ("alto", 16, b"<?xml"),
            ("text", 16, b""),
        ],
    )
    def test_each_format(
        self, sandyq: Run, tmp_path: Path, wanted: str, files: int, begins: bytes
    ) -> None:
        work, to = work_called(sandyq, KAZAKH_BOOK), tmp_path / "export"
        ended = sandyq("export", work, "--format", wanted, "--to", to)
        assert ended.code == 0
        written = sorted(to.iterdir())
        assert ended.out.split("\n")[:-1] == [str(file) for file in written]
        assert len(written) == files
        assert all(file.read_bytes().startswith(begins) for file in written)
        assert all(file.stat().st_size > 0 for file in written)

    def test_a_manifest_has_the_address_of_the_settings(
        self, run_in: Run, own_sample_books: Path, tmp_path: Path
    ) -> None:
        settings = settings_for(own_sample_books, base_url="https://archive.example")
        work = work_called(partial(run_in, settings), KAZAKH_BOOK)
        run_in(settings, "export", work, "--format", "manifest", "--to", tmp_path)
        text = (tmp_path / f"{work}.json").read_text(encoding="utf-8")
        assert "sandyq.invalid" not in text
        address = f"https://archive.example/iiif/presentation/3/{work}/manifest.json"
        assert json.loads(text)["id"] == address

    def test_a_withheld_page_is_left_out_and_its_pdf_is_not_there_yet(
        self, sandyq: Run, tmp_path: Path
    ) -> None:
        work, to = work_called(sandyq, KAZAKH_BOOK), tmp_path / "export"
        sandyq("export", work, "--format", "text", "--to", to)
        page = sorted(to.iterdir())[4].stem.partition("-")[2]
        assert sandyq("withhold", page, "--until", "2999-12-31").code == 0
        shutil.rmtree(to)
        sandyq("export", work, "--format", "text", "--to", to)
        assert [file for file in to.iterdir() if page in file.name] == []
        assert len(list(to.iterdir())) == 15
        ended = sandyq("export", work, "--format", "pdf", "--to", to)
        assert (ended.code, ended.err.startswith("This is still being prepared.")) == (4, True)
        assert sandyq("withhold", page, "--release").code == 0
        assert sandyq("export", work, "--format", "pdf", "--to", to).code == 0

    def test_a_work_that_is_not_here(self, sandyq: Run, tmp_path: Path) -> None:
        assert sandyq("export", "nowhere9", "--to", tmp_path).code == 2


class TestRights:
    def test_show_change_and_search_at_once(self, sandyq: Run) -> None:
        work = work_called(sandyq, CLOSED_BOOK)
        shown = sandyq("rights", work).value
        assert shown["level"] == "everybody"
        assert shown["until"] < "2026"
        opened = sandyq("rights", work, "--until", "never").value
        assert opened == {**shown, "until": None}
        lines = sandyq("search", "Жер астындағы жарық", "--json").value["found"]
        assert [line["boxes"] != [] for line in lines if line["title"] == CLOSED_BOOK] == [True]
        closed = sandyq("rights", work, "--level", "nobody").value
        assert closed["level"] == "nobody"
        assert sandyq("rights", work).value == closed

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["nowhere9"], "There is no such book"),
            (["{work}", "--until", "tomorrow"], "tomorrow"),
            (["{work}", "--level", "all"], "all"),
            (["{work}", "--rights", "https://example.org"], "https://example.org"),
        ],
    )
    def test_nonsense_changes_nothing(self, sandyq: Run, words: list[str], told: str) -> None:
        work = work_called(sandyq, KAZAKH_BOOK)
        before = sandyq("rights", work).value
        ended = sandyq("rights", *(word.format(work=work) for word in words))
        assert ended.code == 2
        assert told in ended.err
        assert sandyq("rights", work).value == before

    def test_withholding_a_page_that_is_not_here(self, sandyq: Run) -> None:
        assert sandyq("withhold", "nowhere9").code == 2


class TestDoingAgain:
    def test_a_sweep_of_a_library_at_rest_finds_nothing(self, sandyq: Run) -> None:
        ended = sandyq("sweep")
        assert (ended.code, ended.out) == (0, "Woken: 0, set aside for a person: 0\n")

    def test_redo_makes_the_steps_due(self, sandyq: Run) -> None:
        work = work_called(sandyq, KAZAKH_BOOK)
        ended = sandyq("redo", work, "--step", "derive")
        assert (ended.code, ended.out) == (0, "Steps to be done again: 16\n")
        (book,) = sandyq("status", work, "--json").value
        assert book["complete"] is False

    def test_redo_of_what_is_not_here(self, sandyq: Run) -> None:
        assert sandyq("redo", "nowhere9").code == 2

    def test_reindex_gives_the_same_answers(self, sandyq: Run, own_sample_books: Path) -> None:
        before = sandyq("search", "көмір", "--json").value
        shutil.rmtree(own_sample_books / "index")
        assert sandyq("search", "көмір", "--json").value["pages"] == 0
        assert sandyq("reindex").code == 0
        assert sandyq("search", "көмір", "--json").value == before

    def test_reindex_tells_of_pages_whose_words_are_lost(
        self, sandyq: Run, own_sample_books: Path
    ) -> None:
        storage = open_storage(settings_for(own_sample_books), SEARCH_SCHEMA)
        with storage.rows.reading() as session:
            text = session.scalars(select(PageText).limit(1)).one()
            file_of(storage, text.words.content_key).unlink()
        storage.close()
        ended = sandyq("reindex")
        assert ended.code == 3
        assert "Pages left out of the index, as their words cannot be read: 1." in ended.err


class TestIngest:
    def test_a_file_that_is_refused_does_not_stop_the_rest(
        self, empty: Run, tmp_path: Path
    ) -> None:
        scans = tmp_path / "scans"
        sample = ROOT / "tests" / "data" / "samples" / "industrialnaya-karaganda"
        shutil.copytree(sample, scans)
        (scans / "0003.tif").write_text("not an image")
        ended = empty("ingest", scans, "--json")
        assert ended.code == 3
        (book,) = ended.value
        assert (book["added"], [each["file"] for each in book["refused"]]) == (2, ["0003.tif"])
        again = empty("ingest", scans, "--json").value[0]
        assert (again["added"], again["unchanged"], again["work"]) == (0, 2, book["work"])

    @pytest.mark.parametrize("words", [["nowhere"], ["."], ["--title", "А"]])
    def test_misuse(self, empty: Run, words: list[str], tmp_path: Path) -> None:
        place = [str(tmp_path / word) if word in {"nowhere", "."} else word for word in words]
        assert empty("ingest", *place).code == 2


class TestExitCodes:
    @pytest.mark.parametrize("words", [["dance"], ["status", "--loud"], ["search"], ["export"]])
    def test_misuse(self, empty: Run, words: list[str]) -> None:
        assert empty(*words).code == 2

    @pytest.mark.parametrize("name", ["SANDYQ_PORT", "SANDYQ_PROT"])
    def test_a_bad_setting_is_misuse(self, empty: Run, name: str) -> None:
        ended = empty("status", **{name: "eighty"})
        assert ended.code == 2
        assert name in ended.err

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_refusal_speaks_the_language_of_the_settings(
        self, run_in: Run, tmp_path: Path, language: str
    ) -> None:
        ended = run_in(settings_for(tmp_path / "var", language=language), "rights", "nowhere9")
        assert ended.code == 2
        assert Speech(language).reason("not-found", {"name": "nowhere9"}) in ended.err
