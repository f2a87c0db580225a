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
    due all the time; and when none has ended for as long.
    """
    with rows.reading() as session:
        seen = [_seen(session, PageStep, steps, now), _seen(session, BookBuild, steps, now)]
    in_hand = any(each.in_hand for each in seen)
    limit = patience.busy if in_hand else patience.idle
    waits = any(each.waits(now, limit, called=not in_hand) for each in seen)
    return waits and watched >= limit and all(each.is_quiet(now, limit) for each in seen)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of some steps: since when one is due, and called for; when one ended; if one is claimed."""

    due: datetime | None
    called: datetime | None
    ended: datetime | None
    in_hand: bool

    def waits(self, now: datetime, limit: timedelta, *, called: bool) -> bool:
        since = self.called if called else self.due
        return since is not None and now - since >= limit

    def is_quiet(self, now: datetime, limit: timedelta) -> bool:
        return self.ended is None or now - self.ended >= limit


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
