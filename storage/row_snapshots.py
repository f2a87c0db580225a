"""The rows of one moment in a file of their own, made while others read and write.

SQLite's own online backup (https://www.sqlite.org/backup.html): the file is whole and
sound, or it is not there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from storage.blobs import flush_folder
from storage.errors import Broken, Refused, Transient


def rows_file(url: str) -> Path:
    """The file in which the rows at `url` lie.

    Raises:
        Refused: ``copies-of-files-only`` for rows that a server keeps.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise Refused("copies-of-files-only")
    return Path(parsed.database)


def snapshot_rows(rows: Path, to: Path) -> None:
    """Write the rows of this moment to `to`.

    Raises:
        Transient: ``copy-full``.
        Broken: ``rows-damaged`` when SQLite's check finds a fault in what was written.
    """
    part = to.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(rows)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            # One file: nothing that is not yet in it may lie beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            _check(target)
    except sqlite3.OperationalError as error:
        part.unlink(missing_ok=True)
        raise Transient("copy-full", folder=str(to.parent)) from error
    settle(part, to)


def place_rows(snapshot: Path, rows: Path) -> None:
    """Let the rows be those of a snapshot: whole, or as if nothing had been done."""
    rows.parent.mkdir(parents=True, exist_ok=True)
    part = rows.with_suffix(".part")
    shutil.copyfile(snapshot, part)
    settle(part, rows)


def settle(part: Path, place: Path) -> None:
    """Give a written file its name once every byte of it is on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(place)
    flush_folder(place.parent)


@contextmanager
def reading_snapshot(snapshot: Path) -> Iterator[Session]:
    """The rows of a snapshot, which stays as it is."""
    engine = create_engine(f"sqlite:///file:{snapshot}?mode=ro&immutable=1&uri=true")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _check(rows: sqlite3.Connection) -> None:
    (fault,) = rows.execute("PRAGMA integrity_check(1)").fetchone()
    if fault != "ok":
        raise Broken("rows-damaged", fault=fault)
