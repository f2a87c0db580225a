"""Does a step run once, outside every transaction, and end under its fence?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.events import Event, Outcome
from archive.ledger import BookBuild, PageStep, StepState, claim, want_page_step
from archive.representations import Page
from storage.errors import Broken, Refused, Transient
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.desk import Desk
from workers.queue import open_queue
from workers.running import Step, run_step
from workers.workshop import Workshop

pytestmark = pytest.mark.every_database


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Bench:
    """A workshop with one page whose characterisation is due; `log` tells what was done."""

    workshop: Workshop
    clock: Clock
    page_id: int
    step_id: int
    log: list[str]

    def step(
        self,
        work: Callable[[], object] = lambda: None,
        record: Callable[[Session], Iterable[PageStep]] = lambda _: (),
    ) -> Step[PageStep, int, str]:
        """A step that writes down what it does, and does what it is told."""

        def read(_workshop: Workshop, _session: Session, step_id: int) -> int:
            self.log.append("read")
            return step_id

        def do(_workshop: Workshop, step_id: int) -> str:
            self.log.append("work")
            work()
            return f"result of {step_id}"

        def note(
            _workshop: Workshop, session: Session, _task: int, result: str
        ) -> Iterable[PageStep]:
            assert result == f"result of {self.step_id}"
            session.get_one(Page, self.page_id).label = "recorded"
            self.log.append("record")
            return record(session)

        return Step(PageStep, read, do, note)

    def run(self, step: Step[PageStep, int, str]) -> bool:
        return run_step(step, self.workshop, self.step_id)

    def row(self) -> PageStep:
        with self.workshop.storage.rows.reading() as session:
            return session.get_one(PageStep, self.step_id)

    def label(self) -> str | None:
        with self.workshop.storage.rows.reading() as session:
            return session.get_one(Page, self.page_id).label

    def failures(self) -> list[str]:
        with self.workshop.storage.rows.reading() as session:
            failed = select(Event).where(Event.outcome == Outcome.FAILURE)
            return [event.detail["reason"] for event in session.scalars(failed)]

    def calls(self) -> int:
        folder = self.workshop.settings.queue_folder / "messages"
        return len(list(folder.iterdir()))


@pytest.fixture
def bench(
    storage: Storage, settings: Settings, now: datetime, chance: random.Random
) -> Iterator[Bench]:
    clock = Clock(now)
    queue = open_queue(settings)
    workshop = Workshop(settings, queue, now=clock, chance=chance)
    with storage.rows.writing() as session:
        receipt = Desk(session, now, chance).receive("1.png", "one")
    yield Bench(workshop, clock, receipt.page.id, receipt.due[0].id, [])
    workshop.storage.close()
    queue.close()


def raising(failure: Exception) -> Callable[[], object]:
    def work() -> object:
        raise failure

    return work


def test_a_due_step_is_read_worked_and_recorded(bench: Bench) -> None:
    assert bench.run(bench.step())
    assert bench.log == ["read", "work", "record"]
    assert (bench.row().state, bench.row().attempts, bench.label()) == ("done", 1, "recorded")
    assert not bench.run(bench.step())
    assert bench.log == ["read", "work", "record"]


def test_the_attempt_is_counted_before_the_work(bench: Bench) -> None:
    seen: list[tuple[str, int]] = []
    bench.run(bench.step(lambda: seen.append((bench.row().state, bench.row().attempts))))
    assert seen == [("running", 1)]


def test_work_holds_no_transaction(bench: Bench, storage: Storage) -> None:
    """Somebody else can write while a page is recognised."""

    def write() -> None:
        with storage.rows.writing() as session:
            session.get_one(Page, bench.page_id).dpi = 300

    assert bench.run(bench.step(write))


def test_what_becomes_due_is_called_for_when_all_is_committed(bench: Bench) -> None:
    now = bench.clock.now

    def record(session: Session) -> Iterable[PageStep]:
        wanted = want_page_step(session, bench.page_id, "derive", "key", now)
        assert bench.calls() == 0
        return [wanted] if wanted else []

    assert bench.run(bench.step(record=record))
    assert bench.calls() == 1


def test_a_result_that_comes_too_late_is_not_recorded(bench: Bench, storage: Storage) -> None:
    """While this one slept its lease ended, and somebody else took the step over."""

    def oversleep() -> None:
        bench.clock.now += bench.workshop.rules.lease + timedelta(seconds=1)
        with storage.rows.writing() as session:
            assert claim(session, PageStep, bench.step_id, bench.workshop.rules, bench.clock.now)

    assert not bench.run(bench.step(oversleep))
    assert bench.log == ["read", "work"]
    assert (bench.row().state, bench.row().attempts, bench.label()) == ("running", 2, None)


@pytest.mark.parametrize("failure", [Refused("r"), Transient("t"), Broken("b"), KeyError("k")])
def test_a_failure_that_comes_too_late_is_not_recorded(
    bench: Bench, storage: Storage, failure: Exception
) -> None:
    def oversleep() -> None:
        bench.clock.now += bench.workshop.rules.lease + timedelta(seconds=1)
        with storage.rows.writing() as session:
            claim(session, PageStep, bench.step_id, bench.workshop.rules, bench.clock.now)
        raise failure

    assert not bench.run(bench.step(oversleep))
    assert (bench.row().state, bench.row().error, bench.failures()) == ("running", None, [])


def test_what_cannot_be_recorded_is_not_done(bench: Bench) -> None:
    def record(_: Session) -> Iterable[PageStep]:
        raise Broken("recognition-failed")

    assert not bench.run(bench.step(record=record))
    assert (bench.row().state, bench.row().attempts, bench.label()) == ("pending", 1, None)


def test_refused_input_ends_at_once_with_an_event(bench: Bench) -> None:
    assert not bench.run(bench.step(raising(Refused("truncated-image", file="1.png"))))
    row = bench.row()
    assert (row.state, row.finished_at) == ("refused", bench.clock.now)
    assert row.error == {
        "family": "refused", "reason": "truncated-image", "values": {"file": "1.png"}
    }  # fmt: skip
    assert bench.failures() == ["truncated-image"]


def test_a_transient_failure_is_no_attempt_and_comes_again(bench: Bench) -> None:
    for _ in range(bench.workshop.settings.attempt_cap + 1):
        assert not bench.run(bench.step(raising(Transient("storage-full"))))
        assert (bench.row().state, bench.row().attempts) == ("pending", 0)
        assert not bench.run(bench.step())
        bench.clock.now = bench.row().due_at
    assert bench.run(bench.step())
    assert bench.row().error is None


def test_a_defect_is_told_tried_up_to_the_cap_and_set_aside(bench: Bench) -> None:
    cap = bench.workshop.settings.attempt_cap
    for attempt in range(1, cap + 1):
        assert not bench.run(bench.step(raising(KeyError("surprise"))))
        assert bench.row().attempts == attempt
    row = bench.row()
    assert row.state == StepState.QUARANTINED
    assert row.error is not None
    assert (row.error["reason"], row.error["values"]) == (
        "unexpected",
        {"error": "KeyError('surprise')"},
    )
    assert bench.failures() == ["unexpected"] * cap
    assert not bench.run(bench.step())


def test_a_page_that_is_refused_lets_the_rest_of_its_book_go_on(
    bench: Bench, storage: Storage, now: datetime
) -> None:
    """The last page waited for was refused: the book is as complete as it will be."""
    with storage.rows.writing() as session:
        page = session.get_one(Page, bench.page_id)
        other = Page(
            name="other", representation_id=page.representation_id, sequence=2,
            scan_id=page.scan_id, frame=1, unit_id=page.unit_id, access_id=1,
        )  # fmt: skip
        session.add(other)
    bench.run(bench.step(raising(Refused("damaged-image"))))
    with storage.rows.reading() as session:
        steps = {build.step: build.created_at for build in session.scalars(select(BookBuild))}
    assert steps == dict.fromkeys(("manifest", "pdf", "pdf-small"), now)
    assert bench.calls() == 3
