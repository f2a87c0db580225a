"""Does one book go its whole way, by what people see, in Kazakh and in Russian?

Nothing here knows an address or a number inside: every person reads, presses and writes by
the words on the screen of a real browser, at a real portal with a real worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pipeline.day.agreeing import Officer
from tests.pipeline.day.cataloguing import Cataloguer
from tests.pipeline.day.house import House, house
from tests.pipeline.day.line import Line, line_to
from tests.pipeline.day.person import Person, person
from tests.pipeline.day.reading import Reader
from tests.pipeline.day.scanning import AT_ONCE, FOLDED, Operator, kill_the_browser
from tests.pipeline.day.story import (
    BLURRED,
    PAGES,
    STORIES,
    Story,
    catalogue_file,
    draw_page,
    scan,
)
from tests.web.browsing import browser
from web.figures import long_date

MEGABYTE = 1_000_000
PAPER = b"%PDF-1.4\n" + b"signed paper " * 40


@dataclass(frozen=True)
class Day:
    """One day in one language: the running library, the book, and where things lie."""

    house: House
    story: Story
    place: Path

    def comes(
        self, chromium: Browser, name: str = "", address: str = "", language: str = ""
    ) -> Person:
        """Somebody sits down at a browser; with a name, they sign in."""
        language = language or self.story.language
        address = address or self.house.portal.address
        somebody = person(chromium, address, language, self.place / "pictures" / language)
        if name:
            somebody.signs_in(name)
        return somebody

    def file(self, name: str, content: bytes) -> Path:
        path = self.place / name
        path.write_bytes(content)
        return path

    def officer(self, chromium: Browser, name: str) -> Officer:
        return Officer(self.comes(chromium, name), self.story, self.house.today)


@pytest.fixture(params=["kk", "ru"])
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Day]:
    with house(tmp_path / "var") as running:
        yield Day(running, STORIES[request.param], tmp_path)


def test_a_day_at_the_library(day: Day) -> None:
    scans = scan(day.story, day.place / "scans")
    with line_to(day.house.portal.port) as line:
        send_until_the_browser_dies(day, line)
        with browser() as chromium:
            operator = go_on_in_a_new_browser(day, line, chromium)
            operator.puts_in_order()
            assert day.house.pages() == [digest(each) for each in scans]
            scans[BLURRED - 1] = draw_page(day.story, BLURRED)
            operator.checks_the_pages(day.file("better.png", scans[BLURRED - 1]))
            assert day.house.pages() == [digest(each) for each in scans]
            catalogue(day, chromium)
            open_and_close(day, chromium)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def send_until_the_browser_dies(day: Day, line: Line) -> None:
    """The line breaks and comes back; it breaks again, and the browser dies with it."""
    with browser() as chromium:
        who = day.comes(chromium, "aigul", line.address)
        operator = Operator(who, line, day.story, day.place / "scans")
        operator.begins()
        line.cut_after(MEGABYTE)
        operator.chooses_the_folder()
        operator.loses_the_line()
        who.picture("02-line-lost")
        operator.gets_the_line_back()
        line.cut_after(2 * MEGABYTE)
        operator.loses_the_line()
        kill_the_browser()
    line.mend()


def go_on_in_a_new_browser(day: Day, line: Line, chromium: Browser) -> Operator:
    """The same folder is chosen again: what is here already does not travel."""
    who = day.comes(chromium, "aigul", line.address)
    operator = Operator(who, line, day.story, day.place / "scans")
    here = operator.returns()
    assert 10 < len(here) < PAGES - 10
    before, missing = line.sent, operator.weight_without(here)
    line.cut_after(MEGABYTE)
    operator.chooses_the_folder()
    operator.loses_the_line()
    operator.gets_the_line_back()
    operator.sees_all_accepted()
    who.picture("04-all-sent")
    sent = line.sent - before
    # Of the two files that were on their way when the browser died a part was here already.
    largest = missing // (PAGES - len(here))
    assert missing - AT_ONCE * largest < sent < missing + PAGES * FOLDED + AT_ONCE * largest
    return operator


def catalogue(day: Day, chromium: Browser) -> None:
    file = day.file("rabis.mrc", catalogue_file(day.story))
    cataloguer = Cataloguer(day.comes(chromium, "toibekova"), day.story, file)
    cataloguer.takes_the_records_in()
    cataloguer.links_the_scans()


def open_and_close(day: Day, chromium: Browser) -> None:
    """The agreement opens the book at every door, and its end closes every one."""
    reader = Reader(day.comes(chromium), day.story)
    reader.chooses_the_language()
    first, second = (day.officer(chromium, name) for name in ("tolegen", "samenova"))
    first.enters_the_agreement(day.file("paper.pdf", PAPER))
    first.sees_who_is_missing()
    first.adds_the_illustrator()
    reader.finds_the_description_alone()
    second.confirms()
    reader.waits_for_the_whole_book()
    reader.finds_the_word()
    doors = reader.notes_every_door()
    every = set(doors.addresses)
    assert doors.open_ones() == every
    ended = first.ends_it_yesterday()
    assert doors.shut_ones() == every
    first.who.picture("22-ended")
    reader.sees_why_it_is_closed(doors.addresses["reader"], long_date(ended, day.story.language))
