"""Does a single page disappear from an open book at once, and from its files soon after?"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.page_words import PageWords
from archive.representations import Page
from archive.withholding import release_page, withhold_page
from tests.pipeline.canaries import Secrets
from tests.pipeline.closed_library import WHEN_CLOSED, Clock, work_off, workshop_on
from tests.pipeline.crawl import Address, addresses, fetch, leaks, with_question
from tests.pipeline.inventory import Book, Inventory, Leaf, portal_of, take_inventory
from tests.pipeline.questions import words_of_book
from tests.sample_home import KAZAKH_BOOK, settings_for
from web.app import create_app
from workers.reindexing import reindex
from workers.workshop import Workshop

PLACE = 7  # the eighth page: two stand before it and many after
ENOUGH = 8  # letters of a word that is not part of another
WORDS = 4


@dataclass(frozen=True)
class Desk:
    """A running portal with a clock that can be set, and the operator's side of it."""

    app: Flask
    workshop: Workshop
    library: Inventory
    clock: Clock

    @property
    def book(self) -> Book:
        return self.library.called(KAZAKH_BOOK)

    @property
    def leaf(self) -> Leaf:
        return self.book.leaves[PLACE]

    def withhold(self, until: date | None = None) -> None:
        with self.workshop.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == self.leaf.name)).one()
            withhold_page(session, page, until=until, now=self.clock(), agent="test")
            self._want_builds(session, page)

    def release(self) -> None:
        with self.workshop.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == self.leaf.name)).one()
            release_page(session, page, now=self.clock(), agent="test")
            self._want_builds(session, page)

    def _want_builds(self, session: Session, page: Page) -> None:
        session.flush()
        want_builds_if_complete(
            session, page.representation_id, today=self.clock().date(), now=self.clock()
        )

    def get(self, path: str) -> bytes:
        [answer] = fetch(self.app.test_client(), [Address("", path)])
        assert answer.status == 200, path
        return answer.body

    def status(self, path: str) -> int:
        [answer] = fetch(self.app.test_client(), [Address("", path)])
        return answer.status


@pytest.fixture
def desk(own_sample_books: Path) -> Iterator[Desk]:
    clock = Clock(WHEN_CLOSED)
    app = create_app(settings_for(own_sample_books), now=clock)
    workshop = workshop_on(own_sample_books, clock)
    yield Desk(app, workshop, take_inventory(app), clock)
    workshop.storage.close()
    portal_of(app).storage.close()


@pytest.fixture
def own_words(desk: Desk) -> list[str]:
    """Long words that stand on this page and, in no form or spelling, anywhere else."""
    pages = {
        book.leaves[n].name: words
        for book in desk.library.books
        for n, words in enumerate(words_of_book(desk.app, book))
    }
    here = pages.pop(desk.leaf.name)
    found = [
        word
        for place, word in enumerate(here.exact)
        if len(word) >= ENOUGH and not any(holds(page, here, place) for page in pages.values())
    ]
    assert len(found) >= WORDS
    return sorted(set(found), key=lambda word: (-len(word), word))[:WORDS]


def holds(page: PageWords, here: PageWords, place: int) -> bool:
    """Whether a page holds the word that stands at this place, in any stream or as a part."""
    stem = here.exact[place][: ENOUGH - 2]
    return any(stem in word for word in page.exact) or any(
        getattr(here, stream)[place] in getattr(page, stream) for stream in ("kk", "ru", "skeleton")
    )


def secrets(desk: Desk, own_words: list[str]) -> Secrets:
    return Secrets(own_words, [desk.leaf.image, desk.leaf.thumbnail])


def betrayed(desk: Desk, own_words: list[str]) -> set[tuple[str, str]]:
    """Route and secret of whatever any address tells of the page; questions for it too."""
    asked = addresses(desk.app, desk.library, closely=desk.book)
    asked = [each for each in asked if each.work == desk.book.work or not each.work]
    asked = [each for each in asked if each.page in {"", desk.leaf.name, neighbour(desk).name}]
    found = leaks(fetch(desk.app.test_client(), asked), secrets(desk, own_words))
    of = {each.path: each.endpoint for each in asked}
    return {(of[leak.path], leak.what) for leak in found} | set(found_by_asking(desk, own_words))


def found_by_asking(desk: Desk, own_words: list[str]) -> Iterator[tuple[str, str]]:
    for word in own_words:
        results = desk.get(with_question("/search", q=word)).decode()
        if 'class="hit"' in results or pages_counted(results):
            yield "results.results", word
        if word in labels(desk, word[:-1]):
            yield "suggestions.suggest", word
        if "#xywh=" in desk.get(inside(desk, "search/2", word)).decode():
            yield "searching_inside.search", word
        if word in desk.get(inside(desk, "autocomplete/2", word[:-1])).decode():
            yield "searching_inside.autocomplete", word
        reader = f"/works/{desk.book.work}/pages/{neighbour(desk).name}"
        if "<mark" in desk.get(with_question(reader, q=word)).decode():
            yield "reader.reader", word


def labels(desk: Desk, typed: str) -> list[str]:
    return [each["label"] for each in json.loads(desk.get(with_question("/suggest", q=typed)))]


def inside(desk: Desk, service: str, q: str) -> str:
    return with_question(f"/iiif/{service}/{desk.book.work}", q=q)


def pages_counted(results: str) -> bool:
    return re.search(r'class="facet"', results) is not None


def neighbour(desk: Desk) -> Leaf:
    return desk.book.leaves[PLACE + 1]


