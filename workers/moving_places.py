"""The old place of a library that moves, held still, and the new one, which must be free."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep, StepState
from storage.errors import Failure, Refused, Transient
from storage.held_rows import (
    Mark,
    State,
    clear_mark,
    hold,
    mark_of,
    release,
    set_mark,
    tables_there,
)
from storage.opening import Storage
from storage.settings import Settings
from workers.moving_files import Named, holds_others
from workers.presence import worker_is_running

_OLD = frozenset({State.LEAVING, State.LEFT})


@dataclass(frozen=True, slots=True)
class Place:
    """A library's settings and its engines."""

    settings: Settings
    storage: Storage

    @property
    def name(self) -> str:
        """Where rows, files, papers and the index lie, without passwords, as JSON."""
        on_files = not self.settings.blobs_url.startswith("s3:")
        papers = str(self.settings.private_folder) if on_files else ""
        return json.dumps([self.rows, self.settings.blobs_url, papers, self.settings.search_url])

    @property
    def rows(self) -> str:
        """Where the rows lie, without a password."""
        return make_url(self.settings.database_url).render_as_string(hide_password=True)

    @property
    def mark(self) -> Mark | None:
        """The mark of its rows."""
        with self.storage.rows.reading() as session:
            return mark_of(session)


@contextmanager
def one_at_a_time(old: Place) -> Iterator[None]:
    """Nobody else moves the library of this home folder meanwhile.

    Raises:
        Transient: ``move-under-way``.
    """
    old.settings.home.mkdir(parents=True, exist_ok=True)
    with (old.settings.home / "move.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Transient("move-under-way") from error
        yield


def ask(new: Place) -> None:
    """See whether rows, files and index of the new place answer.

    Raises:
        Transient: ``new-place-silent`` with the `place` that does not.
    """
    for where, asked in (
        (new.rows, partial(getattr, new, "mark")),
        (new.settings.blobs_url, partial(next, new.storage.blobs.keys(), None)),
        (new.settings.search_url, new.storage.index.contents),
    ):
        try:
            asked()
        except Transient as failure:
            raise Transient("new-place-silent", place=where) from failure


def settle_on(old: Place, new: Place, begun: Mark) -> tuple[Mark, bool]:
    """Hold the old place still and find the new one good: the mark, and whether rows move.

    A move that is known from before goes on; `begun` is the mark of one that begins now.

    Raises:
        Refused: ``new-place-taken`` with the `place`; the old one is then as it was.
        Transient: ``library-at-work``, ``library-moved`` (elsewhere).
    """
    if worker_is_running(old.settings):
        raise Transient("library-at-work")
    mark, before = _held(old, begun)
    try:
        return mark, _judged(old, new, mark)
    except Failure:
        if mark.move == begun.move:
            _put_back(old, before)
        raise


def give_back(old: Place) -> None:
    """Let the rows of an old place be changed again, whether the move was finished or not.

    Raises:
        Refused: ``no-move``.
        Transient: ``move-under-way``.
    """
    with one_at_a_time(old):
        mark = old.mark
        if mark is None or mark.state not in _OLD:
            raise Refused("no-move")
        _put_back(old, None)


def _put_back(old: Place, mark: Mark | None) -> None:
    with old.storage.rows.writing() as session:
        release(session)
        if mark is None:
            clear_mark(session)
        else:
            set_mark(session, mark)


def _held(old: Place, begun: Mark) -> tuple[Mark, Mark | None]:
    """The mark of the old place, which is held still from now on, and the one before it."""
    with old.storage.rows.writing() as session:
        mark = mark_of(session)
        if mark is not None and mark.state in _OLD:
            return mark, None
        if _is_at_work(session, begun.began):
            raise Transient("library-at-work")
        if mark is not None:  # where it came to, which may be where it goes
            begun = replace(begun, place=mark.place)
        hold(session, "library-moving")
        set_mark(session, begun)
    return begun, mark


def _is_at_work(session: Session, now: datetime) -> bool:
    """Whether a worker, on whatever machine, has a step in its hands."""
    return any(
        session.scalars(
            select(func.count(step.id)).where(
                step.state == StepState.RUNNING, step.lease_until > now
            )
        ).one()
        for step in (PageStep, BookBuild)
    )


def _judged(old: Place, new: Place, mark: Mark) -> bool:
    with new.storage.rows.reading() as session:
        there, is_empty = mark_of(session), not tables_there(session)
    is_ours = there is not None and there.move == mark.move
    if mark.state is State.LEFT and not is_ours:
        raise Transient("library-moved")
    if not is_ours and not is_empty:
        raise Refused("new-place-taken", place=new.rows)
    if mark.state is State.LEAVING and mark.place != new.name:
        _judge_files(old, new)
        _judge_index(old, new)
        with old.storage.rows.writing() as session:
            set_mark(session, replace(mark, place=new.name))
    # Whatever the database is called: where the old place's mark is read, it is the old one.
    return there is None or there.state not in _OLD


def _judge_files(old: Place, new: Place) -> None:
    if new.settings.blobs_url == old.settings.blobs_url:
        return
    with old.storage.rows.reading() as session:
        named = Named.by(session)
    if holds_others(new.storage, named):
        raise Refused("new-place-taken", place=new.settings.blobs_url)


def _judge_index(old: Place, new: Place) -> None:
    if new.settings.search_url == old.settings.search_url:
        return
    index = new.storage.index
    if index.contents() or not index.is_current():
        raise Refused("new-place-taken", place=new.settings.search_url)
