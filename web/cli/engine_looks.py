"""What does `sandyq doctor` look at in the engines? Each look: a few words, or why it is wrong.

None of them opens more than it asks, so that one wrong engine hides no other.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from archive.events import Event
from archive.migrations import newest, revision_of
from schemas.search_document import SEARCH_SCHEMA
from storage.database import Database, open_database
from storage.errors import Failure, Refused, Transient
from storage.opening import open_blobs, open_index
from storage.settings import Settings
from web.readiness import bytes_answer, index_answers, newest_files
from workers.queue import open_queue, queue_answers

CLOCK = timedelta(seconds=5)
"""Clocks of two machines with a time server are closer."""


def rows(settings: Settings) -> str:
    """Which engine, and which version of it.

    Raises:
        Failure: ``no-rows-yet``, ``rows-newer``, and what else the rows say.
    """
    with closing(open_rows(settings)) as opened:
        revision = revision_of(opened)
        if revision is not None and revision > newest():
            raise Refused("rows-newer")
        with opened.reading() as session:
            dialect = session.connection().dialect
        version = ".".join(map(str, dialect.server_version_info or ()))
    return f"{dialect.name} {version}"


def open_rows(settings: Settings) -> Database:
    """The rows; they are not made by being looked at.

    Raises:
        Refused: ``no-rows-yet``, and what is wrong with the settings.
    """
    file = Path(make_url(settings.database_url).database or "")
    if not is_on_postgresql(settings) and not file.exists():
        raise Refused("no-rows-yet", file=str(file))
    return open_database(settings.database_url, settings.database_password_file)


def is_on_postgresql(settings: Settings) -> bool:
    """Whether the rows have a server, which has a clock of its own."""
    return make_url(settings.database_url).get_backend_name() == "postgresql"


def files(settings: Settings) -> str:
    """Where they lie; those received last must be there.

    Raises:
        Failure: ``storage-unavailable``, and what else the store says.
    """
    blobs, private = open_blobs(settings)
    try:
        with closing(open_rows(settings)) as opened:
            received = newest_files(opened)
    except Failure:
        received = ()  # the rows have a look of their own
    bytes_answer(blobs, received)
    bytes_answer(private, ())
    return settings.blobs_url


def index(settings: Settings) -> str:
    """Where it is, if it answers and is of this version.

    Raises:
        Failure: ``index-not-current``, ``index-unavailable``.
    """
    with closing(open_index(settings, SEARCH_SCHEMA)) as opened:
        if not opened.is_current() and not opened.is_rebuilding():
            raise Transient("index-not-current")
        index_answers(opened)
    return settings.search_url


def queue(settings: Settings) -> str:
    """Which kind, if it answers.

    Raises:
        Failure: ``queue-unavailable``, ``no-rows-yet``.
    """
    if settings.broker.startswith("filesystem:") and not settings.home.exists():
        raise Refused("no-rows-yet", file=str(settings.home))
    with closing(open_queue(settings)) as opened:
        queue_answers(opened)
    return settings.broker.partition(":")[0]


def clock(settings: Settings, now: datetime) -> str:
    """This machine's time, if the database's agrees and nothing was written after it.

    Raises:
        Refused: ``clock-differs``, ``clock-behind``.
    """
    try:
        with closing(open_rows(settings)) as opened, opened.reading() as session:
            theirs = _server_time(session) if is_on_postgresql(settings) else now
            written = session.scalars(select(Event.at).order_by(Event.id.desc()).limit(1)).first()
    except Failure:
        return _told(now, settings)  # the rows have a look of their own
    if abs(now - theirs) > CLOCK:
        raise Refused("clock-differs", seconds=round(abs(now - theirs).total_seconds()))
    if written is not None and written - now > CLOCK:
        raise Refused("clock-behind", when=_told(written, settings))
    return _told(now, settings)


def _server_time(session: Session) -> datetime:
    told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return told


def _told(moment: datetime, settings: Settings) -> str:
    return moment.astimezone(settings.zone).isoformat(sep=" ", timespec="seconds")
