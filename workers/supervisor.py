"""The small supervisor: keeps the workers alive, and sweeps.

A worker that exits is started again; so is one that has finished nothing for a
lease while steps were due all the time (a stalled broker connection looks just
like that). Whatever it was doing is claimed again when its lease ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep, is_due
from storage.database import Database
from storage.errors import Failure, Transient
from storage.settings import Settings
from workers.queue import open_queue
from workers.sweeping import sweep
from workers.workshop import Workshop

log = logging.getLogger(__name__)

S = TypeVar("S", PageStep, BookBuild)

STOP_SECONDS = 10  # how long a worker may take to end its page when told to stop


def crews(settings: Settings) -> Mapping[str, int]:
    """Which queues one worker process serves, and with how many children."""
    return {"pages,texts,books": settings.processes, "index": 1}


@dataclass
class Crew:
    """One worker process and its children, in a process group of their own."""

    queues: str
    children: int
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start the worker."""
        command = [sys.executable, "-m", "workers.process", self.queues, str(self.children)]
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            command, env=dict(self.environment), start_new_session=True
        )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask the worker to end, then end its whole group."""
        if self.process is None:
            return
        if self.is_alive:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("worker %s did not stop in time", self.queues)
        self.end_group()

    def end_group(self) -> None:
        """Leave none of the worker's children behind."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("worker %s left nobody behind", self.queues)
        self.process.wait()


@contextmanager
def _only_worker(settings: Settings) -> Iterator[None]:
    """Hold the sign that somebody works here; it falls with the process that holds it.

    Raises:
        Transient: ``worker-runs-already``.
    """
    with _sign(settings).open("w") as sign:
        try:
            fcntl.flock(sign, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Transient("worker-runs-already") from error
        yield


def worker_is_running(settings: Settings) -> bool:
    """Whether a supervisor works on this home folder now."""
    with _sign(settings).open("a") as sign:
        try:
            fcntl.flock(sign, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _sign(settings: Settings) -> Path:
    settings.home.mkdir(parents=True, exist_ok=True)
    return settings.home / "worker.lock"


class Supervisor:
    """Starts, watches and stops the crews; `stopped` ends the watch."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.workshop = Workshop(settings, open_queue(settings))
        self.crews = [
            Crew(queues, children, environment) for queues, children in crews(settings).items()
        ]
        self.stopped = threading.Event()
        self._watched_since = self.workshop.now()

    def run(self) -> None:
        """Work until `stopped` is set; every second look at the crews, and sweep in time.

        Raises:
            Transient: ``worker-runs-already`` on the same home folder.
        """
        with _only_worker(self.settings):
            self._run()

    def _run(self) -> None:
        last_sweep = datetime.min.replace(tzinfo=UTC)
        for crew in self.crews:
            crew.start()
        try:
            while not self.stopped.wait(1.0):
                self._revive()
                if self.workshop.now() - last_sweep >= self._period:
                    self._sweep()
                    last_sweep = self.workshop.now()
        finally:
            for crew in self.crews:
                crew.stop()

    @property
    def _period(self) -> timedelta:
        return timedelta(seconds=self.settings.sweep_seconds)

    def _revive(self) -> None:
        for crew in self.crews:
            if not crew.is_alive:
                log.warning("worker %s has exited and is started again", crew.queues)
                crew.end_group()
                crew.start()

    def _sweep(self) -> None:
        try:
            sweep(self.workshop)
            silent = is_silent(
                self.workshop.storage.rows,
                self.workshop.now(),
                patience=self._patience,
                since=self._watched_since,
            )
        except Failure as failure:
            log.warning("this sweep was left out: %s", failure)
            return
        if silent:
            self._restart_silent()

    @property
    def _patience(self) -> timedelta:
        return timedelta(seconds=2 * self.settings.lease_seconds)

    def _restart_silent(self) -> None:
        log.warning("the workers finish nothing though steps are due: they are started again")
        for crew in self.crews:
            crew.end_group()
            crew.start()
        self._watched_since = self.workshop.now()


def is_silent(rows: Database, now: datetime, *, patience: timedelta, since: datetime) -> bool:
    """Whether steps have been due all the time and none has ended for so long."""
    if now - since < patience:
        return False
    with rows.reading() as session:
        return _stands_still(session, PageStep, now, patience) or _stands_still(
            session, BookBuild, now, patience
        )


def _stands_still(session: Session, table: type[S], now: datetime, patience: timedelta) -> bool:
    overdue = session.scalars(select(func.min(table.due_at)).where(is_due(table, now))).one()
    if overdue is None or now - overdue < patience:
        return False
    latest = session.scalars(select(func.max(table.finished_at))).one()
    return latest is None or now - latest >= patience
