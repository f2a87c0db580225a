"""Does the handbook say what is on the screen, alike in both languages, with its pictures?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.handbook.draw import FOLDER, IMAGES, LANGUAGES
from tests.handbook.studio import LARGEST, SUFFIX, WIDTH
from tests.sample_home import settings_for
from web.app import create_app
from web.portal import Portal

HANDBOOK = FOLDER.parent
TRANSLATIONS = HANDBOOK.parents[1] / "web" / "translations"
DESKS = ("operator", "cataloguer", "rights-officer")
BOOKS = [(language, desk) for language in LANGUAGES for desk in DESKS]

BOLD = re.compile(r"\*\*(.+?)\*\*")
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")
SECTION = re.compile(r'<a id="([a-z-]+)"></a>\n\n## (.+)\n')
STEP = re.compile(r"^(\d+)\. ", re.MULTILINE)
ADDRESS = re.compile(r"`(/[\w/.-]*)`")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
AROUND = " .,:…"


@dataclass(frozen=True)
class Section:
    """One task: its name in both languages, its title, the numbers of its steps, its pictures."""

    name: str
    title: str
    steps: tuple[int, ...]
    pictures: tuple[str, ...]


def read(language: str, desk: str) -> str:
    return (HANDBOOK / language / f"{desk}.md").read_text(encoding="utf-8")


def sections(text: str) -> list[Section]:
    _before, *parts = SECTION.split(text)
    return [
        Section(
            name,
            title,
            tuple(int(number) for number in STEP.findall(body)),
            tuple(Path(target).stem for _alt, target in PICTURE.findall(body)),
        )
        for name, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


@cache
def on_screen(language: str) -> frozenset[str]:
    """Every sentence of the interface, without what is put into it and the marks around it."""
    file = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        told = [message.string for message in read_po(opened) if message.id]
    texts = [text for each in told for text in ([each] if isinstance(each, str) else each or ())]
    return frozenset(bare(text) for text in texts)


def bare(text: str) -> str:
    return PLACEHOLDER.sub("", text).strip(AROUND)


def not_on_screen(text: str, language: str) -> list[str]:
    known = on_screen(language)
    return [words for words in BOLD.findall(text) if bare(words) not in known]


def unknown_pictures(text: str) -> list[str]:
    return [
        target
        for _alt, target in PICTURE.findall(text)
        if Path(target).stem not in IMAGES or Path(target).suffix != SUFFIX
    ]


def different(one: Sequence[Section], other: Sequence[Section]) -> list[str]:
    """The sections that are not the same task in the same steps with the same pictures."""
    if [each.name for each in one] != [each.name for each in other]:
        return ["the sections or their order"]
    return [
        a.name
        for a, b in zip(one, other, strict=True)
        if (a.steps, a.pictures) != (b.steps, b.pictures)
    ]


def badly_numbered(found: Iterable[Section]) -> list[str]:
    return [each.name for each in found if list(each.steps) != list(range(1, len(each.steps) + 1))]


def without_route(text: str, routes: MapAdapter) -> list[str]:
    return [address for address in ADDRESS.findall(text) if not leads_somewhere(address, routes)]


def leads_somewhere(address: str, routes: MapAdapter) -> bool:
    try:
        routes.match(address)
    except NotFound:
        return False
    except (MethodNotAllowed, RequestRedirect):
        return True
    return True


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    app = create_app(settings_for(tmp_path_factory.mktemp("routes") / "var"))
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    portal.storage.close()
    return app.url_map.bind("localhost")


@pytest.mark.parametrize(("language", "desk"), BOOKS)
class TestBook:
    def test_bold_words_are_on_the_screen(self, language: str, desk: str) -> None:
        assert not_on_screen(read(language, desk), language) == []

    def test_its_pictures_are_there_and_in_its_language(self, language: str, desk: str) -> None:
        text = read(language, desk)
        assert unknown_pictures(text) == []
        targets = [target for _alt, target in PICTURE.findall(text)]
        assert {Path(target).parent.as_posix() for target in targets} == {f"../images/{language}"}
        assert [each for each in targets if not (HANDBOOK / language / each).exists()] == []

    def test_every_heading_is_a_section_with_steps(self, language: str, desk: str) -> None:
        text = read(language, desk)
        found = sections(text)
        assert [each.title for each in found] == re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert badly_numbered(found) == []
        assert [each.name for each in found if len(each.steps) < 2] == []

    def test_addresses_lead_somewhere(self, language: str, desk: str, routes: MapAdapter) -> None:
        assert without_route(read(language, desk), routes) == []


@pytest.mark.parametrize("desk", DESKS)
def test_both_languages_tell_the_same_tasks(desk: str) -> None:
    kazakh, russian = (sections(read(language, desk)) for language in LANGUAGES)
    assert len(kazakh) > 8
    assert different(kazakh, russian) == []


@pytest.mark.parametrize("language", LANGUAGES)
class TestPictures:
    def test_all_are_kept_and_no_other(self, language: str) -> None:
        kept = {file.name for file in (FOLDER / language).iterdir()}
        assert kept == {name + SUFFIX for name in IMAGES}

    def test_all_are_used(self, language: str) -> None:
        used = {
            Path(target).stem
            for desk in DESKS
            for _alt, target in PICTURE.findall(read(language, desk))
        }
        assert used == IMAGES

    def test_they_are_small(self, language: str) -> None:
        for file in (FOLDER / language).iterdir():
            assert file.stat().st_size <= LARGEST, file.name
            with Image.open(file) as image:
                assert image.width <= WIDTH, file.name


class TestTheChecksThemselves:
    """Each of them, shown something wrong."""

    def test_words_that_are_not_on_the_screen(self) -> None:
        assert not_on_screen("**Войти** и **Залогиниться**", "ru") == ["Залогиниться"]
        assert not_on_screen("**Войти**", "kk") == ["Войти"]

    def test_words_around_a_value_and_before_a_mark(self) -> None:
        assert not_on_screen("**бетті қабылдау**, **Байланыс үзілді.**", "kk") == []

    def test_a_picture_that_nobody_takes(self) -> None:
        text = "![a](../images/kk/board.webp) ![b](../images/kk/board.png) ![c](x/none.webp)"
        assert unknown_pictures(text) == ["../images/kk/board.png", "x/none.webp"]

    def test_sections_that_differ(self) -> None:
        one = Section("a", "A", (1, 2), ("x",))
        assert different([one], [one]) == []
        assert different([one], [Section("a", "А", (1, 2, 3), ("x",))]) == ["a"]
        assert different([one], [Section("a", "А", (1, 2), ("y",))]) == ["a"]
        assert different([one], [Section("b", "А", (1, 2), ("x",))]) != []

    def test_steps_that_are_badly_numbered(self) -> None:
        text = '<a id="a"></a>\n\n## A\n\n1. x\n3. y\n'
        assert badly_numbered(sections(text)) == ["a"]

    def test_an_address_that_is_not_there(self, routes: MapAdapter) -> None:
        assert without_route("`/oai` `/desk/work` `/desk/nowhere`", routes) == ["/desk/nowhere"]
