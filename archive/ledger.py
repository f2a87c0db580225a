"""What is still to be done: the row that is the truth of every step.

A message is only a wake-up call. A step is claimed by one UPDATE which counts
the attempt before the heavy work and gives back a fence; it is finished by an
UPDATE that holds only while that fence is still the newest, so a zombie changes
nothing. What has failed too often is set aside with its reason and blocks nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.rows import Row
from storage.errors import Broken, Failure, Refused, Transient


class StepState(StrEnum):
    """Pending and running are alive; the other three are ends."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # the input will never work; a person mends it
    QUARANTINED = "quarantined"  # failed too often; a person looks
    SUPERSEDED = "superseded"  # the input has changed since


# Why a build was given up that other pages were withheld from meanwhile.
VARIANT_CHANGED = "variant-changed"

ALIVE = (StepState.PENDING, StepState.RUNNING)


class Leased:
    """What a page's step and a book's build have in common."""

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    input_key: Mapped[str]
    state: Mapped[str] = mapped_column(default=StepState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime]
    woken_at: Mapped[datetime | None]  # when a message was last sent for it
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class PageStep(Leased, Row):
    """One step for one Page with one set of inputs."""

    __tablename__ = "page_steps"
    __table_args__ = (
        UniqueConstraint("page_id", "step", "input_key"),
        Index("ix_page_steps_due", "state", "due_at"),
        Index("ix_page_steps_finished", "finished_at"),
    )

    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))


class BookBuild(Leased, Row):
    """One build of one Representation (`step` is pdf, manifest …) with one set of inputs.

    `withheld_key` names the set of pages that this variant leaves out.
    """

    __tablename__ = "book_builds"
    __table_args__ = (
        UniqueConstraint("representation_id", "step", "input_key"),
        Index("ix_book_builds_due", "state", "due_at"),
        Index("ix_book_builds_finished", "finished_at"),
    )

    representation_id: Mapped[int] = mapped_column(ForeignKey("representations.id"))
    withheld_key: Mapped[str]
    derivative_id: Mapped[int | None] = mapped_column(ForeignKey("derivatives.id"))


S = TypeVar("S", PageStep, BookBuild)


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """How long a claim holds and how often a step is tried (settings)."""

    lease: timedelta
    attempt_cap: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to finish one step, as long as nobody has claimed it since."""

    id: int
    fence: int


def want_page_step(
    session: Session, page_id: int, step: str, input_key: str, now: datetime
) -> PageStep | None:
    """Make a step due unless it has been done with these very inputs.

    Steps of the same kind with other inputs are superseded, those that have ended
    too: should the page come back to them, they are done again. Returns None when
    there is nothing to do.
    """
    rivals = (PageStep.page_id == page_id, PageStep.step == step)
    _supersede(session, *rivals, PageStep.input_key != input_key)
    found = session.scalars(
        select(PageStep).where(*rivals, PageStep.input_key == input_key)
    ).first()
    if found is None:
        found = PageStep(
            page_id=page_id,
            step=step,
            input_key=input_key,
            due_at=now,
            woken_at=now,
            created_at=now,
        )
        session.add(found)
        session.flush()
        return found
    if found.state != StepState.SUPERSEDED:
        return None
    restart(found, now)
    return found


def supersede_page_steps(session: Session, page_ids: Collection[int]) -> None:
    """What these pages' steps have done or are doing counts no more: they show other bytes."""
    _supersede(session, PageStep.page_id.in_(page_ids))


def _supersede(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(PageStep)
        .where(*which, PageStep.state != StepState.SUPERSEDED)
        .values(state=StepState.SUPERSEDED, fence=PageStep.fence + 1)
    )


def want_build(
    session: Session,
    representation_id: int,
    step: str,
    *,
    input_key: str,
    withheld_key: str,
    now: datetime,
) -> BookBuild | None:
    """Make a build due unless it exists with these very inputs.

    Builds that leave out the same pages but have other inputs are superseded.
    """
    rivals = (
        BookBuild.representation_id == representation_id,
        BookBuild.step == step,
        BookBuild.withheld_key == withheld_key,
    )
    session.execute(
        update(BookBuild)
        .where(*rivals, BookBuild.input_key != input_key, BookBuild.state != StepState.SUPERSEDED)
        .values(state=StepState.SUPERSEDED, fence=BookBuild.fence + 1)
    )
    same = select(BookBuild).where(*rivals, BookBuild.input_key == input_key)
    found = session.scalars(same).first()
    if found is None:
        found = BookBuild(
            representation_id=representation_id,
            step=step,
            input_key=input_key,
            withheld_key=withheld_key,
            due_at=now,
            woken_at=now,
            created_at=now,
        )
        session.add(found)
        session.flush()
        return found
    overtaken = (found.error or {}).get("reason") == VARIANT_CHANGED
    if found.state != StepState.SUPERSEDED and not overtaken:
        return None
    restart(found, now)
    return found


def restart(step: Leased, now: datetime) -> None:
    """Make a step due again from the beginning, whatever became of it."""
    step.state, step.attempts, step.due_at = StepState.PENDING, 0, now
    step.woken_at = now
    step.fence += 1
    step.error = step.finished_at = step.lease_until = None


