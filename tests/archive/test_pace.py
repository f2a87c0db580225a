"""Is the time left what was measured, and nothing where nothing was?"""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.pace import LEAST, PAUSE, minutes_left, months_of_room, time_a_page


def ends(now: datetime, seconds: float, count: int) -> list[datetime]:
    return [now - timedelta(seconds=seconds * number) for number in range(count)]


def test_the_pace_is_the_mean_gap(now: datetime) -> None:
    assert time_a_page(ends(now, 4, LEAST + 1), now) == timedelta(seconds=4)


def test_pages_that_end_in_pairs_are_two(now: datetime) -> None:
    """Two processes end two pages in the same moment, every eight seconds."""
    pairs = [*ends(now, 8, 20), *ends(now, 8, 20)]
    pace = time_a_page(pairs, now)
    assert pace is not None
    assert 3.5 < pace.total_seconds() < 4.5


def test_a_night_is_no_work(now: datetime) -> None:
    yesterday = ends(now - timedelta(hours=15), 4, 10)
    assert time_a_page([*ends(now, 4, 10), *yesterday], now) == timedelta(seconds=4)


def test_nothing_is_said_of_what_was_not_measured(now: datetime) -> None:
    assert time_a_page([], now) is None
    assert time_a_page(ends(now, 4, LEAST), now) is None
    assert time_a_page(ends(now - 2 * PAUSE, 4, 30), now) is None


def test_the_time_left_is_whole_minutes() -> None:
    a_page = timedelta(seconds=6)
    assert minutes_left(a_page, 250) == 25
    assert minutes_left(a_page, 1) == 1
    assert minutes_left(a_page, 0) is None
    assert minutes_left(None, 250) is None


def test_months_of_room() -> None:
    assert months_of_room(412_000_000_000, 11_000_000, 1_000) == 37
    assert months_of_room(1, 11_000_000, 1_000) == 0
    assert months_of_room(412, 0, 1_000) is None
    assert months_of_room(412, 11_000_000, 0) is None
