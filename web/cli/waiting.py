"""Waiting for books, with a bar for their pages; a worker is lent if none is running."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from archive.overview import BookState, book_state
from web.cli.office import Office
from web.cli.speech import Speech, say
from workers.supervisor import Supervisor, worker_is_running

LOOK_SECONDS = 1.0


def wait_for_books(
    office: Office, speech: Speech, works: Sequence[str], *, quiet: bool = False
) -> bool:
    """Stay until nothing more is to be done for these books.

    Tells every page that was refused or set aside; True if there are any.
    """
    with _some_worker(office):
        states = _watch(office, speech, works, quiet=quiet)
    troubles = [(state, trouble) for state in states for trouble in state.troubles]
    for state, trouble in troubles:
        if not quiet:
            reason = speech.reason(trouble.reason, trouble.values)
            where = speech("page %(number)s", number=trouble.sequence)
            say(f"  {state.title}, {where}, {trouble.file}: {reason}", error=True)
    return bool(troubles)


@contextmanager
def _some_worker(office: Office) -> Iterator[None]:
    """A worker of our own for as long as nobody else's is running."""
    if worker_is_running(office.settings):
        yield
        return
    supervisor = Supervisor(office.settings, os.environ)
    thread = threading.Thread(target=supervisor.run, name="supervisor")
    thread.start()
    try:
        yield
    finally:
        supervisor.stopped.set()
        thread.join()


def _watch(office: Office, speech: Speech, works: Sequence[str], *, quiet: bool) -> list[BookState]:
    states = _states(office, works)
    total = sum(state.steps for state in states)
    with click.progressbar(
        length=max(1, total),
        label=speech("Books being made"),
        file=sys.stderr,
        hidden=quiet,
    ) as bar:
        while True:
            states = _states(office, works)
            bar.length = max(1, sum(state.steps for state in states))
            bar.update(sum(state.steps_ended for state in states) - bar.pos)
            if all(state.is_settled for state in states):
                return states
            time.sleep(LOOK_SECONDS)


def _states(office: Office, works: Sequence[str]) -> list[BookState]:
    with office.storage.rows.reading() as session:
        return [book_state(session, work) for work in works]
