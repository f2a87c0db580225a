"""Is what was lost called for again, and never more than the line has room for?"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.ledger import (
    PageStep,
    claim,
    finish,
    is_due,
    supersede_page_steps,
    want_page_step,
)
from archive.representations import Page
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import described, digitized
from workers.lost_calls import SPARE
from workers.queue import open_queue, transaction
from workers.sweeping import sweep
from workers.workshop import Workshop

PAGES = 24
SECOND = timedelta(seconds=1)


class Line:
    """A book whose pages wait in the broker's folder, with a clock that is set by hand."""

    def __init__(self, storage: Storage, settings: Settings, now: datetime) -> None:
        self.now = now
        self.rows = storage.rows
        self.folder = settings.queue_folder / "messages"
        self.workshop = Workshop(settings, open_queue(settings), now=lambda: self.now)
        chance = random.Random(1)
        with transaction(storage.rows, self.workshop.queue) as (session, wake):
            work = described(session, "Көмір", now=now, chance=chance)
            work.indexed_revision = work.revision
            names = [f"{number:03}.jpg" for number in range(PAGES)]
            digitized(session, work, names, now=now, chance=chance)
            for step in session.scalars(select(PageStep).order_by(PageStep.id)):
                wake(step.step, step.id)

    def messages(self) -> list[Path]:
        """Oldest first."""
        return sorted(self.folder.glob("*.pages.msg"))

    def called(self) -> list[int]:
        """The steps that the messages call for, oldest first."""
        told = [json.loads(file.read_text())["headers"] for file in self.messages()]
        return [json.loads(each["argsrepr"])[0] for each in told]

    def waiting(self) -> int:
        query = select(func.count()).where(is_due(PageStep, self.now))
        with self.rows.reading() as session:
            return session.scalars(query).one()

    def sweep(self) -> int:
        """How many calls it makes again."""
        return sweep(self.workshop).woken

    def after_a_lease(self) -> int:
        self.now += self.workshop.rules.lease
        return self.sweep()

    def take(self, file: Path, number: int) -> None:
        """A worker takes a call and does its step, if that is to be done still."""
        file.unlink()
        with self.rows.writing() as session:
            held = claim(session, PageStep, number, self.workshop.rules, self.now)
            if held is not None:
                finish(session, PageStep, held, self.now)

    def take_first(self, number: int) -> None:
        for file, step in list(zip(self.messages(), self.called(), strict=True))[:number]:
            self.take(file, step)


@pytest.fixture
def line(storage: Storage, settings: Settings, now: datetime) -> Iterator[Line]:
    line = Line(storage, settings, now)
    yield line
    line.workshop.storage.close()
    line.workshop.queue.close()


def test_a_line_that_nobody_serves_does_not_grow(line: Line) -> None:
    """The worker is away for days: every lease some steps count as forgotten."""
    assert [line.after_a_lease() for _ in range(20)] == [SPARE] + 19 * [0]
    assert len(line.messages()) == PAGES + SPARE


def test_a_line_that_moves_does_not_grow(line: Line) -> None:
    for _ in range(PAGES):
        line.take_first(1)
        line.after_a_lease()
        assert len(line.messages()) <= line.waiting() + SPARE


@pytest.mark.parametrize("left", [0, 5, PAGES - 1])
def test_as_many_are_called_again_as_were_lost(line: Line, left: int) -> None:
    for file in line.messages()[left:]:
        file.unlink()
    assert line.sweep() == 0  # they may be on their way
    assert line.after_a_lease() == min(PAGES, PAGES - left + SPARE)
    assert len(line.messages()) == min(PAGES + left, PAGES + SPARE)


def test_calls_are_made_again_in_the_order_in_which_they_were_made(line: Line) -> None:
    first, second, *others = line.messages()
    first.unlink()
    second.unlink()
    calls = line.called()
    assert line.after_a_lease() == 2 + SPARE
    assert len(line.called()) == len(others) + 2 + SPARE
    again = line.called()[len(others) :]
    assert sorted(again) == again
    assert not set(again[:2]) & set(calls)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("stuck", [0, SPARE - 1])
def test_whatever_is_lost_every_step_is_done(line: Line, seed: int, stuck: int) -> None:
    """Calls are lost all the time, and some lie there for ever: nobody can take them."""
    chance = random.Random(seed)
    never = set(chance.sample(line.messages(), stuck))
    looks = 0
    while line.waiting():
        looks += 1
        assert looks < 3 * PAGES
        line.now += line.workshop.rules.lease * chance.random()
        line.sweep()
        assert len(line.messages()) <= line.waiting() + SPARE
        free = [each for each in zip(line.messages(), line.called(), strict=True)
                if each[0] not in never]  # fmt: skip
        for file, number in free[:3]:
            if chance.random() < 0.5:
                line.take(file, number)
            else:
                file.unlink()


def test_a_step_whose_worker_died_is_called_for_though_its_line_is_full(line: Line) -> None:
    (file, number) = line.messages()[0], line.called()[0]
    file.unlink()
    with line.rows.writing() as session:
        assert claim(session, PageStep, number, line.workshop.rules, line.now)
    line.now += line.workshop.rules.lease + SECOND
    line.sweep()
    assert number in line.called()


def test_what_a_sweep_makes_due_itself_lacks_no_call(line: Line) -> None:
    """The broker holds none for it yet: older steps would be called again in its place."""
    old, new = PAGES // 2, PAGES - PAGES // 2
    with transaction(line.rows, line.workshop.queue) as (session, wake):
        pages = session.scalars(select(Page).order_by(Page.id)).all()
        supersede_page_steps(session, [page.id for page in pages])
        for page in pages[:old]:
            step = want_page_step(session, page.id, "index", "key", line.now)
            assert step is not None
            wake(step.step, step.id)
        for page in pages[old:]:
            page.text_id = 77
    assert line.after_a_lease() == SPARE
    assert len(list(line.folder.glob("*.index.msg"))) == old + SPARE + new