def page_labels(desk: Desk, kind: str) -> list[str]:
    """The printed numbers that a PDF's pages say they have."""
    body = desk.get(f"/works/{desk.book.work}/{kind}")
    with pikepdf.open(io.BytesIO(body)) as file:
        return [str(page.label) for page in file.pages]


def canvases(desk: Desk) -> list[tuple[str, str]]:
    """Page name and label of each canvas of the manifest."""
    manifest = json.loads(desk.get(f"/iiif/presentation/3/{desk.book.work}/manifest.json"))
    return [(each["id"].rpartition("/")[2], each["label"]["none"][0]) for each in manifest["items"]]


def files(desk: Desk) -> list[str]:
    work = desk.book.work
    kinds = (f"/works/{work}/pdf", f"/works/{work}/pdf-small")
    return [*kinds, f"/iiif/presentation/3/{work}/manifest.json"]


def test_the_page_is_there_before(desk: Desk, own_words: list[str]) -> None:
    """The same instruments find it, at every door that this file looks behind."""
    assert {route for route, _ in betrayed(desk, own_words)} >= {
        "reader.reader",
        "reader.text",
        "files.page_file",
        "files.whole_text",
        "files.pdf",
        "presentation.lines",
        "presentation.manifest",
        "results.results",
        "suggestions.suggest",
        "searching_inside.search",
        "searching_inside.autocomplete",
    }


def test_a_withheld_page_disappears_at_once(desk: Desk, own_words: list[str]) -> None:
    desk.withhold()
    assert betrayed(desk, own_words) == set()
    assert {desk.status(path) for path in files(desk)} == {503}


def test_its_files_are_built_anew_without_it(desk: Desk, own_words: list[str]) -> None:
    before = {kind: page_labels(desk, kind) for kind in ("pdf", "pdf-small")}
    listed = canvases(desk)
    desk.withhold()
    work_off(desk.workshop)
    assert betrayed(desk, own_words) == set()
    for kind, names in before.items():
        assert page_labels(desk, kind) == [*names[:PLACE], *names[PLACE + 1 :]]
    assert canvases(desk) == [*listed[:PLACE], *listed[PLACE + 1 :]]


def test_counts_leave_it_out(desk: Desk) -> None:
    word = common_word(desk)
    address = with_question("/search", q=word, lang="en")
    before = counts(desk.get(address).decode())
    desk.withhold()
    at_once = desk.get(address)
    assert counts(at_once.decode()) == [count - 1 for count in before]
    work_off(desk.workshop)
    assert without_forms(desk.get(address)) == without_forms(at_once)


def without_forms(page: bytes) -> bytes:
    """A page of results without the other forms that it names.

    None is named while the index still holds the page: which are its alone is not known.
    """
    return re.sub(b"<p>Also searched for:.*?</p>", b"", page)


def common_word(desk: Desk) -> str:
    """A word of this page and of others, in this book alone."""
    pages = words_of_book(desk.app, desk.book)
    others = [words for book in desk.library.books if book != desk.book
              for words in words_of_book(desk.app, book)]  # fmt: skip
    here = pages.pop(PLACE)
    return next(
        word
        for place, word in enumerate(here.exact)
        if sum(holds(page, here, place) for page in pages) >= 2
        and here.exact[place] in {each for page in pages for each in page.exact}
        and not any(holds(page, here, place) for page in others)
    )


def counts(results: str) -> list[int]:
    """The numbers of the facets."""
    return [int(number) for number in re.findall(r"<small>(\d+)</small>", results)]


def test_released_it_is_back_every_time(desk: Desk, own_words: list[str]) -> None:
    before, listed = set(found_by_asking(desk, own_words)), canvases(desk)
    for _ in range(2):
        desk.withhold()
        work_off(desk.workshop)
        assert set(found_by_asking(desk, own_words)) == set()
        desk.release()
        work_off(desk.workshop)
        assert set(found_by_asking(desk, own_words)) == before
        assert canvases(desk) == listed
        assert {desk.status(path) for path in files(desk)} == {200}


def test_released_before_anybody_noticed_it_is_back_at_once(
    desk: Desk, own_words: list[str]
) -> None:
    before = set(found_by_asking(desk, own_words))
    desk.withhold()
    desk.release()
    assert set(found_by_asking(desk, own_words)) == before
    assert {desk.status(path) for path in files(desk)} == {200}


def test_a_new_index_leaves_it_out_too(desk: Desk, own_words: list[str]) -> None:
    desk.withhold()
    for _ in reindex(desk.workshop):
        assert not list(found_by_asking(desk, own_words))
    assert not list(found_by_asking(desk, own_words))


def test_a_restriction_ends_by_the_calendar(desk: Desk, own_words: list[str]) -> None:
    before, listed = set(found_by_asking(desk, own_words)), canvases(desk)
    desk.withhold(until=WHEN_CLOSED.date())
    work_off(desk.workshop)
    assert set(found_by_asking(desk, own_words)) == set()
    desk.clock.moment += timedelta(days=1)
    assert set(found_by_asking(desk, own_words)) == before
    assert canvases(desk) == listed


def test_a_new_scan_of_a_withheld_page_brings_no_old_file_back(desk: Desk) -> None:
    """The page has no image for a while; the files that show its old one stay away."""
    desk.withhold()
    with desk.workshop.storage.rows.writing() as session:
        page = session.scalars(select(Page).where(Page.name == desk.leaf.name)).one()
        page.access_id = page.thumbnail_id = page.text_id = None
    assert {desk.status(path) for path in files(desk)} == {503}
