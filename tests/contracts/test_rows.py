"""Do both engines of rows keep the promises that every later part relies on? (design §4)

One suite; what is about the one or the other engine alone is in `tests/storage`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, open_database
from tests.engines.postgresql_server import PostgreSql, name_of
from tests.storage.things import ChangedMyMind, make_tables, names, put

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

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="module", params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where two tables are, empty before each test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('contract') / 'rows.sqlite'}"
        return
    server: PostgreSql = request.getfixturevalue("postgresql")
    made = server.nothing()
    yield made
    server.drop(name_of(made))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    with opened.writing() as session:
        for table in ("parts", "things"):
            session.execute(text(f"DROP TABLE IF EXISTS {table}"))
        make_tables(session)
    yield opened
    opened.close()


def test_a_block_that_ends_is_committed(database: Database) -> None:
    with database.writing() as session:
        put(session, "a")
    assert names(database) == ["a"]


def test_a_block_that_fails_is_rolled_back_whole(database: Database) -> None:
    with suppress(ChangedMyMind), database.writing() as session:
        put(session, "a")
        raise ChangedMyMind
    assert names(database) == []


def test_a_row_of_a_savepoint_does_not_survive_the_rollback_around_it(database: Database) -> None:
    """With the driver's own transaction handling it does on SQLite."""
    with suppress(ChangedMyMind), database.writing() as session:
        with session.begin_nested():
            put(session, "inner")
        raise ChangedMyMind
    assert names(database) == []


def test_after_a_refused_row_the_transaction_goes_on_behind_its_savepoint(
    database: Database,
) -> None:
    with database.writing() as session:
        put(session, "outer")
        with suppress(IntegrityError), session.begin_nested():
            put(session, "outer")
        put(session, "after")
    assert names(database) == ["after", "outer"]


def test_what_points_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("INSERT INTO parts VALUES ('nobody')"))


def test_a_reader_stands_in_nobodys_way_and_sees_one_moment(database: Database) -> None:
    with database.reading() as session:
        count = text("SELECT count(*) FROM things")
        assert session.scalar(count) == 0
        with database.writing() as writer:
            put(writer, "a")
        assert session.scalar(count) == 0
    assert names(database) == ["a"]


def count_up(database: Database, *, beside: bool) -> Callable[[int], None]:
    """What loses a count when two do it at once: read, and write what follows from it."""

    def act(_: int) -> None:
        with database.writing(beside=beside) as session:
            count = session.scalar(text("SELECT count FROM things")) or 0
            session.execute(text("UPDATE things SET count = :count"), {"count": count + 1})

    return act


def counted(database: Database, act: Callable[[int], None]) -> int:
    """The count after forty times, four at once."""
    with database.writing() as session:
        put(session, "counter")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(40)))
    with database.reading() as session:
        return int(session.scalar(text("SELECT count FROM things")) or 0)


def test_of_many_who_read_and_write_none_loses(database: Database) -> None:
    assert counted(database, count_up(database, beside=False)) == 40


def test_who_writes_is_alone_from_the_first_look_on(database: Database) -> None:
    """Neither another writer nor those who write beside each other begin meanwhile."""
    order: list[str] = []

    def write(company: bool) -> None:  # noqa: FBT001  (as the pool's map calls it)
        with database.writing(beside=company) as session:
            put(session, f"other {company}")
            order.append("written")

    with ThreadPoolExecutor(2) as pool, ExitStack() as alone:
        session = alone.enter_context(database.writing())
        assert session.scalar(text("SELECT count(*) FROM things")) == 0
        others = [pool.submit(write, company) for company in (True, False)]
        threading.Event().wait(0.3)
        assert order == []
        put(session, "first")
        order.append("first")
        alone.close()
        for other in others:
            other.result()
    assert order == ["first", "written", "written"]


def test_a_process_killed_in_mid_transaction_leaves_what_was_committed(
    database: Database, url: str
) -> None:
    command = [sys.executable, "-c", WRITE_AND_WAIT, url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    assert names(database) == ["kept"]
    with database.writing() as session:
        put(session, "after")
    assert names(database) == ["after", "kept"]
