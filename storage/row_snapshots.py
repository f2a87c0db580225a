"""The rows of one moment in a file of their own, made while others read and write.

Each engine by its own means: SQLite's online backup (https://www.sqlite.org/backup.html),
PostgreSQL's `pg_dump` on an exported snapshot
(https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, inspect
from sqlalchemy.orm import Session

from storage import postgresql_dump
from storage.blobs import flush_folder
from storage.database import Database
from storage.errors import Broken, Transient


class RowSnapshots(Protocol):
    """How the rows of one engine are copied and put back."""

    file_name: str

    def take(self, to: Path) -> AbstractContextManager[Session]:
        """Write the rows of this moment to `to`, whole or not at all; the session sees them.

        Raises:
            Transient: ``copy-full``.
            Broken: ``rows-damaged``, ``rows-not-copied``, ``missing-postgresql-client``.
        """

    def are_there(self) -> bool:
        """Whether there are rows already, which nothing may be put over."""

    def place(self, snapshot: Path) -> None:
        """Let the rows be those of a snapshot: whole, or as if nothing had been done."""


def snapshots_of(rows: Database) -> RowSnapshots:
    """The means of the engine that these rows lie in."""
    if rows.engine.dialect.name == "sqlite":
        return SqliteSnapshots(Path(rows.engine.url.database or ""))
    return PostgresqlSnapshots(rows)


class SqliteSnapshots:
    """Rows in a file."""

    file_name = "rows.sqlite"

    def __init__(self, rows: Path) -> None:
        self._rows = rows

    @contextmanager
    def take(self, to: Path) -> Iterator[Session]:
        """See `RowSnapshots.take`."""
        part = to.with_suffix(".part")
        try:
            with (
                closing(sqlite3.connect(self._rows)) as source,
                closing(sqlite3.connect(part)) as target,
            ):
                source.backup(target)
                # One file: nothing that is not yet in it may lie beside it.
                target.execute("PRAGMA journal_mode = DELETE")
                _check(target)
        except sqlite3.OperationalError as error:
            part.unlink(missing_ok=True)
            raise Transient("copy-full", folder=str(to.parent)) from error
        settle(part, to)
        engine = create_engine(f"sqlite:///file:{to}?mode=ro&immutable=1&uri=true")
        try:
            with Session(engine) as session:
                yield session
        finally:
            engine.dispose()

    def are_there(self) -> bool:
        """See `RowSnapshots.are_there`."""
        return self._rows.exists()

    def place(self, snapshot: Path) -> None:
        """See `RowSnapshots.place`."""
        self._rows.parent.mkdir(parents=True, exist_ok=True)
        part = self._rows.with_suffix(".part")
        shutil.copyfile(snapshot, part)
        settle(part, self._rows)


class PostgresqlSnapshots:
    """Rows on a server."""

    file_name = "rows.dump"

    def __init__(self, rows: Database) -> None:
        self._rows = rows

    @contextmanager
    def take(self, to: Path) -> Iterator[Session]:
        """See `RowSnapshots.take`."""
        part = to.with_suffix(".part")
        with self._rows.reading() as session:
            postgresql_dump.dump(session, part)
            settle(part, to)
            yield session

    def are_there(self) -> bool:
        """See `RowSnapshots.are_there`."""
        with self._rows.reading() as session:
            return bool(inspect(session.connection()).get_table_names())

    def place(self, snapshot: Path) -> None:
        """See `RowSnapshots.place`."""
        postgresql_dump.restore(self._rows.engine.url, snapshot)


def settle(part: Path, place: Path) -> None:
    """Give a written file its name once every byte of it is on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(place)
    flush_folder(place.parent)


def _check(rows: sqlite3.Connection) -> None:
    (fault,) = rows.execute("PRAGMA integrity_check(1)").fetchone()
    if fault != "ok":
        raise Broken("rows-damaged", fault=fault)
