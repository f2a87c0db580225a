"""When was each part of the worker last seen awake?

Whoever has a duty holds a lock on its sign (`workers.presence`) and sets the time of that
file anew each second. It is read where the worker runs in another container too, as long
as the folder is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SCHEDULER = "scheduler"
DUTIES = ("pages", "books", "index", SCHEDULER)
"""The work on pages; on books' files and catalogues; on the index; and who calls for it all."""


def sign(home: Path, duty: str) -> Path:
    """The file of a duty: its time is when somebody last had it and was awake."""
    return home / f"worker-{duty}.lock"


def last_beats(home: Path) -> Mapping[str, float]:
    """When each duty was last done, a POSIX time; without those that never were."""
    signs = ((duty, sign(home, duty)) for duty in DUTIES)
    return {duty: file.stat().st_mtime for duty, file in signs if file.exists()}
