"""What is PostgreSQL's own: locks in company, and what is said when it is not there."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, open_database
from storage.errors import Refused, Transient
from storage.postgresql_rows import why_failed
from tests.engines.postgresql_server import OwnServer, PostgreSql, name_of


@pytest.fixture
def url(postgresql: PostgreSql) -> Iterator[str]:
    lent = postgresql.lend()
    yield lent
    postgresql.give_back(lent)


@pytest.fixture
def rows(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


def impatient(rows: Database) -> None:
    """Wait for no lock from now on: the limit of production is half a minute."""

    def hurry(connection: psycopg.Connection[tuple[object, ...]], *_: object) -> None:
        connection.execute("SET lock_timeout = '50ms'")
        connection.commit()

    event.listen(rows.engine, "checkout", hurry)


def touch(rows: Database, *, beside: bool = False) -> None:
    with rows.writing(beside=beside) as session:
        session.execute(text("UPDATE rights_clock SET revision = revision + 1"))


def test_a_reader_can_change_nothing(rows: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"), rows.reading() as session:
        session.execute(text("UPDATE rights_clock SET revision = 7"))


def test_those_who_write_beside_each_other_do_so_at_the_same_time(rows: Database) -> None:
    impatient(rows)
    with rows.writing(beside=True) as session, rows.writing(beside=True) as other:
        session.execute(text("INSERT INTO holders (name) VALUES ('one')"))
        other.execute(text("INSERT INTO holders (name) VALUES ('two')"))
    with rows.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM holders")) == 2


@pytest.mark.parametrize("beside", [False, True])
def test_who_waits_too_long_is_told_as_transient(rows: Database, *, beside: bool) -> None:
    impatient(rows)
    with rows.writing() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(Transient) as failure:
            touch(rows, beside=beside)
    assert failure.value.reason == "database-busy"


def test_of_two_who_wait_for_each_other_one_is_told_as_transient(rows: Database) -> None:
    with rows.writing() as session:
        session.execute(text("INSERT INTO holders (name) VALUES ('one'), ('two')"))
    met = threading.Barrier(2)

    def rename(first: str, then: str) -> str:
        try:
            with rows.writing(beside=True) as session:
                session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
                session.execute(text(f"UPDATE holders SET contact = 'x' WHERE name = '{first}'"))
                met.wait(10)
                session.execute(text(f"UPDATE holders SET contact = 'x' WHERE name = '{then}'"))
        except Transient as failure:
            return failure.reason
        return "written"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(rename, ("one", "two"), ("two", "one")))
    assert sorted(ends) == ["database-busy", "written"]


def test_a_silent_writer_does_not_hold_the_others_up_for_ever(rows: Database) -> None:
    with rows.writing() as session:
        limit = session.scalar(text("SHOW idle_in_transaction_session_timeout"))
    with rows.reading() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
        assert session.scalar(text("SHOW tcp_keepalives_idle")) == "30"
    assert limit == "1min"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("40P01", "database-busy"),
        ("53300", "database-busy"),
        ("53100", "storage-full"),
        ("58030", "storage-full"),
        ("57P01", "database-down"),
        ("08006", "database-down"),
        ("23505", None),
        ("42P01", None),
    ],
)
def test_conditions_of_the_server_are_told_by_their_codes(code: str, reason: str | None) -> None:
    raised = psycopg.errors.lookup(code)("told by the server")
    failure = why_failed(DBAPIError("SELECT 1", {}, raised))
    assert (failure.reason if failure else None) == reason


class TestAServerThatGoes:
    def test_after_a_kill_the_next_transaction_works_again(self, own_postgresql: OwnServer) -> None:
        rows = open_database(f"{own_postgresql.address}postgres")
        with rows.writing() as session:
            session.execute(text("CREATE TABLE things (name TEXT)"))

        def write_while_it_ends() -> None:
            with rows.writing() as session:
                session.execute(text("INSERT INTO things VALUES ('lost')"))
                own_postgresql.kill()
                session.execute(text("INSERT INTO things VALUES ('lost too')"))

        with pytest.raises(Transient) as cut:
            write_while_it_ends()
        with pytest.raises(Transient) as down, rows.reading() as session:
            session.execute(text("SELECT 1"))
        own_postgresql.start()
        with rows.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM things")) == 0
        rows.close()
        assert (cut.value.reason, down.value.reason) == ("database-down", "database-down")

    def test_a_connection_cut_while_it_was_idle_is_not_noticed(
        self, rows: Database, postgresql: PostgreSql, url: str
    ) -> None:
        touch(rows)
        postgresql.leave(name_of(url))
        touch(rows)


class TestThePassword:
    def test_it_may_stand_in_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "password"
        file.write_text("тау & тас\n", encoding="utf-8")
        opened = open_database("postgresql://sandyq@db.example/sandyq", file)
        assert opened.engine.url.password == "тау & тас"
        assert "тас" not in str(opened.engine.url)

    @pytest.mark.parametrize("damage", ["missing", "not text"])
    def test_a_file_that_cannot_be_read_is_refused_by_name(
        self, tmp_path: Path, damage: str
    ) -> None:
        file = tmp_path / "password"
        if damage == "not text":
            file.write_bytes(b"\xff\xfe")
            file.chmod(stat.S_IRUSR)
        with pytest.raises(Refused) as refused:
            open_database("postgresql://sandyq@db.example/sandyq", file)
        assert refused.value.values["name"] == "SANDYQ_DATABASE_PASSWORD_FILE"


def test_an_engine_that_nobody_knows_is_refused_without_its_password() -> None:
    with pytest.raises(Refused, match="unknown-engine") as refused:
        open_database("mysql://someone:secret@db.example/rows")
    assert "secret" not in str(refused.value)
