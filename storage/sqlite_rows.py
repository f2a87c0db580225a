"""SQLite made to keep the promises of `storage.database`: one file, one writer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.errors import Failure, Refused, Transient
from storage.held_rows import HELD
from storage.transactions import writes

BUSY_SECONDS = 30


def open_engine(url: URL) -> Engine:
    """The engine of this file, whose folder is made if need be."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401
    # The driver's own transaction handling lets a row inserted in a savepoint
    # survive the rollback around it; switch it off and say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # Who will write takes the write lock at once, since a reader that upgrades may only fail.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes(connection) else "BEGIN")


_REASONS = {
    "locked": "database-busy",
    "busy": "database-busy",
    "unable to open database file": "database-down",
    "disk is full": "storage-full",
    "disk I/O": "storage-full",
}


def why_failed(error: DBAPIError | OverflowError) -> Failure | None:
    """The known failure behind an error; the text is all that the driver of Python 3.11 tells."""
    if isinstance(error, OverflowError) and "SQLite" in str(error):
        return Refused("not-found")  # a number that no row can hold
    if isinstance(error, IntegrityError):
        return Transient(str(error.orig)) if str(error.orig) in HELD else None
    if isinstance(error, OperationalError):
        for words, reason in _REASONS.items():
            if words in str(error.orig):
                return Transient(reason)
    return None
