"""What every step works with: the engines, the clock and the rules, once a process."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from celery import Celery

from archive.ledger import LedgerRules
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import Storage, open_storage
from storage.settings import Settings

AGENT = "Sandyq"


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


@dataclass
class Workshop:
    """One worker process's engines; opened when first used, after every fork."""

    settings: Settings
    queue: Celery
    now: Callable[[], datetime] = utc_now
    chance: random.Random = field(default_factory=random.SystemRandom)
    _opened: tuple[int, Storage] | None = None

    @property
    def storage(self) -> Storage:
        """The engines of this very process: a connection must not cross a fork."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), open_storage(self.settings, SEARCH_SCHEMA))
        return self._opened[1]

    @property
    def rules(self) -> LedgerRules:
        return LedgerRules(
            lease=timedelta(seconds=self.settings.lease_seconds),
            attempt_cap=self.settings.attempt_cap,
        )

    @property
    def scratch(self) -> Path:
        return scratch_folder(self.settings)

    def today(self) -> date:
        """The day of the library's calendar."""
        return self.now().astimezone(self.settings.zone).date()


def scratch_folder(settings: Settings) -> Path:
    """A folder for files that tools want as paths; what is forgotten there is swept away."""
    folder = (settings.home / "scratch").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
