"""A book whose pages have texts of the test's own making: rows, bytes and index are real.

What is left out is the recognition; a page is given lines, and their text is recorded as
the step `recognise` records it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy.orm import Session

from archive.derivation import Recognised, record_page_derivatives, record_text
from archive.finding import Asking, spoken_units
from archive.inside import PageHits, find_inside
from archive.ledger import PageStep, due_steps
from archive.page_order import hide
from archive.page_words import PageWords
from archive.queries import parse_query
from archive.representations import Page
from archive.rights import Act, Requester
from archive.rights_units import RightsNow, rights_now
from archive.text import analyse_page
from archive.vocabulary import suggest_words
from archive.withholding import release_page, withhold_page
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.page_words import pack, unpack
from storage.query import Narrowing, Order
from tests.archive.shelf import described, digitized
from workers.indexing import index_batch, want_index
from workers.kept import keep
from workers.workshop import Workshop

ROUNDS = 10


def printed(lines: Sequence[str]) -> PrintedPage:
    """A page of these lines, in one paragraph."""
    made = tuple(
        Line(
            Box(0, 50 * row, 900, 30),
            tuple(
                Word(word, Box(120 * place, 50 * row, 100, 30), 90.0)
                for place, word in enumerate(text.split())
            ),
        )
        for row, text in enumerate(lines)
    )
    box = Box(0, 0, 900, 1400)
    return PrintedPage(1000, 1400, (Area(box, (Paragraph(box, made),)),))


@dataclass
class ReadBook:
    """An open book; pages are called by the number they came in with, from 0."""

    workshop: Workshop
    pages: list[int] = field(default_factory=list)
    work: int = 0

    def begin(self, count: int) -> None:
        """Hand in so many pages."""
        with self.workshop.storage.rows.writing() as session:
            now, chance = self.workshop.now(), Random(1)
            work = described(session, "Кітап", now=now, chance=chance)
            names = [f"{number}.jpg" for number in range(count)]
            pages = digitized(session, work, names, now=now, chance=chance)
            self.work, self.pages = work.id, [page.id for page in pages]

    def read(self, page: int, *lines: str) -> None:
        """Give a page this text, and make its indexing due."""
        content = pack(made := printed(lines), analyse_page(made, "kk"))
        files = tuple(
            keep(self.workshop.storage.blobs, role, "x/y", content if role == "words" else each)
            for role in ("access", "thumbnail", "hocr", "alto", "text", "words")
            for each in ["\n".join((role, *lines)).encode()]
        )
        recognised = Recognised("kk", "tesseract 5", 1, len(lines), 95.0, 0.0)
        with self.workshop.storage.rows.writing() as session:
            row, now = self.row(session, page), self.workshop.now()
            rows = record_page_derivatives(
                session, row, files, input_key="made", now=now, agent="tester"
            )
            row.width, row.height = 1000, 1400
            row.access_id, row.thumbnail_id = rows["access"].id, rows["thumbnail"].id
            record_text(session, row, rows, recognised, input_key="made", now=now)
            session.flush()
            want_index(session, row, now)

    def row(self, session: Session, page: int) -> Page:
        """The row of a page."""
        return session.get_one(Page, self.pages[page])

    def change(self, page: int, *, hidden: bool = False) -> None:
        """Make a page's indexing due after something of it has changed."""
        with self.workshop.storage.rows.writing() as session:
            if hidden:
                hide(session, self.row(session, page))
            want_index(session, self.row(session, page), self.workshop.now())

    def withhold(self, page: int) -> None:
        """Close a page by itself; the index is told by the next sweep."""
        with self.workshop.storage.rows.writing() as session:
            row = self.row(session, page)
            withhold_page(session, row, until=None, now=self.workshop.now(), agent="tester")

    def release(self, page: int) -> None:
        """Open it again."""
        with self.workshop.storage.rows.writing() as session:
            release_page(session, self.row(session, page), now=self.workshop.now(), agent="tester")

    def due(self) -> list[int]:
        """The pages whose indexing is due."""
        with self.workshop.storage.rows.reading() as session:
            steps = due_steps(session, PageStep, self.workshop.now(), 100, step="index")
            return sorted(self.pages.index(step.page_id) for step in steps)

    def index(self) -> int:
        """Write what is due until nothing is; how many documents it were."""
        written = 0
        for _ in range(ROUNDS):
            if not self.due():
                return written
            written += self.index_once()
        raise AssertionError(self.due())

    def index_once(self) -> int:
        """Write what is due now, in one batch."""
        with self.workshop.storage.rows.reading() as session:
            [step] = due_steps(session, PageStep, self.workshop.now(), 1, step="index")
        return index_batch(self.workshop, step.id)

    # --- what a reader gets

    def rights(self) -> RightsNow:
        """What everybody may search at this moment."""
        with self.workshop.storage.rows.reading() as session:
            return rights_now(session, Requester(), Act.SEARCH, self.workshop.today())

    def hits(self, question: str, rights: RightsNow | None = None) -> list[PageHits]:
        """The pages on which this is found."""
        return list(self._inside(question, rights)[0])

    def counted(self, question: str, rights: RightsNow | None = None) -> int:
        """How many pages the engine counts."""
        return self._inside(question, rights)[1]

    def _inside(self, question: str, rights: RightsNow | None) -> tuple[tuple[PageHits, ...], int]:
        asking = Asking(
            parse_query(question, only_exact=True).query,
            Narrowing(),
            Order.SEQUENCE,
            Requester(),
            self.workshop.today(),
            rights or self.rights(),
        )
        storage = self.workshop.storage
        with storage.rows.reading() as session:
            found = find_inside(session, storage.index, asking, self.work, self._words)
        return found.pages, found.page_count

    def found(self, question: str) -> list[int]:
        """The pages on which this stands, and the engine counts no others."""
        pages = [self.pages.index(each.page.id) for each in self.hits(question)]
        assert self.counted(question) == len(pages)
        return pages

    def _words(self, page: Page) -> PageWords:
        assert page.text is not None
        return unpack(self.workshop.storage.blobs.read(page.text.words.content_key))

    def suggested(self, beginning: str) -> list[str]:
        """The words that are suggested to everybody."""
        rights = self.rights()
        with self.workshop.storage.rows.reading() as session:
            found = suggest_words(session, beginning, spoken_units(session, rights))
        return sorted(each.word for each in found)
