"""Waiting for books, with a bar for their pages; a worker is lent if none is running."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Sequence

import click

from archive.overview import BookState, Trouble, book_state
from storage.errors import Transient
from storage.settings import Settings
from web.cli.office import Office
from web.cli.speech import Speech, say
from workers.presence import worker_is_running
from workers.supervisor import Supervisor

log = logging.getLogger(__name__)

TroubledPage = tuple[BookState, Trouble]

LOOK_SECONDS = 1.0


def wait_for_books(
    office: Office, speech: Speech, works: Sequence[str], *, quiet: bool = False
) -> Sequence[TroubledPage]:
    """Stay until nothing more is to be done for these books.

    Tells and returns every page that was refused or set aside.
    """
    lent = _LentWorker(office.settings)
    try:
        states = _watch(office, speech, works, lent, quiet=quiet)
    finally:
        lent.stop()
    troubles = [(state, trouble) for state in states for trouble in state.troubles]
    for state, trouble in troubles:
        if not quiet:
            reason = speech.reason(trouble.reason, trouble.values)
            where = speech("page %(number)s", number=trouble.sequence)
            say(f"  {state.title}, {where}, {trouble.file}: {reason}", error=True)
    return troubles


class _LentWorker:
    """A worker of our own for as long as nobody else's is running.

    Another command may have lent the worker that runs now, and takes it away when
    its own books are complete: so one looks again and again.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._supervisor: Supervisor | None = None
        self._thread: threading.Thread | None = None

    def see_to_it(self) -> None:
        """Start a worker if there is none."""
        if self._thread is not None and self._thread.is_alive():
            return
        if worker_is_running(self._settings):
            return
        self._supervisor = Supervisor(self._settings, os.environ)
        self._thread = threading.Thread(target=_run, args=[self._supervisor], name="supervisor")
        self._thread.start()

    def stop(self) -> None:
        """Give up our own worker, if there is one."""
        if self._supervisor is not None and self._thread is not None:
            self._supervisor.stopped.set()
            self._thread.join()


def _run(supervisor: Supervisor) -> None:
    try:
        supervisor.run()
    except Transient as failure:
        log.debug("somebody else was faster: %s", failure)


def _watch(
    office: Office, speech: Speech, works: Sequence[str], lent: _LentWorker, *, quiet: bool
) -> list[BookState]:
    total = sum(state.steps for state in _states(office, works))
    with click.progressbar(
        length=max(1, total), label=speech("Books being made"), file=sys.stderr, hidden=quiet
    ) as bar:
        while True:
            states = _states(office, works)
            bar.length = max(1, sum(state.steps for state in states))
            bar.update(sum(state.steps_ended for state in states) - bar.pos)
            if all(state.is_settled for state in states):
                return states
            lent.see_to_it()
            time.sleep(LOOK_SECONDS)


def _states(office: Office, works: Sequence[str]) -> list[BookState]:
    with office.storage.rows.reading() as session:
        return [book_state(session, work) for work in works]
