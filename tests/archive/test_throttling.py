"""Does the wait grow as it should, and is every attempt counted once?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from archive.accounts import Attempts
from archive.throttling import (
    FORGOTTEN_AFTER,
    LONGEST_WAIT,
    Kind,
    Subject,
    count_attempt,
    forgive,
    take_back,
    wait_after,
    wait_for,
)
from storage.opening import Storage

pytestmark = pytest.mark.every_database

NAME, ADDRESS = Subject(Kind.NAME, "aigul"), Subject(Kind.ADDRESS, "10.0.0.1")
NOTHING = timedelta(0)


@pytest.mark.parametrize(
    ("count", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10**9, 15)]
)
def test_the_wait_after_so_many(count: int, minutes: int) -> None:
    assert wait_after(count, free=5) == timedelta(minutes=minutes)


@given(count=st.integers(0, 10_000), free=st.integers(0, 50))
def test_the_wait_never_falls_and_has_an_end(count: int, free: int) -> None:
    assert NOTHING <= wait_after(count, free) <= wait_after(count + 1, free) <= LONGEST_WAIT


def count(storage: Storage, now: datetime, *subjects: Subject) -> timedelta:
    with storage.rows.writing() as session:
        return count_attempt(session, subjects, now)


def wait(storage: Storage, now: datetime, *subjects: Subject) -> timedelta:
    with storage.rows.reading() as session:
        return wait_for(session, subjects, now)


def counted(storage: Storage) -> list[int]:
    with storage.rows.reading() as session:
        return list(session.scalars(select(Attempts.count).order_by(Attempts.count)))


class TestCounting:
    def test_what_must_wait_is_not_counted(self, storage: Storage, now: datetime) -> None:
        told = [count(storage, now, NAME) for _ in range(8)]
        assert told == [NOTHING] * 5 + [timedelta(minutes=1)] * 3
        assert counted(storage) == [5]

    def test_the_wait_runs_down(self, storage: Storage, now: datetime) -> None:
        for _ in range(5):
            count(storage, now, NAME)
        assert wait(storage, now + timedelta(seconds=50), NAME) == timedelta(seconds=10)
        assert wait(storage, now + timedelta(seconds=60), NAME) == NOTHING
        assert wait(storage, now + timedelta(days=1000), NAME) == NOTHING

    def test_the_longest_of_two_waits_counts(self, storage: Storage, now: datetime) -> None:
        for number in range(20):
            count(storage, now, Subject(Kind.NAME, f"name {number}"), ADDRESS)
        assert wait(storage, now, NAME) == NOTHING
        assert wait(storage, now, NAME, ADDRESS) == timedelta(minutes=1)
        assert count(storage, now, NAME, ADDRESS) == timedelta(minutes=1)
        assert len(counted(storage)) == 21

    def test_a_day_later_counting_begins_again(self, storage: Storage, now: datetime) -> None:
        for _ in range(5):
            count(storage, now, NAME)
        later = now + FORGOTTEN_AFTER + timedelta(seconds=1)
        assert count(storage, later, NAME) == NOTHING
        assert counted(storage) == [1]

    def test_what_succeeds_is_taken_back_and_forgiven(
        self, storage: Storage, now: datetime
    ) -> None:
        for _ in range(4):
            count(storage, now, NAME, ADDRESS)
        with storage.rows.writing() as session:
            forgive(session, NAME)
            take_back(session, ADDRESS)
            forgive(session, Subject(Kind.NAME, "unknown"))
            take_back(session, Subject(Kind.NAME, "unknown"))
        assert counted(storage) == [3]


class TestSubjects:
    def test_a_name_is_the_same_however_it_is_typed(self) -> None:
        assert Subject(Kind.NAME, " AIGUL ").digest == NAME.digest

    def test_a_name_and_an_address_are_never_the_same(self) -> None:
        assert len({Subject(kind, "x").digest for kind in Kind}) == len(Kind)