def claim(
    session: Session,
    table: type[S],
    step_id: int,
    rules: LedgerRules,
    now: datetime,
) -> Claim | None:
    """Take a due step, counting the attempt; None when it is not (or no longer) due."""
    fence = session.scalar(
        update(table)
        .where(table.id == step_id, is_due(table, now), table.attempts < rules.attempt_cap)
        .values(
            state=StepState.RUNNING,
            attempts=table.attempts + 1,
            fence=table.fence + 1,
            lease_until=now + rules.lease,
        )
        .returning(table.fence)
    )
    return None if fence is None else Claim(step_id, fence)


def is_due(table: type[S], now: datetime) -> ColumnElement[bool]:
    """Waiting and its time has come, or claimed by somebody who is late."""
    return or_(
        and_(table.state == StepState.PENDING, table.due_at <= now),
        and_(table.state == StepState.RUNNING, table.lease_until < now),
    )


def finish(session: Session, table: type[S], held: Claim, now: datetime) -> bool:
    """Mark a claimed step done; False when the claim is no longer ours."""
    return _end(session, table, held, state=StepState.DONE, finished_at=now, error=None)


def fail(
    session: Session,
    table: type[S],
    held: Claim,
    failure: Failure,
    *,
    rules: LedgerRules,
    now: datetime,
) -> bool:
    """Record why a claimed step failed and whether it is tried again.

    The one table of retry policy: refused input ends at once; a transient
    failure waits and does not count as an attempt; what is broken is tried up to
    the cap and then set aside.
    """
    error = {"family": failure.family, "reason": failure.reason, "values": dict(failure.values)}
    if isinstance(failure, Refused):
        return _end(session, table, held, state=StepState.REFUSED, finished_at=now, error=error)
    if isinstance(failure, Transient):
        return _end(
            session,
            table,
            held,
            state=StepState.PENDING,
            attempts=table.attempts - 1,
            due_at=now + rules.lease / 10,
            woken_at=None,
            lease_until=None,
            error=error,
        )
    again = {"error": error, "woken_at": None, "due_at": now, "state": StepState.PENDING}
    if not _end(session, table, held, **again):
        return False
    set_aside(session, table, rules, now, only=held.id)
    return True


def _end(session: Session, table: type[S], held: Claim, **values: object) -> bool:
    done = session.execute(
        update(table)
        .where(table.id == held.id, table.fence == held.fence, table.state == StepState.RUNNING)
        .values(**values)
        .returning(table.id)
    ).first()
    return done is not None


def set_aside(
    session: Session,
    table: type[S],
    rules: LedgerRules,
    now: datetime,
    *,
    only: int | None = None,
) -> Sequence[int]:
    """Quarantine what is due but has used up its attempts; returns the ids.

    A step that died without a word (its process was killed) gets the reason
    ``worker-died``.
    """
    worn_out = [is_due(table, now), table.attempts >= rules.attempt_cap]
    if only is not None:
        worn_out.append(table.id == only)
    steps = session.scalars(select(table).where(*worn_out)).all()
    died = Broken("worker-died")
    for step in steps:
        step.state, step.finished_at = StepState.QUARANTINED, now
        step.fence += 1
        step.error = step.error or {"family": died.family, "reason": died.reason, "values": {}}
    return [step.id for step in steps]


def due_steps(
    session: Session, table: type[S], now: datetime, limit: int, *, step: str | None = None
) -> Sequence[S]:
    """What is due, oldest first; only one kind of step if `step` is given."""
    query = select(table).where(is_due(table, now)).order_by(table.due_at, table.id).limit(limit)
    if step is not None:
        query = query.where(table.step == step)
    return session.scalars(query).all()


def doubt_calls_of(
    session: Session, table: type[S], steps: Collection[str], rules: LedgerRules, now: datetime
) -> None:
    """Some calls for these kinds of step died with the worker that held them.

    Nobody knows which: those that are lost need not wait until their lease is over.
    """
    long_ago = now - rules.lease
    session.execute(
        update(table)
        .where(table.state == StepState.PENDING, table.step.in_(steps), table.woken_at > long_ago)
        .values(woken_at=long_ago)
    )


def forget_calls(session: Session, table: type[S], numbers: Sequence[int]) -> None:
    """The calls for these steps never left: call again."""
    for begin in range(0, len(numbers), 400):  # databases limit their parameters
        session.execute(
            update(table)
            .where(
                table.state == StepState.PENDING,
                table.id.in_(numbers[begin : begin + 400]),
            )
            .values(woken_at=None)
        )


def forgotten_steps(
    session: Session,
    table: type[S],
    rules: LedgerRules,
    now: datetime,
    limit: int,
    *which: ColumnElement[bool],
) -> Sequence[S]:
    """What is due and was not called for within a lease: its message may be lost.

    First what was called for longest ago: calls are taken in their order, so its
    message should have been the first to come. They count as called for from now on.
    """
    silent = or_(table.woken_at.is_(None), table.woken_at <= now - rules.lease)
    query = (
        select(table)
        .where(is_due(table, now), silent, *which)
        .order_by(table.woken_at.asc().nulls_first(), table.due_at, table.id)
        .limit(limit)
    )
    steps = session.scalars(query).all()
    for each in steps:
        each.woken_at = now
    return steps
