"""How any step runs: claim, work outside every transaction, finish under the fence.

The attempt is counted before the heavy work, so that a step which kills its
process has still been counted. A claim that somebody took over changes nothing.

The transactions of steps run beside each other: they rely on rows of one book alone,
and begin by locking it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.events import EventType, Outcome, record_event
from archive.ingest import lock_representation
from archive.ledger import BookBuild, Claim, Leased, PageStep, claim, fail, finish
from archive.representations import Page
from storage.errors import Broken, Failure, Transient
from storage.log_lines import about
from workers.completion import builds_due
from workers.queue import Wake, transaction
from workers.step_lines import Facts, Stopwatch, facts_of
from workers.workshop import AGENT, Workshop

log = logging.getLogger(__name__)

# How long a step waits for a database that does not answer, seconds: it may be starting
# again, and what was called for meanwhile would be called for again only after a lease.
PAUSES = (1, 2, 4, 8, 15)

TAKEN_OVER = "somebody else took it over, what came late is not written"

Task = TypeVar("Task")
Result = TypeVar("Result")
S = TypeVar("S", PageStep, BookBuild)


@dataclass(frozen=True, slots=True)
class Step(Generic[S, Task, Result]):
    """One kind of step: read the task, do the work, record the result.

    `read` and `record` run inside short transactions; `work` runs outside, and
    may be killed at any moment without harm. `record` gives the steps now due.
    """

    table: type[S]
    read: Callable[[Workshop, Session, int], Task]
    work: Callable[[Workshop, Task], Result]
    record: Callable[[Workshop, Session, Task, Result], Iterable[PageStep | BookBuild]]


def run_step(step: Step[S, Task, Result], workshop: Workshop, step_id: int) -> bool:
    """Run a step if it is due; True when this call finished it."""
    claimed = _patiently(lambda: _claim(workshop, step, step_id))
    if claimed is None:
        return False
    held, facts = claimed
    with about(**facts):
        return _run(step, workshop, held)


def _run(step: Step[S, Task, Result], workshop: Workshop, held: Claim) -> bool:
    watch = Stopwatch()
    try:
        with workshop.storage.rows.reading() as session:
            task = step.read(workshop, session, held.id)
        result = step.work(workshop, task)
        ended = _patiently(lambda: _end(workshop, step, held, task, result))
        with watch.told():
            log.info("step done" if ended else "step was taken over by another")
    except Failure as failure:
        with watch.told(family=failure.family, reason=failure.reason):
            _record_failure(workshop, step, held, failure)
        return False
    except Exception as error:
        with watch.told(family=Broken.family, reason="unexpected"):
            log.exception("step %s of %s failed", held.id, step.table.__tablename__)
            _record_failure(workshop, step, held, Broken("unexpected", error=repr(error)))
        return False
    return ended


def _patiently(act: Callable[[], Result]) -> Result:
    for pause in PAUSES:
        try:
            return act()
        except Transient as failure:
            if failure.reason not in {"database-down", "database-untrusted"}:
                raise
            log.warning("waiting %s s: %s", pause, failure)
            time.sleep(pause)
    return act()


def _claim(
    workshop: Workshop, step: Step[S, Task, Result], step_id: int
) -> tuple[Claim, Facts] | None:
    with transaction(workshop.storage.rows, workshop.queue, beside=True) as (session, _):
        held = claim(session, step.table, step_id, workshop.rules, workshop.now())
        return None if held is None else (held, facts_of(session, step.table, step_id))


def _end(
    workshop: Workshop, step: Step[S, Task, Result], held: Claim, task: Task, result: Result
) -> bool:
    with transaction(workshop.storage.rows, workshop.queue, beside=True) as (session, wake):
        lock_book(session, step.table, held.id)
        if not finish(session, step.table, held, workshop.now()):
            log.warning("step %s of %s: %s", held.id, step.table.__tablename__, TAKEN_OVER)
            return False
        wake_all(wake, step.record(workshop, session, task, result))
    return True


def lock_book(session: Session, table: type[S], step_id: int) -> None:
    """Let nobody else record anything of this step's book meanwhile.

    Before any other row is locked: two that lock a book's rows in another order would
    wait for each other.
    """
    if table is PageStep:
        query = select(Page.representation_id).join(PageStep, PageStep.page_id == Page.id)
    else:
        query = select(BookBuild.representation_id)
    lock_representation(session, session.scalars(query.where(table.id == step_id)).one())


def wake_all(wake: Wake, due: Iterable[Leased]) -> None:
    """Call for each step that has become due."""
    for each in due:
        wake(each.step, each.id)


def _record_failure(
    workshop: Workshop, step: Step[S, Task, Result], held: Claim, failure: Failure
) -> None:
    log.warning("step %s of %s: %s", held.id, step.table.__tablename__, failure)
    _patiently(lambda: _fail(workshop, step, held, failure))


def _fail(workshop: Workshop, step: Step[S, Task, Result], held: Claim, failure: Failure) -> None:
    now = workshop.now()
    with transaction(workshop.storage.rows, workshop.queue, beside=True) as (session, wake):
        lock_book(session, step.table, held.id)
        if not fail(session, step.table, held, failure, rules=workshop.rules, now=now):
            return
        row = session.get_one(step.table, held.id)
        record_event(
            session,
            EventType.CREATION,
            row,
            at=now,
            agent=AGENT,
            outcome=Outcome.FAILURE,
            detail={"step": row.step, "reason": failure.reason, "values": dict(failure.values)},
        )
        if isinstance(row, PageStep):
            wake_all(wake, builds_due(workshop, session, row.page_id))  # the rest may be complete
