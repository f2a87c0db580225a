"""Do rights facts change for everybody at once, and do units keep their order?"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.doors import image_door, page_door, pages_with_facts, thumbnail_door, work_door
from archive.representations import Page
from archive.rights import PUBLIC_DOMAIN_MARK, Act, Facts, Level, Requester, Restriction
from archive.rights_units import (
    RightsClock,
    RightsNow,
    RightsUnit,
    add_unit,
    bump_revision,
    change_unit,
    facts_by_unit,
    facts_of,
    revision,
    rights_now,
    stale_pages,
)
from archive.withholding import release_page, withhold_page
from storage.opening import Storage
from tests.archive.shelf import ENDED, OPEN, TODAY, described, digitized, shown

pytestmark = pytest.mark.every_database

ANYBODY = Requester()
READER = Requester(on_premises=True)
ON_PREMISES = Facts(PUBLIC_DOMAIN_MARK, Level.PREMISES)


def clock(storage: Storage) -> tuple[int, int]:
    """The newest unit and the revision, as everybody sees them."""
    with storage.rows.reading() as session:
        row = session.scalars(select(RightsClock)).one()
        return row.newest_unit, row.revision


def now_for(storage: Storage, requester: Requester = ANYBODY, today: date = TODAY) -> RightsNow:
    with storage.rows.reading() as session:
        return rights_now(session, requester, Act.SEARCH, today)


def _fail_after_adding(storage: Storage) -> None:
    with storage.rows.writing() as session:
        unit = add_unit(session, OPEN)
        assert unit.id / 0


class TestNumbers:
    def test_they_ascend_and_move_the_revision(self, storage: Storage) -> None:
        newest, was = clock(storage)
        with storage.rows.writing() as session:
            numbers = [add_unit(session, OPEN).id for _ in range(3)]
        assert numbers == [newest + 1, newest + 2, newest + 3]
        assert clock(storage) == (newest + 3, was + 3)

    def test_a_rolled_back_unit_was_never_known(self, storage: Storage) -> None:
        before = clock(storage)
        with pytest.raises(ZeroDivisionError):
            _fail_after_adding(storage)
        assert clock(storage) == before
        with storage.rows.reading() as session:
            assert session.scalars(select(RightsUnit.id)).all() == []

    def test_nobody_sees_a_newer_number_before_an_older_one(self, storage: Storage) -> None:
        """Whoever knows a number knows all below it: they are committed in order."""

        def add(number: int) -> int:
            with storage.rows.writing() as session:
                unit = add_unit(session, replace(OPEN, until=TODAY + timedelta(days=number)))
                below = session.scalars(select(RightsUnit.id).where(RightsUnit.id < unit.id)).all()
                assert sorted(below) == list(range(1, unit.id))
                return unit.id

        with ThreadPoolExecutor(4) as people:
            numbers = list(people.map(add, range(24)))
        assert sorted(numbers) == list(range(1, 25))
        assert clock(storage)[0] == 24

    def test_a_removed_units_number_is_not_given_again(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            last = add_unit(session, OPEN)
            session.delete(last)
        with storage.rows.writing() as session:
            assert add_unit(session, OPEN).id == last.id + 1


class TestTheMoment:
    def test_closed_is_what_decide_refuses_today(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            opened, ended, inside = (add_unit(session, f).id for f in (OPEN, ENDED, ON_PREMISES))
            page = add_unit(session, Facts(restriction=Restriction()), parent=opened).id
            below = add_unit(session, Facts(restriction=Restriction(TODAY)), parent=ended).id
        assert now_for(storage).closed_units == {ended, inside, page, below}
        assert now_for(storage, READER).closed_units == {ended, page, below}
        assert ENDED.until is not None
        assert now_for(storage, READER, ENDED.until).closed_units == {page, below}

    def test_a_unit_made_later_is_beyond_the_newest_known(self, storage: Storage) -> None:
        before = now_for(storage)
        with storage.rows.writing() as session:
            later = add_unit(session, OPEN).id
        assert later > before.newest_unit
        assert now_for(storage).newest_unit == later

    @pytest.mark.parametrize(
        "change",
        [
            lambda session, unit: change_unit(session, unit, ENDED),
            lambda session, unit: add_unit(session, OPEN, parent=unit.id),
            lambda session, _: bump_revision(session),
        ],
        ids=["changed", "added", "bumped"],
    )
    def test_every_change_has_a_revision_of_its_own(
        self, storage: Storage, change: Callable[[Session, RightsUnit], object]
    ) -> None:
        with storage.rows.writing() as session:
            unit = add_unit(session, OPEN)
        before = now_for(storage)
        with storage.rows.writing() as session:
            change(session, session.get_one(RightsUnit, unit.id))
        with storage.rows.reading() as session:
            assert revision(session) == before.revision + 1
        assert now_for(storage).revision == before.revision + 1

    def test_a_works_facts_hold_for_its_pages(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            work = add_unit(session, OPEN)
            page = add_unit(session, Facts(restriction=Restriction(TODAY)), parent=work.id)
            change_unit(session, work, ON_PREMISES)
        with storage.rows.reading() as session:
            facts = facts_by_unit(session)
        assert facts == {
            work.id: ON_PREMISES,
            page.id: replace(ON_PREMISES, restriction=Restriction(TODAY)),
        }


class TestHiddenPages:
    """Pages that are left out of searches by their id."""

    @pytest.fixture
    def page(self, storage: Storage, now: datetime, chance: random.Random) -> int:
        with storage.rows.writing() as session:
            work = described(session, "Кітап", now=now, chance=chance)
            [page] = digitized(session, work, ["1.jpg"], now=now, chance=chance)
            shown(session, page, now=now)
            page.indexed_unit_id, page.indexed_text_id = page.unit_id, page.text_id
            return page.id

    def test_one_whose_unit_the_index_holds_is_not(self, storage: Storage, page: int) -> None:
        assert now_for(storage).stale_pages == set()
        with storage.rows.reading() as session:
            assert session.get_one(Page, page).indexed_unit_id is not None

    def test_one_whose_unit_has_changed_is(
        self, storage: Storage, page: int, now: datetime
    ) -> None:
        withhold(storage, page, now)
        with storage.rows.reading() as session:
            assert stale_pages(session) == {page}
        assert now_for(storage).stale_pages == {page}

    def test_one_withheld_before_it_was_ever_indexed_is(
        self, storage: Storage, page: int, now: datetime
    ) -> None:
        """Its document may have been written just before, and no row tells of it yet."""
        with storage.rows.writing() as session:
            row = session.get_one(Page, page)
            row.indexed_unit_id = row.indexed_text_id = None
        withhold(storage, page, now)
        assert now_for(storage).stale_pages == {page}

    def test_a_released_one_is_until_the_index_has_heard(
        self, storage: Storage, page: int, now: datetime
    ) -> None:
        withhold(storage, page, now)
        heard(storage, page)
        with storage.rows.writing() as session:
            release_page(session, session.get_one(Page, page), now=now, agent="tester")
        assert now_for(storage).stale_pages == {page}
        heard(storage, page)
        assert now_for(storage).stale_pages == set()

    def test_one_whose_restriction_has_ended_is_not(
        self, storage: Storage, page: int, now: datetime
    ) -> None:
        withhold(storage, page, now, until=TODAY)
        heard(storage, page)
        assert now_for(storage, today=TODAY + timedelta(days=1)).stale_pages == set()


def withhold(storage: Storage, page: int, now: datetime, until: date | None = None) -> None:
    with storage.rows.writing() as session:
        row = session.get_one(Page, page)
        withhold_page(session, row, until=until, now=now, agent="tester")


def heard(storage: Storage, page: int) -> None:
    """The index has been told."""
    with storage.rows.writing() as session:
        row = session.get_one(Page, page)
        row.indexed_unit_id = row.unit_id
        bump_revision(session)


class TestFactsAtTheDoors:
    """A unit's facts are the same at every door, however its row came about."""

    @pytest.fixture
    def name(self, storage: Storage, now: datetime, chance: random.Random) -> str:
        with storage.rows.writing() as session:
            work = described(session, "Кітап", now=now, chance=chance, rights=Facts())
            [page] = digitized(session, work, ["1.jpg"], now=now, chance=chance)
            shown(session, page, now=now)
            return page.name

    @pytest.mark.parametrize("of_work", [Facts(), OPEN, ENDED, ON_PREMISES])
    @pytest.mark.parametrize(
        "of_page",
        [None, Facts(restriction=Restriction(TODAY)), replace(OPEN, restriction=Restriction())],
        ids=["no unit", "own unit", "own unit with facts"],
    )
    def test_they_are(
        self, storage: Storage, name: str, of_work: Facts, of_page: Facts | None
    ) -> None:
        with storage.rows.writing() as session:
            page = session.scalars(select(Page).where(Page.name == name)).one()
            work = session.get_one(RightsUnit, page.unit_id)
            change_unit(session, work, of_work)
            if of_page is not None:
                page.unit_id = add_unit(session, of_page, parent=work.id).id
        restriction = of_page.restriction if of_page else None
        expected = replace(of_work, restriction=restriction)
        with storage.rows.reading() as session:
            door = page_door(session, name)
            assert door is not None
            assert door.facts == expected
            page = door.page
            assert page.access is not None
            assert page.thumbnail is not None
            images = (
                image_door(session, name, page.access.content_key[:8]),
                thumbnail_door(session, name, page.thumbnail.content_key[:8]),
            )
            assert [image and image.facts for image in images] == [expected, expected]
            [(_, listed)] = pages_with_facts(session, page.representation_id)
            assert listed == expected
            assert facts_by_unit(session, frozenset({page.unit_id})) == {page.unit_id: expected}
            whole = work_door(session, door.work.name)
            assert whole is not None
            assert whole.facts == of_work


@given(
    st.builds(
        Facts,
        st.none() | st.just(PUBLIC_DOMAIN_MARK),
        st.sampled_from(Level),
        st.none() | st.dates(),
    )
)
def test_facts_come_back_as_they_were_put(facts: Facts) -> None:
    unit = RightsUnit(id=1, statement=facts.statement, level=facts.level, until=facts.until)
    assert facts_of(unit, None) == facts
