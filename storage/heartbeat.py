"""When was the worker of this home folder last seen alive?

A file whose time is set anew each second. It is read where the worker runs in another
container too, as long as the folder is the same.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

FILE = "worker.alive"


def beat(home: Path) -> None:
    """Say that the worker is alive now; a disk that takes no file more ends no worker."""
    with suppress(OSError):
        (home / FILE).touch()


def last_beat(home: Path) -> float | None:
    """When it said so last, a POSIX time; None if it never did."""
    try:
        return (home / FILE).stat().st_mtime
    except FileNotFoundError:
        return None
