"""Who is at work on this home folder, and at what? Each duty has one supervisor at a time.

A supervisor holds a lock for each of its duties, which falls with the process that holds it,
and touches the lock's file while it is awake. ``python -m workers.presence DUTY…`` is how a
container asks after its own: code 0 if each is held by somebody who is awake.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from storage.errors import Transient
from storage.heartbeat import DUTIES, sign
from storage.settings import Settings

ASLEEP_SECONDS = 300  # a sweep that waits for a busy database is awake


class Presence:
    """The signs that a supervisor holds."""

    def __init__(self, signs: Collection[Path]) -> None:
        self._signs = signs

    def show(self) -> None:
        """Say that one is awake."""
        for each in self._signs:
            with suppress(FileNotFoundError):  # the lock stays ours, whatever became of its file
                os.utime(each)


@contextmanager
def only_worker(settings: Settings, duties: Sequence[str] = DUTIES) -> Iterator[Presence]:
    """Hold the signs of these duties.

    Raises:
        Transient: ``worker-runs-already``.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    signs = [sign(settings.home, duty) for duty in duties]
    with ExitStack() as held:
        for each in signs:
            try:
                fcntl.flock(held.enter_context(each.open("w")), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Transient("worker-runs-already") from error
        yield Presence(signs)


def worker_is_running(settings: Settings) -> bool:
    """Whether a supervisor works on this home folder now, whatever its duties."""
    return any(is_held(settings, duty) for duty in DUTIES)


def is_held(settings: Settings, duty: str) -> bool:
    """Whether somebody has this duty now, awake or not."""
    file = sign(settings.home, duty)
    if not file.exists():
        return False
    with file.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_awake(settings: Settings, duty: str, now: float) -> bool:
    """Whether somebody has this duty and has shown it lately; `now` in seconds since 1970."""
    if not is_held(settings, duty):
        return False
    return now - sign(settings.home, duty).stat().st_mtime < ASLEEP_SECONDS


if __name__ == "__main__":
    told = Settings.from_environment(os.environ)
    sys.exit(not all(is_awake(told, duty, time.time()) for duty in sys.argv[1:]))
