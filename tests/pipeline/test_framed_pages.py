"""A page that was turned, cut in two or replaced: are its text and its boxes right?

The same instrument as for all boxes, on the px that the framing should give by its own
definition (`numpy.rot90` of the scan), not on what the pipeline made of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from archive.handover import Description
from archive.ledger import BookBuild, StepState
from archive.migrations import upgrade
from archive.page_images import join_pages, replace_page, split_page, turn_page
from archive.representations import Derivative, Page, Scan
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.words import Box, Word
from schemas.hocr import read_hocr
from storage.settings import Settings
from tests.pipeline.closed_library import work_off
from tests.pipeline.instrument import Crop, cut, letters, page_image, read
from tests.sample_home import file_of
from tests.workers.drawn_page import Sheet
from web.deposit import Handover, keep_file, register_book
from workers.preprocess import Gray
from workers.queue import open_queue
from workers.workshop import Workshop

LEFT = ("Қарағанды көмір бассейні", "шахтаның бірінші кезегі", "жұмысшылар қаласы салынды")
RIGHT = ("кітапхананың мұрағаты", "өлкетану бөлімінде", "газеттер мен суреттер")
AGENT = "account 1"


@dataclass(frozen=True)
class Library:
    """A book of one page, worked off in this process."""

    workshop: Workshop
    scan: Path

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pages(self) -> list[Page]:
        with self.workshop.storage.rows.reading() as session:
            query = select(Page).where(Page.sequence > 0).order_by(Page.sequence)
            return list(session.scalars(query))

    def words(self, page: Page) -> list[Word]:
        with self.workshop.storage.rows.reading() as session:
            text = session.get_one(Page, page.id).text
            assert text is not None
            hocr = self.workshop.storage.blobs.read(text.hocr.content_key)
        return list(read_hocr(hocr).words())

    def access_size(self, page: Page) -> tuple[int, int]:
        with self.workshop.storage.rows.reading() as session:
            key = session.get_one(Derivative, page.access_id).content_key
        with Image.open(file_of(self.workshop.storage, key)) as image:
            return image.size


@pytest.fixture
def sideways(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    """A page laid on the glass with its top to the left."""
    sheet = Sheet(1200, 800).column(100, 150, *LEFT, *RIGHT).image
    yield from taken_in(settings, sheet.rotate(90, expand=True), tmp_path)


@pytest.fixture
def spread(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    """An open book."""
    sheet = Sheet(1600, 700).column(80, 150, *LEFT).column(900, 150, *RIGHT).image
    yield from taken_in(settings, sheet, tmp_path)


def taken_in(settings: Settings, image: Image.Image, folder: Path) -> Iterator[Library]:
    path = folder / "1.png"
    image.save(path, dpi=(300, 300))
    workshop = Workshop(settings, open_queue(settings))
    storage = workshop.storage
    upgrade(storage.rows)
    rights = Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY)
    _, pages = register_book(
        storage,
        workshop.queue,
        Handover(Description(title="Кітап", rights=rights), str(folder), "tester"),
        [keep_file(storage.blobs, path)],
        now=workshop.now,
        today=workshop.today(),
        chance=random.Random(1),
    )
    list(pages)
    work_off(workshop)
    yield Library(workshop, path)
    storage.close()


def right_boxes(words: list[Word], image: Gray, folder: Path) -> float:
    """The share of words that another reading finds in their boxes."""
    crops = [Crop(cut(image, word.box), "kaz+rus") for word in words]
    found = read(crops, folder)
    same = [letters(a) == letters(b.text) for a, b in zip(found, words, strict=True)]
    return sum(same) / len(same)


def printed(*lines: str) -> set[str]:
    return set(" ".join(lines).casefold().split())


def read_on(words: list[Word]) -> set[str]:
    return {word.text.casefold() for word in words}


def test_the_boxes_of_a_turned_page_are_right(sideways: Library, tmp_path: Path) -> None:
    [page] = sideways.pages()
    assert (page.width, page.height) == (800, 1200)
    with sideways.workshop.storage.rows.writing() as session:
        row = session.get_one(Page, page.id)
        turn_page(session, row, 90, now=sideways.now(), agent=AGENT)
    work_off(sideways.workshop)
    [after] = sideways.pages()
    assert (after.name, after.scan_id) == (page.name, page.scan_id)
    assert (after.width, after.height) == sideways.access_size(after) == (1200, 800)
    upright = np.ascontiguousarray(np.rot90(page_image(sideways.scan), -1))
    words = sideways.words(after)
    assert len(read_on(words) & printed(*LEFT, *RIGHT)) >= 12
    assert right_boxes(words, upright, tmp_path) >= 0.85
    moved = [Word(w.text, Box(w.box.x, w.box.y + 24, w.box.w, w.box.h), 0) for w in words]
    assert right_boxes(moved, upright, tmp_path) < 0.5  # the instrument would see it


def test_a_spread_gives_two_pages_with_texts_of_their_own(spread: Library, tmp_path: Path) -> None:
    [page] = spread.pages()
    gutter = (page.facts or {})["gutter"]
    assert 0.45 < gutter < 0.6
    with spread.workshop.storage.rows.writing() as session:
        row = session.get_one(Page, page.id)
        split_page(session, row, gutter, now=spread.now(), chance=random.Random(2), agent=AGENT)
    work_off(spread.workshop)
    left, right = spread.pages()
    assert (left.name, left.scan_id) == (page.name, right.scan_id)
    assert (left.width or 0) + (right.width or 0) == 1600
    fold = left.width or 0
    scan = page_image(spread.scan)
    for half, image, lines in ((left, scan[:, :fold], LEFT), (right, scan[:, fold:], RIGHT)):
        words = spread.words(half)
        assert len(read_on(words) & printed(*lines)) >= len(printed(*lines)) - 1
        assert right_boxes(words, image, tmp_path) >= 0.8
    assert not read_on(spread.words(left)) & printed(*RIGHT)
    check_pdf(spread, pages=2)
    with spread.workshop.storage.rows.writing() as session:
        join_pages(session, session.get_one(Page, page.id), now=spread.now(), agent=AGENT)
    work_off(spread.workshop)
    [whole] = spread.pages()
    assert (whole.width, whole.height) == (1600, 700)
    assert len(read_on(spread.words(whole)) & printed(*LEFT, *RIGHT)) >= 14


def check_pdf(library: Library, pages: int) -> None:
    """The book's PDF was built anew with so many pages."""
    with library.workshop.storage.rows.reading() as session:
        build = session.scalars(
            select(BookBuild).where(BookBuild.step == "pdf", BookBuild.state == StepState.DONE)
        ).one()
        key = session.get_one(Derivative, build.derivative_id).content_key
    with pikepdf.open(file_of(library.workshop.storage, key)) as pdf:
        assert len(pdf.pages) == pages


def test_a_replaced_page_keeps_its_address_and_the_old_bytes(
    spread: Library, tmp_path: Path
) -> None:
    [page] = spread.pages()
    path = tmp_path / "better.png"
    Sheet(900, 600).column(80, 150, *RIGHT).image.save(path, dpi=(300, 300))
    kept = keep_file(spread.workshop.storage.blobs, path)
    with spread.workshop.storage.rows.writing() as session:
        row = session.get_one(Page, page.id)
        replace_page(session, row, kept, now=spread.now(), agent=AGENT)
    work_off(spread.workshop)
    [after] = spread.pages()
    assert (after.name, after.width, after.height) == (page.name, 900, 600)
    assert len(read_on(spread.words(after)) & printed(*RIGHT)) >= 6
    with spread.workshop.storage.rows.reading() as session:
        old = session.get_one(Scan, page.scan_id)
        assert session.get_one(Scan, after.scan_id).supersedes_id == old.id
    assert spread.workshop.storage.blobs.read(old.content_key) == spread.scan.read_bytes()
