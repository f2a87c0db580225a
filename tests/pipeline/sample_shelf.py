"""What does the library with the sample books hold, beside what was printed in them?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.doors import newest_representation, pages_with_facts
from archive.ledger import BookBuild, StepState
from archive.page_words import PageWords
from archive.representations import Derivative, Page, PageText
from archive.words import PrintedPage
from archive.works import Work
from schemas.hocr import read_hocr
from schemas.page_words import unpack
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import Storage, open_storage
from tests.sample_home import SAMPLES, file_of, settings_for

FOLDERS = ("komirli-olke", "industrialnaya-karaganda", "zher-astyndagy-zharyq")
BUILDS = ("manifest", "pdf", "pdf-small")


@dataclass(frozen=True)
class ShelfPage:
    """A page of a sample with its rows; `printed` is the text it was set from, line by line."""

    name: str
    folder: str
    row: Page
    text: PageText
    printed: tuple[str, ...]
    storage: Storage

    @property
    def place(self) -> str:
        """What a person calls it in a message."""
        return f"{self.folder}/{self.row.sequence}"

    def scan(self) -> Path:
        return file_of(self.storage, self.row.scan.content_key)

    def content(self, derivative: Derivative | None) -> bytes:
        assert derivative is not None, self.place
        return self.storage.blobs.read(derivative.content_key)

    def words(self) -> PageWords:
        return unpack(self.content(self.text.words))

    def hocr(self) -> PrintedPage:
        return read_hocr(self.content(self.text.hocr))


@dataclass(frozen=True)
class ShelfBook:
    """A sample with its pages in order, its files by kind, and what its book.yaml says."""

    name: str
    folder: str
    row: Work
    told: dict[str, Any]
    pages: tuple[ShelfPage, ...]
    files: dict[str, Path]


@dataclass(frozen=True)
class Shelf:
    """The sample books and the engines that keep them."""

    storage: Storage
    books: tuple[ShelfBook, ...]

    @property
    def pages(self) -> list[ShelfPage]:
        return [page for book in self.books for page in book.pages]

    def book(self, folder: str) -> ShelfBook:
        return next(book for book in self.books if book.folder == folder)


@contextmanager
def open_shelf(home: Path) -> Iterator[Shelf]:
    """The sample books in a home folder, in the order of FOLDERS."""
    storage = open_storage(settings_for(home), SEARCH_SCHEMA)
    with storage.rows.reading() as session:
        books = tuple(_book(session, storage, folder) for folder in FOLDERS)
        yield Shelf(storage, books)
    storage.close()


def _book(session: Session, storage: Storage, folder: str) -> ShelfBook:
    told = yaml.safe_load((SAMPLES / folder / "book.yaml").read_text())
    work = session.scalars(select(Work).where(Work.title == told["title"])).one()
    shown = newest_representation(session, work.id)
    assert shown is not None
    pages = [page for page, _ in pages_with_facts(session, shown.id)]
    built = select(BookBuild.step, Derivative.content_key).join(
        Derivative, BookBuild.derivative_id == Derivative.id
    )
    built = built.where(BookBuild.representation_id == shown.id, BookBuild.state == StepState.DONE)
    files = {step: file_of(storage, key) for step, key in session.execute(built)}
    return ShelfBook(
        name=work.name,
        folder=folder,
        row=work,
        told=told,
        pages=tuple(_page(storage, folder, page) for page in pages),
        files=files,
    )


def _page(storage: Storage, folder: str, page: Page) -> ShelfPage:
    assert page.text is not None
    printed = SAMPLES.parent / "texts" / folder / f"{Path(page.scan.original_name).stem}.txt"
    lines = printed.read_text().splitlines()
    return ShelfPage(page.name, folder, page, page.text, tuple(lines), storage)
