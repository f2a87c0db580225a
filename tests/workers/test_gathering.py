"""Does a recognised page wait for others, but for no longer than it may?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.ledger import PageStep, restart
from tests.sample_home import settings_for
from workers.gathering import index_in_company
from workers.queue import open_queue
from workers.workshop import Workshop

WAIT = 5


class Waiting:
    """Stands in for the seconds that pass: each pause moves the clock, then `happens`."""

    def __init__(self, home: Path, now: datetime) -> None:
        settings = settings_for(home, index_wait_seconds=WAIT)
        self.now = now
        self.pauses = 0
        self.then: list[tuple[int, str]] = []
        self.workshop = Workshop(settings, open_queue(settings), now=lambda: self.now)

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.pauses += 1
        for moment, step in self.then:
            if moment == self.pauses:
                self.end(step)

    def make_due(self, step: str, count: int) -> Sequence[int]:
        with self.workshop.storage.rows.writing() as session:
            query = select(PageStep).where(PageStep.step == step).order_by(PageStep.id)
            steps = session.scalars(query.limit(count)).all()
            for each in steps:
                restart(each, self.now)
            return [each.id for each in steps]

    def end(self, step: str) -> None:
        with self.workshop.storage.rows.writing() as session:
            for each in session.scalars(select(PageStep).where(PageStep.step == step)):
                each.state = "done"


@pytest.fixture
def waiting(own_sample_books: Path, now: datetime) -> Waiting:
    return Waiting(own_sample_books, now)


def test_a_page_whom_nobody_follows_does_not_wait(waiting: Waiting) -> None:
    due = waiting.make_due("index", 3)
    assert index_in_company(waiting.workshop, due[0], waiting.pause) == 3
    assert waiting.pauses == 0


@pytest.mark.parametrize("step", ["characterise", "recognise"])
def test_it_waits_while_another_is_on_its_way(waiting: Waiting, step: str) -> None:
    due = waiting.make_due("index", 2)
    waiting.make_due(step, 1)
    waiting.then = [(2, step)]
    assert index_in_company(waiting.workshop, due[0], waiting.pause) == 2
    assert waiting.pauses == 2


def test_it_waits_no_longer_than_it_may(waiting: Waiting) -> None:
    due = waiting.make_due("index", 1)
    waiting.make_due("recognise", 1)
    assert index_in_company(waiting.workshop, due[0], waiting.pause) == 1
    assert waiting.pauses == WAIT


def test_a_call_for_what_is_done_ends_at_once(waiting: Waiting) -> None:
    waiting.make_due("recognise", 1)
    assert index_in_company(waiting.workshop, 1, waiting.pause) == 0
    assert waiting.pauses == 0


def test_images_alone_are_not_waited_for(waiting: Waiting) -> None:
    due = waiting.make_due("index", 1)
    waiting.make_due("derive", 1)
    assert index_in_company(waiting.workshop, due[0], waiting.pause) == 1
    assert waiting.pauses == 0
