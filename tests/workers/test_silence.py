"""When is a worker taken for silent, and when is it merely slow or out of work?"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from archive.ledger import PageStep, StepState
from storage.opening import Storage
from tests.faults.desk import Desk
from workers.silence import Patience, is_silent

PATIENCE = Patience(idle=timedelta(seconds=40), busy=timedelta(seconds=1200))
LONG = timedelta(hours=2)


@pytest.fixture
def step(storage: Storage, now: datetime, chance: random.Random) -> int:
    """A step that is due and was called for, at `now`."""
    with storage.rows.writing() as session:
        Desk(session, now, chance).receive("1.png", "one")
        return session.scalars(select(PageStep.id)).one()


def silent(storage: Storage, now: datetime, seconds: int, watched: timedelta = LONG) -> bool:
    return is_silent(
        storage.rows,
        now + timedelta(seconds=seconds),
        steps={"characterise"},
        watched=watched,
        patience=PATIENCE,
    )


def change(storage: Storage, step: int, **values: object) -> None:
    with storage.rows.writing() as session:
        row = session.get_one(PageStep, step)
        for name, value in values.items():
            setattr(row, name, value)


def test_one_that_was_called_and_takes_nothing(storage: Storage, now: datetime, step: int) -> None:
    assert step
    assert not silent(storage, now, 39)
    assert silent(storage, now, 41)


def test_one_that_was_just_started_is_given_time(
    storage: Storage, now: datetime, step: int
) -> None:
    assert step
    assert not silent(storage, now, 41, watched=timedelta(seconds=20))


def test_one_whom_nobody_called(storage: Storage, now: datetime, step: int) -> None:
    change(storage, step, woken_at=None)
    assert not silent(storage, now, 600)


def test_one_that_has_a_step_in_hand(
    storage: Storage, now: datetime, step: int, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        Desk(session, now, chance).receive("2.png", "two")
    held = now + timedelta(hours=1)
    change(storage, step, state=StepState.RUNNING, lease_until=held)
    assert not silent(storage, now, 600)
    assert silent(storage, now, 1201)


def test_one_that_has_just_ended_something(
    storage: Storage, now: datetime, step: int, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        Desk(session, now, chance).receive("2.png", "two")
    ended = now + timedelta(seconds=30)
    change(storage, step, state=StepState.DONE, finished_at=ended)
    assert not silent(storage, now, 69)
    assert silent(storage, now, 71)


def test_one_without_work(storage: Storage, now: datetime, step: int) -> None:
    change(storage, step, state=StepState.DONE)
    assert not silent(storage, now, 5000)


def test_one_that_is_called_again_and_again_in_vain(
    storage: Storage, now: datetime, step: int
) -> None:
    change(storage, step, woken_at=now + timedelta(seconds=1195))
    assert not silent(storage, now, 1199)
    assert silent(storage, now, 1201)
