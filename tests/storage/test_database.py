"""Does SQLite keep the promises that every later part relies on? (design §4, transactions)"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.database import Database, open_database
from storage.errors import Transient
from tests.storage.things import make_tables, names, put

WRITE_AND_WAIT = """
import sys, time
from sqlalchemy import text
from storage.database import open_database

database = open_database(sys.argv[1])
with database.writing() as session:
    session.execute(text("INSERT INTO things (name) VALUES ('kept')"))
with database.writing() as session:
    session.execute(text("INSERT INTO things (name) VALUES ('lost')"))
    print("written", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "rows.sqlite"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{file}")
    with opened.writing() as session:
        make_tables(session)
    yield opened
    opened.close()


def impatient(database: Database) -> None:
    """Wait for no lock from now on: the limit of production is half a minute."""

    def hurry(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 0").close()

    event.listen(database.engine, "checkout", hurry)


def test_every_connection_has_the_rules_of_the_design(database: Database) -> None:
    with database.reading() as session:
        rules = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert rules == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000
    }  # fmt: skip


def test_who_reads_never_commits(database: Database) -> None:
    with database.reading() as session:
        put(session, "a")
    assert names(database) == []


def test_a_writer_takes_the_lock_with_its_first_look(database: Database, file: Path) -> None:
    with database.writing() as session, closing(sqlite3.connect(file, timeout=0)) as other:
        session.scalars(text("SELECT name FROM things")).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_rows_locked_for_too_long_are_told_as_transient(database: Database, file: Path) -> None:
    impatient(database)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Transient) as failure, database.writing() as session:
            put(session, "a")
    assert failure.value.reason == "database-busy"


def test_no_space_for_rows_is_told_as_transient(database: Database) -> None:
    def write_much() -> None:
        with database.writing() as session:
            session.execute(text("PRAGMA max_page_count = 8"))
            for number in range(20):
                put(session, f"{number:04}" * 1000)

    with pytest.raises(Transient) as failure:
        write_much()
    assert failure.value.reason == "storage-full"
    assert names(database) == []


def test_a_process_killed_in_mid_transaction_leaves_what_was_committed(
    database: Database, file: Path
) -> None:
    command = [sys.executable, "-c", WRITE_AND_WAIT, f"sqlite:///{file}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    assert names(database) == ["kept"]
    with database.writing() as session:
        put(session, "after")
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert names(database) == ["after", "kept"]
