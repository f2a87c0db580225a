"""In what state is an agreement on a day? Computed from its facts, never stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EXPIRING = timedelta(days=180)


class State(StrEnum):
    """As the list of agreements shows them."""

    DRAFT = "draft"
    WAITING = "waiting"  # for the second officer
    SIGNED = "signed"  # confirmed, its first day lies ahead
    ACTIVE = "active"
    ENDING = "ending"  # active, and ends within half a year
    ENDED = "ended"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Days:
    """The facts of an agreement that its state depends on."""

    submitted: bool = False
    confirmed: bool = False
    begins: date | None = None
    until: date | None = None
    suspended: bool = False
    ends_on: date | None = None

    @property
    def last(self) -> date | None:
        """The last day on which it can be in force; None is without end."""
        return min((day for day in (self.until, self.ends_on) if day is not None), default=None)


def state_of(days: Days, at: date) -> State:
    """The state on this day."""
    if not days.confirmed:
        return State.WAITING if days.submitted else State.DRAFT
    if days.last is not None and at > days.last:
        return State.TERMINATED if days.last == days.ends_on else State.ENDED
    if days.suspended:
        return State.SUSPENDED
    return _running(days, at)


def _running(days: Days, at: date) -> State:
    if days.begins is None or at < days.begins:
        return State.SIGNED
    if days.last is not None and days.last - at <= EXPIRING:
        return State.ENDING
    return State.ACTIVE


def is_active(days: Days, at: date) -> bool:
    """Whether it opens anything on this day."""
    return state_of(days, at) in {State.ACTIVE, State.ENDING}
