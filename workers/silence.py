"""Does a worker end nothing although it ought to? The rows tell, not the process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep, StepState, is_due
from storage.database import Database

S = TypeVar("S", PageStep, BookBuild)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker may end nothing: `idle` with no step in hand, `busy` with one."""

    idle: timedelta
    busy: timedelta


def is_silent(
    rows: Database, now: datetime, *, steps: Collection[str], watched: timedelta, patience: Patience
) -> bool:
    """Whether a worker that has been `watched` so long ought to have ended one of these steps.

    It ought to when it was called for one and has none in hand, or when one has been
    due all the time. (Whoever is called for in vain is called again each lease: the
    first sign alone would never be old enough where leases are short.)
    """
    with rows.reading() as session:
        seen = [_seen(session, PageStep, steps, now), _seen(session, BookBuild, steps, now)]

    def ended_nothing(limit: timedelta) -> bool:
        return watched >= limit and all(_is_past(each.ended, now, limit) for each in seen)

    stands_idle = not any(each.in_hand for each in seen) and any(
        each.called is not None and _is_past(each.called, now, patience.idle) for each in seen
    )
    is_late = any(each.due is not None and _is_past(each.due, now, patience.busy) for each in seen)
    return (stands_idle and ended_nothing(patience.idle)) or (
        is_late and ended_nothing(patience.busy)
    )


def _is_past(moment: datetime | None, now: datetime, limit: timedelta) -> bool:
    return moment is None or now - moment >= limit


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of some steps: since when one is due, and called for; when one ended; if one is claimed."""

    due: datetime | None
    called: datetime | None
    ended: datetime | None
    in_hand: bool


def _seen(session: Session, table: type[S], steps: Collection[str], now: datetime) -> _Seen:
    mine = table.step.in_(steps)
    due, called = session.execute(
        select(func.min(table.due_at), func.min(table.woken_at)).where(mine, is_due(table, now))
    ).one()
    ended = session.scalars(select(func.max(table.finished_at)).where(mine)).one()
    claimed = select(table.id).where(
        mine, table.state == StepState.RUNNING, table.lease_until >= now
    )
    in_hand = session.scalars(claimed.limit(1)).first() is not None
    return _Seen(due, called, ended, in_hand)
