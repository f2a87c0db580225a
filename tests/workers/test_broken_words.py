"""A word broken between two pages: is it found while it may be, and never when it may not?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from archive.broken_words import BrokenWord
from archive.ledger import PageStep, StepState
from archive.page_order import move_pages
from archive.representations import Representation
from archive.rights_units import revision
from archive.vocabulary import UnitWord
from storage.errors import Transient
from storage.search import Document, Gone, SearchIndex
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode
from tests.sample_home import settings_for
from tests.workers.read_book import ReadBook
from workers.index_differences import Wrong, index_differences, put_right
from workers.index_filling import fill_index
from workers.queue import open_queue
from workers.reindexing import reindex
from workers.sweeping import sweep
from workers.workshop import Workshop

WHOLE, HALF, REST = "өнеркәсіпті", "өнер", "кәсіпті"
ENDS = ("қарағанды көмірі туралы", f"бұл үлкен {HALF}-")
GOES_ON = (f"{REST} аймақ болды", "осында жаңа шахта")
OTHER = ("мүлде басқа мәтін", "соңғы сөз")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["tantivy", "opensearch"])
def book(request: pytest.FixtureRequest, settings: Settings) -> Iterator[ReadBook]:
    if request.param == "tantivy":
        yield from _begun(settings)
        return
    node: OpenSearchNode = request.getfixturevalue("opensearch")
    with node.own_index() as url:
        yield from _begun(settings_for(settings.home, database=settings.database, search=url))


@pytest.fixture
def small_book(settings: Settings) -> Iterator[ReadBook]:
    yield from _begun(settings)


def _begun(settings: Settings) -> Iterator[ReadBook]:
    workshop = Workshop(settings, open_queue(settings), now=lambda: NOW)
    if not workshop.storage.index.is_current():
        workshop.storage.index.start_anew()
        workshop.storage.index.finish_anew()
    made = ReadBook(workshop)
    made.begin(3)
    yield made
    workshop.storage.close()


def read_in_order(book: ReadBook) -> None:
    for page, lines in enumerate((ENDS, GOES_ON, OTHER)):
        book.read(page, *lines)
    book.index()


def test_the_whole_word_is_found_where_it_begins(book: ReadBook) -> None:
    read_in_order(book)
    [page] = book.hits(WHOLE)
    [hit] = page.hits
    assert page.page.id == book.pages[0]
    assert [page.words.words[n] for n in hit.words] == [f"{HALF}-"]
    assert hit.boxes == (page.words.box(5),)
    assert book.suggested("өне") == [WHOLE]
    assert book.found(HALF) == []  # its beginning alone is no word of the page
    assert book.found("қарағанды") == [0]
    assert book.found(f'"үлкен {WHOLE}"') == [0]


def test_pages_read_together_are_written_once(small_book: ReadBook) -> None:
    book = small_book
    for page, lines in enumerate((ENDS, GOES_ON, OTHER)):
        book.read(page, *lines)
    assert book.index() == 3


def test_the_next_page_may_be_read_later(book: ReadBook) -> None:
    book.read(0, *ENDS)
    book.index()
    assert (book.found(WHOLE), book.found(HALF)) == ([], [0])
    book.read(1, *GOES_ON)
    assert book.index() == 2
    assert (book.found(WHOLE), book.found(HALF)) == ([0], [])
    assert book.suggested("өне") == [WHOLE]


def test_the_next_page_may_be_read_anew(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    book.read(1, "кәсіпқой адамдар")
    # it is not marked by the old text from now on, and a little later not found by it
    assert book.hits(WHOLE) == []
    book.index()
    assert (book.found(WHOLE), book.found("өнеркәсіпқой")) == ([], [0])
    assert book.suggested("өне") == ["өнеркәсіпқой"]
    book.read(1, *OTHER[:1], "Жаңа")
    book.index()
    assert book.suggested("өне") == ["өнермүлде"]


def test_another_order_gives_another_word(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    with book.workshop.storage.rows.writing() as session:
        names = [book.row(session, page).name for page in (1, 2)]
        representation = session.get_one(Representation, book.row(session, 1).representation_id)
        moved = move_pages(
            session, representation, names[1:], names[0], now=book.workshop.now(), agent="tester"
        )
    assert sorted(moved) == book.pages[1:]
    for page in (1, 2):
        book.change(page)
    assert book.due() == [1, 2]
    book.index()
    assert (book.found(WHOLE), book.found("өнермүлде")) == ([], [0])


def test_a_page_taken_out_takes_its_part_of_the_word_with_it(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    with book.workshop.storage.rows.writing() as session:
        book.row(session, 1).sequence = -2
        book.row(session, 2).sequence = 2
    book.change(1, hidden=True)
    assert book.hits(WHOLE) == []
    book.index()
    assert (book.found(WHOLE), book.found("өнермүлде")) == ([], [0])


# --- rights --------------------------------------------------------------------------


def is_told_nothing(book: ReadBook) -> bool:
    found = [book.hits(word) for word in (WHOLE, REST, f"{WHOLE[:7]}*")]
    counted = [book.counted(word) for word in (WHOLE, REST, f"{WHOLE[:7]}*")]
    suggested = set(book.suggested("өне")) | set(book.suggested("кәс"))
    return not any(found) and not any(counted) and not suggested & {WHOLE, REST}


def test_a_withheld_page_is_not_told_of_by_its_neighbour(book: ReadBook) -> None:
    read_in_order(book)
    assert not is_told_nothing(book)
    book.withhold(1)
    assert is_told_nothing(book)  # at once, whatever the index holds
    for _ in range(3):  # while the index is being told, page by page
        sweep(book.workshop)
        book.index()
        assert is_told_nothing(book)
    assert book.due() == []
    assert book.found(HALF) == [0]
    assert book.found("қарағанды") == [0]  # the open page is back


def test_it_is_not_told_of_between_two_batches(small_book: ReadBook) -> None:
    """The withheld page is indexed in its new unit first, its neighbour later."""
    book = small_book
    read_in_order(book)
    book.withhold(1)
    book.change(1)
    assert book.due() == [1]
    book.index_once()
    assert book.due() == [0]
    assert is_told_nothing(book)
    book.index()
    assert is_told_nothing(book)
    assert book.found(HALF) == [0]


def test_opened_again_the_word_is_whole_again(book: ReadBook) -> None:
    read_in_order(book)
    for _ in range(2):
        book.withhold(1)
        sweep(book.workshop)
        book.index()
        assert is_told_nothing(book)
        book.release(1)
        sweep(book.workshop)
        book.index()
        assert book.found(WHOLE) == [0]
        assert book.suggested("өне") == [WHOLE]


def test_opened_again_before_the_index_knew_it_is_there_at_once(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    book.withhold(1)
    book.release(1)
    assert book.found(WHOLE) == [0]


def test_a_page_withheld_from_the_first_is_not_told_of(small_book: ReadBook) -> None:
    book = small_book
    book.withhold(1)
    read_in_order(book)
    assert is_told_nothing(book)
    assert book.found(HALF) == [0]


class Between:
    """The library's index, before and after the writing of which something happens."""

    def __init__(
        self, index: SearchIndex, *, before: Callable[[], object], after: Callable[[], object]
    ) -> None:
        self._index, self._before, self._after = index, before, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def write(self, documents: Iterable[Document], gone: Gone | None = None) -> None:
        self._before()
        self._index.write(documents, gone)
        self._after()


