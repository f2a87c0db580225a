"""A library on PostgreSQL and Redis that is worked for, one book after the other, by real workers.

One for many faults: each hands in a book of its own, and at its end all books are looked at.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.database import open_database
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests.engines.postgresql import running_postgresql
from tests.engines.postgresql_server import OwnServer
from tests.engines.redis import RedisServer, running_redis
from tests.faults.killing import Killer, is_at_rest, steps_done
from tests.faults.small_book import found
from tests.faults.small_pages import print_pages
from tests.faults.workers_at_work import until, worker
from tests.sample_home import asked, settings_for
from workers.running import TAKEN_OVER

LEASE = 5  # seconds


@dataclass
class LibraryOnServers:
    """The servers may be killed, and the workers too; `pages` and `books` were handed in."""

    settings: Settings
    storage: Storage
    postgresql: OwnServer
    redis: RedisServer
    pages: int = 0
    books: int = 0
    supervisor: psutil.Process | None = None
    _work: ExitStack = field(default_factory=ExitStack)

    @property
    def log(self) -> Path:
        """What the workers say."""
        return self.settings.home / "worker.log"

    def late(self) -> int:
        """How often somebody ended a step that had been taken over, and wrote nothing."""
        return self.log.read_text().count(TAKEN_OVER) if self.log.exists() else 0

    def start_work(self) -> None:
        """Start the workers, unless they run."""
        if self.supervisor is None:
            self.supervisor = self._work.enter_context(worker(self.settings))

    def stop_work(self) -> None:
        """Let the workers end what they do."""
        self._work.close()
        self.supervisor = None

    def kill_work(self) -> None:
        """Kill the supervisor and everybody below it at once, as a power cut does."""
        assert self.supervisor is not None
        everybody = [self.supervisor, *self.supervisor.children(recursive=True)]
        for each in everybody:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(everybody, timeout=30)
        self.stop_work()

    def hand_in(self, pages: int, *more: Path) -> Killer:
        """One more book of small pages, unlike the others, and who kills by its progress."""
        folder = self.settings.home.parent / f"book-{self.books}"
        before = steps_done(self.storage.rows)
        print_pages(folder, pages, seed=self.books)
        for file in more:
            file.rename(folder / file.name)
        asked(self.settings, "ingest", folder, "--title", f"Кітап {self.books}")
        self.took_in(pages + len(more))
        self.start_work()
        assert self.supervisor is not None
        return Killer(self.supervisor, self.storage.rows, random.Random(self.books), before)

    def took_in(self, pages: int) -> None:
        """A book of so many pages was handed in."""
        self.pages += pages
        self.books += 1

    def ends_well(self) -> Sequence[str]:
        """What is not as it must be when all has come to rest; how long that takes is told."""
        began = time.monotonic()
        until(lambda: is_at_rest(self.storage.rows, self.books), "the end", self.log)
        print(f"{time.monotonic() - began:.1f} s from the last fault to the end")
        return self.breaches()

    def breaches(self) -> Sequence[str]:
        """What is not as it must be now."""
        return found(self.storage, self.pages)


@contextmanager
def library_on_servers(folder: Path) -> Iterator[LibraryOnServers]:
    """An empty library; its servers and workers end with the block."""
    with (
        running_postgresql(folder / "guard") as postgresql,
        running_redis(folder / "redis") as redis,
    ):
        database = f"{postgresql.address}postgres"
        rows = open_database(database)
        upgrade(rows)
        rows.close()
        settings = settings_for(
            folder / "var",
            database=database,
            broker=redis.url,
            lease_seconds=LEASE,
            sweep_seconds=1,
            index_wait_seconds=1,
            attempt_cap=30,  # whoever is interrupted so often is not to be set aside
        )
        storage = open_storage(settings, SEARCH_SCHEMA)
        library = LibraryOnServers(settings, storage, postgresql, redis)
        try:
            yield library
        finally:
            library.stop_work()
            storage.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryOnServers]:
    with library_on_servers(tmp_path_factory.mktemp("library")) as opened:
        yield opened
