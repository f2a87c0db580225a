"""The small supervisor: keeps the workers alive, and sweeps.

A worker that exits is started again; so is one that does nothing although it was called
(a pool does so when a child was killed with the pool's lock in its hand), and one that has
finished nothing for two leases while its steps were due all the time (a stalled broker
connection looks just like that). Whatever it was doing is claimed again when its lease
ends, and what it was called for in vain is called for by the next sweep.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from archive.ledger import BookBuild, PageStep, doubt_calls_of
from storage.errors import Failure
from storage.heartbeat import DUTIES, SCHEDULER
from storage.settings import Settings
from workers.lanes import lines
from workers.nightly import NightlyCopy
from workers.presence import Presence, only_worker
from workers.queue import QUEUES, has_lines, open_queue
from workers.silence import Patience, is_silent
from workers.sweeping import compare_index, sweep
from workers.workshop import Workshop

log = logging.getLogger(__name__)

COMPARISON = timedelta(hours=1)  # between two looks whether the index holds what the rows say
STOP_SECONDS = 10  # how long a worker may take to end its page when told to stop
START_SECONDS = 20  # how long one may take to start and end a page on a busy machine


_PAGE_QUEUES = ("pages", "texts")


def crews(settings: Settings, duties: Collection[str] = DUTIES) -> Mapping[str, int]:
    """Which queues one worker process serves, and with how many children."""
    queues = list(_PAGE_QUEUES) if "pages" in duties else []
    if has_lines(settings):
        queues = [line for queue in queues for line in lines(queue)]
    if "books" in duties:
        queues.append("books")
    served = {",".join(queues): settings.processes} if queues else {}
    return served | ({"index": 1} if "index" in duties else {})


@dataclass
class Crew:
    """One worker process and its children, in a process group of their own.

    `watched_since` is the moment before which its silence means nothing.
    """

    queues: str
    children: int
    environment: Mapping[str, str]
    watched_since: datetime
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def steps(self) -> frozenset[str]:
        """The steps that only this crew does."""
        served = self.queues.split(",")
        return frozenset(step for step, queue in QUEUES.items() if queue in served)

    def start(self) -> None:
        """Start the worker."""
        told = (self.queues, str(self.children), str(os.getpid()))
        command = [sys.executable, "-m", "workers.process", *told]
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            command,
            env=dict(self.environment),
            stdout=subprocess.DEVNULL,  # Celery greets and takes leave there; it logs to stderr
            start_new_session=True,
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


class Supervisor:
    """Starts, watches and stops the crews; `stopped` ends the watch.

    Of several on one library each has duties of its own: the scheduler calls for what is due
    and makes the nightly copy, and whoever has a crew looks after that crew.
    """

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], duties: Sequence[str] = DUTIES
    ) -> None:
        self.settings = settings
        self.duties = duties
        self.workshop = Workshop(settings, open_queue(settings))
        self.crews = [
            Crew(queues, children, environment, watched_since=self.workshop.now())
            for queues, children in crews(settings, duties).items()
        ]
        self.nightly = NightlyCopy(settings, environment)
        self.stopped = threading.Event()

    def run(self) -> None:
        """Work until `stopped` is set; every second look at the crews, and sweep in time.

        Raises:
            Transient: ``worker-runs-already`` on the same home folder.
        """
        with only_worker(self.settings, self.duties) as presence:
            self._run(presence)

    def _run(self, presence: Presence) -> None:
        last_sweep = last_comparison = datetime.min.replace(tzinfo=UTC)
        for crew in self.crews:
            crew.start()
        try:
            while not self.stopped.wait(1.0):
                presence.show()
                self._revive()
                if self.workshop.now() - last_sweep >= self._period:
                    if self._schedules:
                        self._look_after(sweep)
                        self._look_after(lambda workshop: self.nightly.look(workshop.now()))
                    self._look_after(lambda _: self._restart_silent())
                    last_sweep = self.workshop.now()
                if self._schedules and self.workshop.now() - last_comparison >= COMPARISON:
                    self._look_after(compare_index)
                    last_comparison = self.workshop.now()
        finally:
            self.nightly.stop()
            for crew in self.crews:
                crew.stop()

    @property
    def _schedules(self) -> bool:
        return SCHEDULER in self.duties

    @property
    def _period(self) -> timedelta:
        return timedelta(seconds=self.settings.sweep_seconds)

    def _revive(self) -> None:
        for crew in self.crews:
            if not crew.is_alive:
                log.warning("worker %s has exited and is started again", crew.queues)
                self._start_again(crew)

    def _start_again(self, crew: Crew) -> None:
        crew.end_group()
        crew.start()
        crew.watched_since = self.workshop.now()
        self._look_after(partial(_doubt_calls, steps=crew.steps))

    def _look_after(self, care: Callable[[Workshop], object]) -> None:
        try:
            care(self.workshop)
        except Failure as failure:
            log.warning("left out this time: %s", failure)
        except Exception:
            # The workers can do without this care, but not without a supervisor.
            log.exception("left out this time")

    def _restart_silent(self) -> None:
        rows, now = self.workshop.storage.rows, self.workshop.now()
        for crew in self.crews:
            watched = now - crew.watched_since
            if is_silent(rows, now, steps=crew.steps, watched=watched, patience=self._patience):
                log.warning("worker %s ends nothing and is started again", crew.queues)
                self._start_again(crew)

    @property
    def _patience(self) -> Patience:
        start = START_SECONDS + self.settings.index_wait_seconds
        return Patience(
            idle=timedelta(seconds=start),
            busy=timedelta(seconds=max(2 * self.settings.lease_seconds, start)),
        )


def _doubt_calls(workshop: Workshop, steps: Collection[str]) -> None:
    with workshop.storage.rows.writing() as session:
        doubt_calls_of(session, PageStep, steps, workshop.rules, workshop.now())
        doubt_calls_of(session, BookBuild, steps, workshop.rules, workshop.now())
