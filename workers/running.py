"""How any step runs: claim, work outside every transaction, finish under the fence.

The attempt is counted before the heavy work, so that a step which kills its
process has still been counted. A claim that somebody took over changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from archive.events import EventType, Outcome, record_event
from archive.ledger import BookBuild, Claim, Leased, PageStep, claim, fail, finish
from storage.errors import Broken, Failure
from workers.completion import builds_due
from workers.queue import Wake, transaction
from workers.workshop import AGENT, Workshop

log = logging.getLogger(__name__)

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
    rows, queue = workshop.storage.rows, workshop.queue
    with transaction(rows, queue) as (session, _):
        held = claim(session, step.table, step_id, workshop.rules, workshop.now())
    if held is None:
        return False
    try:
        with rows.reading() as session:
            task = step.read(workshop, session, step_id)
        result = step.work(workshop, task)
        with transaction(rows, queue) as (session, wake):
            if not finish(session, step.table, held, workshop.now()):
                return False
            wake_all(wake, step.record(workshop, session, task, result))
    except Failure as failure:
        _record_failure(workshop, step, held, failure)
        return False
    except Exception as error:
        log.exception("step %s of %s failed", step_id, step.table.__tablename__)
        _record_failure(workshop, step, held, Broken("unexpected", error=repr(error)))
        return False
    return True


def wake_all(wake: Wake, due: Iterable[Leased]) -> None:
    """Call for each step that has become due."""
    for each in due:
        wake(each.step, each.id)


def _record_failure(
    workshop: Workshop, step: Step[S, Task, Result], held: Claim, failure: Failure
) -> None:
    log.warning("step %s of %s: %s", held.id, step.table.__tablename__, failure)
    now = workshop.now()
    with transaction(workshop.storage.rows, workshop.queue) as (session, wake):
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
