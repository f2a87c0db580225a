"""What changes when a single page is closed, and when it is opened again?"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from archive.assembly import open_variant
from archive.descriptions import change_rights
from archive.doors import page_door, work_door
from archive.events import Event, EventType
from archive.representations import Page
from archive.rights import Act, Allow, Decision, Reason, Refuse, Requester, decide
from archive.rights_units import RightsUnit, revision
from archive.withholding import release_page, withhold_page
from archive.works import Work
from storage.opening import Storage
from tests.archive.shelf import ENDED, TODAY, described, digitized, shown

TOMORROW = TODAY + timedelta(days=1)


@dataclass(frozen=True)
class Book:
    """An open book of three pages, and a person at the desk."""

    storage: Storage
    now: datetime
    work: str
    pages: tuple[str, ...]

    def withhold(self, name: str, until: date | None = None) -> None:
        with self.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == name)).one()
            withhold_page(session, page, until=until, now=self.now, agent="tester")

    def release(self, name: str) -> None:
        with self.storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == name)).one()
            release_page(session, page, now=self.now, agent="tester")

    def verdict(self, name: str, today: date = TODAY) -> Decision:
        with self.storage.rows.reading() as session:
            door = page_door(session, name)
            assert door is not None
            return decide(door.facts, Requester(on_premises=True), Act.VIEW, today)

    def unit(self, name: str) -> int:
        with self.storage.rows.reading() as session:
            return session.scalars(select(Page.unit_id).where(Page.name == name)).one()

    def variant(self, today: date = TODAY) -> tuple[list[str], str]:
        """The pages that the book's files show today, and the key of the others."""
        with self.storage.rows.reading() as session:
            door = work_door(session, self.work)
            assert door is not None
            assert door.representation is not None
            variant = open_variant(session, door.representation.id, today)
            return [page.name for page in variant.pages], variant.withheld_key

    def revision(self) -> int:
        with self.storage.rows.reading() as session:
            return revision(session)

    def told(self) -> list[dict[str, object]]:
        """What the record says of the pages' rights."""
        with self.storage.rows.reading() as session:
            query = (
                select(Event.detail)
                .where(Event.type == EventType.POLICY_ASSIGNMENT, Event.about_kind == "pages")
                .order_by(Event.id)
            )
            return list(session.scalars(query))


@pytest.fixture
def book(storage: Storage, now: datetime, chance: random.Random) -> Book:
    with storage.rows.writing() as session:
        work = described(session, "Кітап", now=now, chance=chance)
        pages = digitized(session, work, ["1.jpg", "2.jpg", "3.jpg"], now=now, chance=chance)
        for page in pages:
            shown(session, page, now=now)
        return Book(storage, now, work.name, tuple(page.name for page in pages))


def test_only_this_page_is_closed(book: Book) -> None:
    first, second, third = book.pages
    book.withhold(second)
    assert book.verdict(second) == Refuse(Reason.WITHHELD)
    assert book.verdict(first) == book.verdict(third) == Allow()
    assert book.unit(first) == book.unit(third) != book.unit(second)


def test_it_is_closed_through_its_last_day(book: Book) -> None:
    page = book.pages[1]
    book.withhold(page, until=TODAY)
    assert book.verdict(page) == Refuse(Reason.WITHHELD, until=TODAY)
    assert book.verdict(page, TOMORROW) == Allow()


def test_released_it_follows_its_work_again(book: Book) -> None:
    page, work = book.pages[1], book.unit(book.pages[0])
    book.withhold(page)
    book.release(page)
    assert (book.verdict(page), book.unit(page)) == (Allow(), work)


def test_a_released_units_number_is_not_used_again(book: Book) -> None:
    page = book.pages[1]
    book.withhold(page)
    first = book.unit(page)
    book.release(page)
    book.withhold(page)
    assert book.unit(page) > first


def test_withheld_again_the_newest_word_holds(book: Book) -> None:
    page = book.pages[1]
    book.withhold(page, until=TODAY - timedelta(days=1))
    assert book.verdict(page) == Allow()
    book.withhold(page)
    assert book.verdict(page) == Refuse(Reason.WITHHELD)
    with book.storage.rows.reading() as session:
        parents = select(RightsUnit.parent_id).where(RightsUnit.parent_id.is_not(None)).distinct()
        assert session.scalars(parents).all() == [book.unit(book.pages[0])]


def test_what_closes_the_work_closes_its_pages_too(book: Book) -> None:
    page = book.pages[1]
    book.withhold(page, until=TODAY - timedelta(days=1))
    with book.storage.rows.writing() as session:
        work = session.scalars(select(Work).where(Work.name == book.work)).one()
        change_rights(session, work, ENDED, now=book.now, agent="tester")
    assert book.verdict(page) == Refuse(Reason.ENDED, until=ENDED.until)


def test_every_change_is_seen_by_searches_and_written_down(book: Book) -> None:
    before = book.revision()
    book.withhold(book.pages[1], until=TODAY)
    assert book.revision() == before + 1
    book.release(book.pages[1])
    assert book.revision() == before + 2
    assert book.told() == [{"withheld_until": TODAY.isoformat()}, {"released": True}]


def test_releasing_an_open_page_does_nothing(book: Book) -> None:
    before = book.revision()
    book.release(book.pages[0])
    assert book.revision() == before
    with book.storage.rows.reading() as session:
        assert session.scalars(select(func.count(RightsUnit.id))).one() == 1
    assert book.told() == []


def test_the_files_of_the_book_leave_it_out(book: Book) -> None:
    first, second, third = book.pages
    whole = book.variant()
    assert whole[0] == [first, second, third]
    book.withhold(second, until=TODAY)
    without = book.variant()
    assert without[0] == [first, third]
    assert without[1] != whole[1]
    assert book.variant(TOMORROW) == whole
    book.release(second)
    assert book.variant() == whole


def test_each_set_of_withheld_pages_has_a_key_of_its_own(book: Book) -> None:
    keys = [book.variant()[1]]
    book.withhold(book.pages[0])
    keys.append(book.variant()[1])
    book.withhold(book.pages[1])
    keys.append(book.variant()[1])
    book.release(book.pages[0])
    keys.append(book.variant()[1])
    assert len(set(keys)) == 4


def test_the_key_names_a_withheld_page_without_an_image_too(book: Book) -> None:
    """While it is scanned anew, files that show its old image must not fit again."""
    book.withhold(book.pages[1])
    before = book.variant()
    with book.storage.rows.writing() as session:
        page = session.scalars(select(Page).where(Page.name == book.pages[1])).one()
        page.access_id = page.thumbnail_id = page.text_id = None
    assert book.variant() == before
