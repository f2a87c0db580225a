"""A word broken between two pages, from the scans to every door, with real Tesseract.

The pages have what stands between the halves in a printed book: page numbers at the foot,
running heads above. The drawn boxes are the instrument; nothing is told to the pipeline.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive.handover import Description
from archive.migrations import upgrade
from archive.representations import Page
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.withholding import release_page, withhold_page
from archive.words import Box
from storage.settings import Settings
from tests.pipeline.closed_library import Clock, work_off
from tests.pipeline.crawl import Address, fetch, with_question
from tests.pipeline.inventory import Book, Leaf, portal_of, take_inventory
from tests.workers.drawn_page import Sheet
from web.app import create_app
from web.deposit import Handover, keep_file, register_book
from workers.queue import open_queue
from workers.workshop import Workshop

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TITLE = "Қала тарихы"
WHOLE, HALF, REST = "өнеркәсіптік", "өнеркә", "сіптік"
NEAR = 12  # px: recognition draws its boxes a little wider or narrower than the ink

FIRST = (
    "Қарағанды көмір бассейні туралы",
    "алғашқы деректер өткен ғасырда",
    "жазылған. Осы жерде салынған үлкен",
    f"шахталар мен жаңа {HALF}-",
)
SECOND = (
    f"{REST} орталықтар туралы бұл кітапта",
    "кеңінен айтылады. Оқырмандар үшін",
    "суреттер мен карталар берілген.",
)
THIRD = ("Келесі тарау театр мен музейлер", "тарихын баяндайды.")
HEAD = "ҚАЛАНЫҢ ТАРИХЫ"


@dataclass(frozen=True)
class Library:
    """A book of three pages, worked off in this process, and the portal that shows it."""

    workshop: Workshop
    app: Flask
    sheets: tuple[Sheet, ...]

    @property
    def book(self) -> Book:
        return take_inventory(self.app).called(TITLE)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(self.book.leaves)

    def get(self, path: str, **asked: str) -> str:
        [answer] = fetch(self.app.test_client(), [Address("", with_question(path, **asked))])
        assert answer.status in {200, 403}, path
        return answer.body.decode()

    def reader(self, place: int, q: str) -> str:
        return self.get(f"/works/{self.book.work}/pages/{self.leaves[place].name}", q=q)

    def boxes(self, q: str) -> list[tuple[str, Box]]:
        """Page and box of each place that IIIF Content Search gives."""
        answer = json.loads(self.get(f"/iiif/search/2/{self.book.work}", q=q))
        found = re.findall(r'/([a-z0-9]+)#xywh=(\d+),(\d+),(\d+),(\d+)"', json.dumps(answer))
        return [(page, Box(*map(int, box))) for page, *box in found]

    def withhold(self, place: int) -> None:
        with self.workshop.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == self.leaves[place].name)).one()
            withhold_page(session, page, until=None, now=NOW, agent="tester")

    def release(self, place: int) -> None:
        with self.workshop.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == self.leaves[place].name)).one()
            release_page(session, page, now=NOW, agent="tester")


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    sheets = tuple(
        Sheet(1100, 800).column(320, 60, head).column(90, 150, *text).column(520, 700, number)
        for head, text, number in ((HEAD, FIRST, "44"), (HEAD, SECOND, "45"), (HEAD, THIRD, "46"))
    )
    workshop = Workshop(settings, open_queue(settings), now=lambda: NOW)
    upgrade(workshop.storage.rows)
    files = []
    for number, sheet in enumerate(sheets, start=1):
        path = tmp_path / f"{number}.png"
        sheet.image.save(path, dpi=(300, 300))
        files.append(keep_file(workshop.storage.blobs, path))
    _, pages = register_book(
        workshop.storage,
        workshop.queue,
        Handover(
            Description(title=TITLE, rights=Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY)),
            str(tmp_path),
            "tester",
        ),
        files,
        now=workshop.now,
        today=workshop.today(),
        chance=random.Random(1),
    )
    list(pages)
    work_off(workshop)
    app = create_app(settings, now=Clock(NOW))
    yield Library(workshop, app, sheets)
    portal_of(app).storage.close()
    workshop.storage.close()


def drawn(sheet: Sheet, text: str) -> Box:
    [box] = [word.box for word in sheet.page().words() if word.text.strip("-") == text]
    return box


def is_near(found: Box, wanted: Box) -> bool:
    pairs = (
        (found.x, wanted.x),
        (found.y, wanted.y),
        (found.right, wanted.right),
        (found.bottom, wanted.bottom),
    )
    return all(abs(one - other) <= NEAR for one, other in pairs)


def marked(page: str) -> list[str]:
    """The marked words of the text beside the page's image."""
    return [re.sub(r"<.*?>", "", each) for each in re.findall(r"<mark.*?>(.*?)</mark>", page)]


