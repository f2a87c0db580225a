"""What does the ledger say to whoever watches over it? Counts and ages, for alarms.

Everything is read from the rows, since several processes work: none of them knows of the
others. Each question goes by an index, so that the cost follows what is alive, has failed
or has ended lately, and not what was ever done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.ledger import ALIVE, BookBuild, PageStep, StepState

RECENT = timedelta(hours=1)
"""For so long a step that has ended counts as recent."""

_MOST = 20_000  # recent steps that are looked at; more do not fit in an hour of many cores
_FAILED = (StepState.REFUSED, StepState.QUARANTINED)
_TABLES = (PageStep, BookBuild)


@dataclass(frozen=True, slots=True)
class Failing:
    """Steps of one kind that stand failed, or wait after a failure, for one reason."""

    step: str
    family: str
    reason: str


@dataclass(frozen=True, slots=True)
class Spent:
    """Steps of one kind that ended lately, and the seconds from claim to end of them all."""

    steps: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measures:
    """What the ledger says at one moment.

    `states` counts all steps by state, `standing` by (step, state) those that are alive or
    have failed; `oldest_due` is since when the oldest step of a kind has been due.
    `not_indexed` counts pages whose index step is alive or has failed.
    """

    states: Mapping[str, int]
    standing: Mapping[tuple[str, str], int]
    oldest_due: Mapping[str, datetime]
    failing: Mapping[Failing, int]
    recent: Mapping[str, Spent] = field(default_factory=dict)
    not_indexed: int = 0


def measure(session: Session, now: datetime, lease: timedelta) -> Measures:
    """Look at the ledger; a step was claimed one `lease` before its claim would have ended."""
    return Measures(
        states=_states(session),
        standing=_standing(session),
        oldest_due=_oldest_due(session, now),
        failing=_failing(session),
        recent=_recent(session, now - RECENT, lease),
        not_indexed=_not_indexed(session),
    )


def _states(session: Session) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for table in _TABLES:
        query = select(table.state, func.count()).group_by(table.state)
        counted.update(dict(session.execute(query).all()))
    return counted


def _standing(session: Session) -> Mapping[tuple[str, str], int]:
    counted: Counter[tuple[str, str]] = Counter()
    for table in _TABLES:
        query = (
            select(table.step, table.state, func.count())
            .where(table.state.in_((*ALIVE, *_FAILED)))
            .group_by(table.step, table.state)
        )
        counted.update({(step, state): n for step, state, n in session.execute(query)})
    return counted


def _oldest_due(session: Session, now: datetime) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for table in _TABLES:
        query = (
            select(table.step, func.min(table.due_at))
            .where(table.state == StepState.PENDING, table.due_at <= now)
            .group_by(table.step)
        )
        found |= dict(session.execute(query).all())
    return found


def _failing(session: Session) -> Mapping[Failing, int]:
    """By family and reason; a pending step with an error is tried again."""
    counted: Counter[Failing] = Counter()
    for table in _TABLES:
        why = (table.error["family"].as_string(), table.error["reason"].as_string())
        query = (
            select(table.step, *why, func.count())
            .where(table.state.in_((*_FAILED, StepState.PENDING)), why[1].is_not(None))
            .group_by(table.step, *why)
        )
        for step, family, reason, n in session.execute(query):
            counted[Failing(step, family, reason)] += n
    return counted


def _recent(session: Session, since: datetime, lease: timedelta) -> Mapping[str, Spent]:
    found: dict[str, Spent] = {}
    for table in _TABLES:
        # By the moment alone: with the state too SQLite walks over all that was ever done.
        query = (
            select(table.step, table.state, table.finished_at, table.lease_until)
            .where(table.finished_at >= since)
            .order_by(table.finished_at.desc())
            .limit(_MOST)
        )
        for step, state, finished, lease_until in session.execute(query):
            if state != StepState.DONE:
                continue
            before = found.get(step, Spent())
            began = lease_until - lease if lease_until else finished
            took = (finished or began) - began if began else timedelta()
            seconds = before.seconds + max(0.0, took.total_seconds())
            found[step] = Spent(before.steps + 1, seconds)
    return found


def _not_indexed(session: Session) -> int:
    behind = select(func.count(func.distinct(PageStep.page_id))).where(
        PageStep.state.in_((*ALIVE, *_FAILED)), PageStep.step == "index"
    )
    return session.scalars(behind).one()
