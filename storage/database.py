"""Where rows are kept, and the rules of a connection (design §4).

SQLAlchemy's own connection, transaction and dialect are the abstraction; this
module only makes SQLite keep the promises that PostgreSQL keeps by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage.errors import Transient

BUSY_SECONDS = 30


class Database:
    """Opens reading and writing transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # The same pool seen twice: a transaction that will write takes SQLite's
        # write lock at once, since a reader that upgrades may only fail.
        self._writer = engine.execution_options(sandyq_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one moment of the rows; it is never committed.

        What was loaded may still be read after it.
        """
        with _known_failures(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed when the block ends, or rolled back whole.

        Raises:
            Transient: ``database-busy`` when the rows stayed locked too long,
                ``storage-full`` when there is no space for them.
        """
        with (
            _known_failures(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the rows at `url`, making the folder of a SQLite file if need be."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return Database(create_engine(url, pool_pre_ping=True))
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite_transaction)
    return Database(engine)


def _prepare_sqlite_connection(connection: Any, _record: Any) -> None:  # noqa: ANN401
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


def _begin_sqlite_transaction(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sandyq_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _known_failures() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        text = str(error.orig)
        if "locked" in text or "busy" in text:
            raise Transient("database-busy") from error
        if "disk is full" in text or "disk I/O" in text:
            raise Transient("storage-full") from error
        raise