def found_at(library: Library, q: str) -> set[str]:
    """The doors that tell that something was found."""
    told = set()
    if 'class="hit"' in library.get("/search", q=q):
        told.add("results")
    if library.boxes(q):
        told.add("search inside")
    if any(marked(library.reader(place, q)) for place in range(3)):
        told.add("reader")
    if q in library.get("/suggest", q=q[:-1]):
        told.add("suggest")
    if q in library.get(f"/iiif/autocomplete/2/{library.book.work}", q=q[:-1]):
        told.add("autocomplete")
    return told


EVERY_DOOR = {"results", "search inside", "reader", "suggest", "autocomplete"}


def test_the_whole_word_is_found_and_marked_on_both_pages(library: Library) -> None:
    [(page, box)] = library.boxes(WHOLE)
    assert page == library.leaves[0].name
    assert is_near(box, drawn(library.sheets[0], HALF)), box
    results = library.get("/search", q=WHOLE)
    assert marked(results) == [HALF], results
    first, second, third = (library.reader(place, WHOLE) for place in range(3))
    assert marked(first)[-1] == f"{HALF}-"
    assert marked(second)[-1] == REST
    rects = re.findall(
        r'<rect x="(-?\d+)" y="(-?\d+)" width="(\d+)" height="(\d+)" rx="(\d+)"', second
    )
    [mark] = rects
    x, y, w, h, _ = map(int, mark)
    assert abs(x + w // 2 - _middle(drawn(library.sheets[1], REST))[0]) <= NEAR
    assert abs(y + h // 2 - _middle(drawn(library.sheets[1], REST))[1]) <= NEAR
    assert REST not in marked(third)
    assert found_at(library, WHOLE) == EVERY_DOOR
    # forms and other alphabets find it too
    assert library.boxes("онеркасиптик") == library.boxes(WHOLE)


def _middle(box: Box) -> tuple[int, int]:
    return box.x + box.w // 2, box.y + box.h // 2


def test_a_withheld_page_is_told_of_at_no_door_of_its_neighbour(library: Library) -> None:
    assert found_at(library, WHOLE) == EVERY_DOOR
    assert WHOLE in everything(library)
    library.withhold(1)
    assert found_at(library, WHOLE) == set()  # at once
    assert found_at(library, REST) == set()
    assert WHOLE not in everything(library)
    work_off(library.workshop)
    assert found_at(library, WHOLE) == set()
    assert WHOLE not in everything(library)
    assert "search inside" in found_at(library, "бассейні")  # the open page is found
    library.release(1)
    work_off(library.workshop)
    assert found_at(library, WHOLE) == EVERY_DOOR
    # nor is the word told of by its rest, when the page is withheld on which it begins
    library.withhold(0)
    assert found_at(library, WHOLE) == set()
    assert set(marked(library.reader(1, REST))) == {REST}


def everything(library: Library) -> str:
    """What is said to questions that come near the word, without the words asked for."""
    asked = ("шахталар", "шахталар мен жаңа", f"{HALF}*", HALF, "онеркаситик", "Қарағанды")
    answers = [library.get("/search", q=each) for each in asked]
    answers += [library.reader(0, each) for each in asked]
    answers += [library.get("/suggest", q=WHOLE[:length]) for length in range(3, len(WHOLE))]
    return "".join(answers)