@contextmanager
def around_writing(
    book: ReadBook, before: Callable[[], object], after: Callable[[], object]
) -> Iterator[None]:
    storage, index = book.workshop.storage, book.workshop.storage.index
    object.__setattr__(storage, "index", Between(index, before=before, after=after))
    yield
    object.__setattr__(storage, "index", index)


def die() -> None:
    raise Transient("index-unavailable")


def test_withheld_in_the_moment_of_writing_it_is_not_told_of(small_book: ReadBook) -> None:
    """The index has the whole word, and nobody lived to record that it has."""
    book = small_book
    for page, lines in enumerate((ENDS, GOES_ON, OTHER)):
        book.read(page, *lines)
    with around_writing(book, lambda: book.withhold(1), die):
        assert book.index_once() == 0
    assert len(book.workshop.storage.index.contents()) == 4
    assert is_told_nothing(book)


def test_a_page_that_is_left_out_no_more_is_so_at_once(small_book: ReadBook) -> None:
    """A snapshot taken while it was left out must not be used any more."""
    book = small_book
    read_in_order(book)
    book.withhold(1)
    book.change(1)
    book.index_once()
    assert book.due() == [0]
    while_written: list[int] = []
    with around_writing(book, lambda: while_written.append(rights_revision(book)), lambda: None):
        book.index_once()
    assert while_written < [rights_revision(book)]


