"""Does a sweep find what the messages forgot, and only that?"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from archive.accounts import Account, Attempts, SignIn
from archive.deposits import UPLOADS_KEPT
from archive.ledger import BookBuild, PageStep, StepState, claim, supersede_page_steps
from archive.representations import Page
from archive.signing_in import KEPT, begin_sign_in
from archive.throttling import FORGOTTEN_AFTER, Subject, count_attempt
from archive.throttling import Kind as Counted
from archive.withholding import release_page, withhold_page
from archive.works import Work
from storage.incoming import Incoming
from storage.opening import Storage
from storage.query import Kind
from storage.settings import Settings
from tests.faults.desk import Desk
from workers.indexing import want_index
from workers.queue import open_queue
from workers.sweeping import Swept, sweep
from workers.workshop import Workshop

pytestmark = pytest.mark.every_database

SECOND = timedelta(seconds=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Broom:
    """A workshop with a book of three pages, and what a sweep says and does."""

    workshop: Workshop
    clock: Clock
    pages: list[int]
    steps: list[int]

    @property
    def lease(self) -> timedelta:
        return self.workshop.rules.lease

    def sweep(self) -> list[tuple[str, int]]:
        """The calls that one sweep sends."""
        folder = self.workshop.settings.queue_folder / "messages"
        for message in folder.iterdir():
            message.unlink()
        sweep(self.workshop)
        sent = [json.loads(file.read_text())["headers"] for file in sorted(folder.iterdir())]
        return [(told["task"], json.loads(told["argsrepr"])[0]) for told in sent]

    def later(self, time: timedelta) -> None:
        self.clock.now += time


@pytest.fixture
def broom(
    storage: Storage, settings: Settings, now: datetime, chance: random.Random
) -> Iterator[Broom]:
    clock = Clock(now)
    queue = open_queue(settings)
    workshop = Workshop(settings, queue, now=clock, chance=chance)
    with storage.rows.writing() as session:
        desk = Desk(session, now, chance)
        receipts = [desk.receive(f"{number}.png", f"bytes {number}") for number in (1, 2, 3)]
        desk.work.indexed_revision = desk.work.revision
    yield Broom(
        workshop,
        clock,
        [receipt.page.id for receipt in receipts],
        [receipt.due[0].id for receipt in receipts],
    )
    workshop.storage.close()
    queue.close()


def test_what_was_just_called_for_is_let_alone(broom: Broom) -> None:
    assert broom.sweep() == []
    broom.later(broom.lease - SECOND)
    assert broom.sweep() == []


def test_calls_that_were_lost_are_made_again_once_a_lease(broom: Broom) -> None:
    broom.later(broom.lease)
    assert broom.sweep() == [("workers.characterise", number) for number in broom.steps]
    assert broom.sweep() == []
    broom.later(broom.lease)
    assert len(broom.sweep()) == 3


def test_who_died_over_a_page_is_followed_by_another(broom: Broom, storage: Storage) -> None:
    with storage.rows.writing() as session:
        for number in broom.steps:
            assert claim(session, PageStep, number, broom.workshop.rules, broom.clock.now)
    broom.later(broom.lease)
    assert broom.sweep() == []  # the leases hold to their last second
    broom.later(SECOND)
    assert [number for _, number in broom.sweep()] == broom.steps


def test_what_is_worn_out_is_set_aside_and_the_rest_is_built(
    broom: Broom, storage: Storage
) -> None:
    worn, *others = broom.steps
    for _ in range(broom.workshop.settings.attempt_cap):
        with storage.rows.writing() as session:
            assert claim(session, PageStep, worn, broom.workshop.rules, broom.clock.now)
        broom.later(broom.lease + SECOND)
    with storage.rows.writing() as session:
        for number in others:
            session.get_one(PageStep, number).state = StepState.DONE
        session.get_one(Page, broom.pages[1]).access_id = 1
    assert {task for task, _ in broom.sweep()} == {
        "workers.manifest", "workers.pdf", "workers.pdf-small"
    }  # fmt: skip
    with storage.rows.reading() as session:
        step = session.get_one(PageStep, worn)
        assert (step.state, step.error) == (
            StepState.QUARANTINED,
            {"family": "broken", "reason": "worker-died", "values": {}},
        )


def test_a_sweep_says_what_it_found(broom: Broom) -> None:
    assert sweep(broom.workshop) == Swept(woken=0, set_aside=0)
    broom.later(broom.lease)
    assert sweep(broom.workshop) == Swept(woken=3, set_aside=0)


def test_a_build_that_was_forgotten_is_called_for(
    broom: Broom, storage: Storage, now: datetime
) -> None:
    with storage.rows.writing() as session:
        supersede_page_steps(session, broom.pages)
        build = BookBuild(
            representation_id=1, step="pdf", input_key="key", withheld_key="-",
            due_at=now, woken_at=now, created_at=now,
        )  # fmt: skip
        session.add(build)
    broom.later(broom.lease)
    assert broom.sweep() == [("workers.pdf", build.id)]


def test_a_text_that_the_index_does_not_hold_is_indexed(broom: Broom, storage: Storage) -> None:
    with storage.rows.writing() as session:
        supersede_page_steps(session, broom.pages)
        session.get_one(Page, broom.pages[0]).text_id = 77
    ((task, number),) = broom.sweep()
    assert task == "workers.index"
    with storage.rows.reading() as session:
        assert session.get_one(PageStep, number).page_id == broom.pages[0]
    assert broom.sweep() == []


def test_a_page_that_is_withheld_and_released_is_indexed_each_time(
    broom: Broom, storage: Storage
) -> None:
    """It is left out of every search until the index knows: it must not be for ever."""
    with storage.rows.writing() as session:
        supersede_page_steps(session, broom.pages)
        page = session.get_one(Page, broom.pages[0])
        page.text_id = page.indexed_text_id = 77
        page.indexed_unit_id = page.unit_id
        first = want_index(session, page, broom.clock.now)
        assert first is not None
        first.state = StepState.DONE
    with storage.rows.writing() as session:
        page = session.get_one(Page, broom.pages[0])
        withhold_page(session, page, until=None, now=broom.clock.now, agent="test")
    ((_, closed),) = broom.sweep()
    with storage.rows.writing() as session:
        session.get_one(PageStep, closed).state = StepState.DONE
        page = session.get_one(Page, broom.pages[0])
        page.indexed_unit_id = page.unit_id
    with storage.rows.writing() as session:
        page = session.get_one(Page, broom.pages[0])
        release_page(session, page, now=broom.clock.now, agent="test")
    assert broom.sweep() == [("workers.index", first.id)]


def test_a_work_that_the_index_does_not_describe_is_described(
    broom: Broom, storage: Storage
) -> None:
    with storage.rows.writing() as session:
        supersede_page_steps(session, broom.pages)
        work = session.scalars(select(Work)).one()
        work.indexed_revision = 0
    broom.sweep()
    assert dict(storage.index.contents()) == {(Kind.WORK, work.id): work.revision}
    with storage.rows.reading() as session:
        assert session.get_one(Work, work.id).indexed_revision == work.revision


def test_a_restriction_that_ends_makes_another_variant_due(
    broom: Broom, storage: Storage, now: datetime
) -> None:
    with storage.rows.writing() as session:
        supersede_page_steps(session, broom.pages)
        for number in broom.pages:
            session.get_one(Page, number).access_id = number
        last_day = broom.workshop.today()
        page = session.get_one(Page, broom.pages[0])
        withhold_page(session, page, until=last_day, now=now, agent="test")
    assert {task for task, _ in broom.sweep()} == {
        "workers.manifest", "workers.pdf", "workers.pdf-small"
    }  # fmt: skip
    assert broom.sweep() == []
    broom.later(timedelta(days=1))
    broom.sweep()
    with storage.rows.reading() as session:
        variants = set(session.scalars(select(BookBuild.withheld_key)))
    assert len(variants) == 2
    assert "-" in variants


def test_no_sweep_calls_for_more_than_can_wait(
    broom: Broom, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.sweeping.CALLS", 2)
    broom.later(broom.lease)
    assert len(broom.sweep()) == 2
    assert len(broom.sweep()) == 1
    assert storage.rows is not broom.workshop.storage.rows


def test_uploads_that_nobody_goes_on_with_expire(broom: Broom) -> None:
    incoming = Incoming(broom.workshop.settings.uploads_folder)
    incoming.begin("forgotten")
    begun = (broom.clock.now - UPLOADS_KEPT + timedelta(minutes=1)).timestamp()
    os.utime(incoming.folder / "forgotten", (begun, begun))
    broom.sweep()
    assert incoming.length("forgotten") == 0
    broom.later(timedelta(minutes=2))
    broom.sweep()
    assert incoming.length("forgotten") is None


def test_attempts_and_sign_ins_of_long_ago_are_removed_and_no_others(
    broom: Broom, storage: Storage
) -> None:
    """Every mistyped name leaves a row, every working day leaves sign-ins."""
    subjects = [Subject(Counted.NAME, "old"), Subject(Counted.NAME, "new")]
    with storage.rows.writing() as session:
        account = Account(
            name="aigul", display_name="A", password_hash="-", role="operator",
            created_at=broom.clock.now,
        )  # fmt: skip
        session.add(account)
        session.flush()
        count_attempt(session, subjects[:1], broom.clock.now - FORGOTTEN_AFTER - SECOND)
        count_attempt(session, subjects[1:], broom.clock.now)
        begin_sign_in(session, account, "old", broom.clock.now - KEPT - SECOND)
        begin_sign_in(session, account, "new", broom.clock.now)
    broom.sweep()
    with storage.rows.reading() as session:
        assert list(session.scalars(select(Attempts.subject))) == [subjects[1].digest]
        assert list(session.scalars(select(SignIn.token_digest))) == ["new"]
