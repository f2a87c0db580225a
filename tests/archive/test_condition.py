"""Is work that stands still seen, and is nothing said that was not measured?"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from archive.condition import (
    PATIENCE,
    TOO_OLD,
    Queue,
    Room,
    is_slow,
    is_standing,
    last_indexed,
    queue_now,
    room,
    search_answers,
)
from archive.events import EventType, record_event
from archive.ledger import PageStep, StepState
from storage.opening import Storage
from tests.archive.shelf import described, digitized

pytestmark = pytest.mark.every_database

AGO = {"never": None, "now": timedelta(), "late": PATIENCE, "old": TOO_OLD}


@pytest.mark.parametrize(
    ("due", "ended", "held", "stands", "slow"),
    [
        ("never", "never", False, False, False),  # nothing to do
        ("now", "old", False, False, False),  # it has just come
        ("late", "now", False, False, False),  # something has just ended
        ("late", "never", True, False, False),  # somebody has it in hand
        ("late", "never", False, True, False),
        ("late", "late", False, True, False),
        ("old", "now", False, False, True),  # a long queue
    ],
)
def test_signs_of_a_worker(
    now: datetime, due: str, ended: str, *, held: bool, stands: bool, slow: bool
) -> None:
    before = {name: None if ago is None else now - ago for name, ago in AGO.items()}
    queue = Queue(3, 0, oldest_due=before[due], last_end=before[ended], held=held)
    assert is_standing(queue, now) is stands
    assert is_slow(queue, now) is slow


def test_the_queue_is_read_from_the_ledger(
    storage: Storage, now: datetime, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        work = described(session, "Кітап", now=now, chance=chance)
        pages = digitized(session, work, ["1.tif", "2.tif"], now=now, chance=chance)
        assert queue_now(session, now) == Queue(2, 0, oldest_due=now)
        step = session.get_one(PageStep, 1)
        step.state, step.lease_until = StepState.RUNNING, now + timedelta(minutes=1)
        record_event(session, EventType.INDEXING, pages[0], at=now, agent="Sandyq")
        session.flush()
        queue = queue_now(session, now)
        assert (queue.held, queue.last_end, last_indexed(session)) == (True, now, now)
        later = now + timedelta(minutes=2)
        assert not queue_now(session, later).held


def test_room_is_measured_by_what_was_kept(
    storage: Storage, now: datetime, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        assert room(session, 10**12, now) == Room(10**12)
        work = described(session, "Кітап", now=now, chance=chance)
        digitized(session, work, [f"{n}.tif" for n in range(30)], now=now, chance=chance)
        assert room(session, 10**12, now).months is None  # one day says nothing of a month
        # 30 pages of 1000 bytes in 30 days
        later = now + timedelta(days=30)
        assert room(session, 300_000, later).months == 10


def test_little_room_is_said_before_it_is_none() -> None:
    assert Room(10**9).is_short
    assert Room(10**12, 0).is_short
    assert not Room(10**12, 3).is_short


def test_search_is_asked_and_not_believed(storage: Storage) -> None:
    assert search_answers(storage.index) in {True, False}
    storage.index.start_anew()
    storage.index.finish_anew()
    assert search_answers(storage.index)