def rights_revision(book: ReadBook) -> int:
    with book.workshop.storage.rows.reading() as session:
        return revision(session)


def test_its_neighbour_is_told_anew_though_its_own_indexing_fails(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    book.withhold(1)
    book.change(1)
    with book.workshop.storage.rows.writing() as session:
        own = select(PageStep).where(
            PageStep.page_id == book.pages[1],
            PageStep.step == "index",
            PageStep.state == StepState.PENDING,
        )
        session.scalars(own).one().state = StepState.QUARANTINED
    sweep(book.workshop)
    book.index()
    assert is_told_nothing(book)
    assert book.found(HALF) == [0]


def test_withheld_while_its_words_are_read_it_is_not_told_of(
    small_book: ReadBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, blobs = small_book, small_book.workshop.storage.blobs
    for page, lines in enumerate((ENDS, GOES_ON, OTHER)):
        book.read(page, *lines)
    reads, read = [], blobs.read

    def read_and_withhold(key: str) -> bytes:
        reads.append(key)
        if len(reads) == 2:
            book.withhold(1)
        return read(key)

    monkeypatch.setattr(blobs, "read", read_and_withhold)
    assert book.index_once() == 3
    assert is_told_nothing(book)
    assert book.found("қарағанды") == [0]
    assert book.found(HALF) == [0]


def test_readers_of_the_old_index_are_not_told_of_it_either(book: ReadBook) -> None:
    """While an index is made anew readers have the old one."""
    read_in_order(book)
    index = book.workshop.storage.index
    index.start_anew()
    book.withhold(1)
    for _ in range(2):
        sweep(book.workshop)
        book.index()
        assert index.is_rebuilding()
        assert is_told_nothing(book)
    for _ in reindex(book.workshop):
        assert is_told_nothing(book)
    assert book.found(HALF) == [0]


def test_an_index_made_of_rows_alone_holds_the_whole_word(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    book.workshop.storage.index.start_anew()
    list(fill_index(book.workshop.storage, ()))
    assert book.found(WHOLE) == [0]


def test_what_the_index_holds_otherwise_is_told_and_put_right(small_book: ReadBook) -> None:
    book = small_book
    read_in_order(book)
    assert index_differences(book.workshop) == []
    with book.workshop.storage.rows.writing() as session:
        session.scalars(select(BrokenWord)).one().rest_text_id = None
    [differing] = index_differences(book.workshop)
    assert (differing.key, differing.wrong) == (book.pages[0], Wrong.STALE)
    put_right(book.workshop, [differing])
    assert index_differences(book.workshop) == []
    assert book.found(WHOLE) == [0]


def test_words_are_counted_as_they_are_found(small_book: ReadBook) -> None:
    """However often a page is told anew, nothing is left of what it was."""
    book = small_book
    read_in_order(book)
    before = counts(book)
    assert before[WHOLE] == 1
    assert HALF not in before
    book.withhold(1)
    sweep(book.workshop)
    book.index()
    book.read(1, *OTHER)
    book.index()
    book.read(1, *GOES_ON)
    book.release(1)
    sweep(book.workshop)
    book.index()
    assert counts(book) == before


def counts(book: ReadBook) -> dict[str, int]:
    with book.workshop.storage.rows.reading() as session:
        return {row.word: row.count for row in session.scalars(select(UnitWord))}
