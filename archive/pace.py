"""How long will it take? Only what has been measured is said, never a guess. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

PAUSE = timedelta(minutes=5)
"""A longer gap between two pages is a pause, not work."""

LEAST = 8
"""Fewer gaps than these say nothing of the next page."""


def time_a_page(ends: Sequence[datetime], now: datetime) -> timedelta | None:
    """How far apart pages have ended lately, by all workers together.

    None while too few were measured, or when the last one ended so long ago that nobody
    is at work.
    """
    ordered = sorted(ends)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    worked = [gap for gap in gaps if gap <= PAUSE]
    if len(worked) < LEAST or now - ordered[-1] > PAUSE:
        return None
    return sum(worked, timedelta()) / len(worked)


def minutes_left(a_page: timedelta | None, pages: int) -> int | None:
    """Whole minutes for so many pages, at least one; None if the pace is not known."""
    if a_page is None or pages <= 0:
        return None
    return max(1, math.ceil(a_page * pages / timedelta(minutes=1)))


def months_of_room(free: int, bytes_a_page: float, pages_a_month: float) -> int | None:
    """For how many whole months `free` bytes are enough; None if nothing was measured."""
    if bytes_a_page <= 0 or pages_a_month <= 0:
        return None
    return int(free / (bytes_a_page * pages_a_month))
