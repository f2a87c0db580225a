"""What every command works with: settings, engines, queue, language and exit codes."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from celery import Celery

from archive.library import register_branches
from archive.migrations import upgrade
from schemas.library_file import LibraryFile, read_library_file
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Refused
from storage.opening import Storage, open_storage
from storage.settings import Settings
from workers.queue import open_queue

# Exit codes, as `sandyq --help` and docs/command-line.md tell them.
DONE, UNEXPECTED, MISUSED, PARTLY_REFUSED, NOT_NOW = 0, 1, 2, 3, 4


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """Engines and settings of one command."""

    settings: Settings
    storage: Storage
    queue: Celery
    now: Callable[[], datetime] = utc_now
    chance: random.Random = field(default_factory=random.SystemRandom)
    agent: str = "sandyq"

    def today(self) -> date:
        """The day of the library's calendar."""
        return self.now().astimezone(self.settings.zone).date()


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Open the engines, with the rows brought up to this version.

    Raises:
        Refused: a setting or the library's file makes no sense.
        Transient: an engine cannot be reached now.
    """
    storage = open_storage(settings, SEARCH_SCHEMA)
    try:
        upgrade(storage.rows)
        library = library_file(settings)
        if library is not None:
            with storage.rows.writing() as session:
                register_branches(session, library.branches)
        yield Office(settings, storage, open_queue(settings), agent=_person())
    finally:
        storage.close()


def library_file(settings: Settings) -> LibraryFile | None:
    """The library's own file, if the settings name one.

    Raises:
        Refused: ``unreadable-file`` or ``bad-library-file``.
    """
    if settings.library is None:
        return None
    try:
        text = settings.library.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable-file", file=str(settings.library)) from error
    return read_library_file(text, settings.library.name)


def _person() -> str:
    return os.environ.get("USER") or "sandyq"
