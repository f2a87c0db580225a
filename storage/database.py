"""Where rows are kept, and what a transaction promises (design §4).

SQLAlchemy's own connection, transaction and dialect are the abstraction; the two
engines beside this module say how each of them keeps the promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from storage import postgresql_rows, sqlite_rows
from storage.errors import Failure, Refused, Transient
from storage.transactions import ALONE, BESIDE, WRITES

WhyFailed = Callable[[DBAPIError | OverflowError], Failure | None]


class Database:
    """Opens reading and writing transactions on one engine.

    `reader` is the same pool as `engine`, opening transactions that see one moment;
    `why` tells the known failures of this engine from the unknown.
    """

    def __init__(self, engine: Engine, reader: Engine, why: WhyFailed) -> None:
        self.engine = engine
        self._reader = reader
        self._alone = engine.execution_options(**{WRITES: ALONE})
        self._beside = engine.execution_options(**{WRITES: BESIDE})
        self._why = why

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one moment of the rows; it is never committed.

        What was loaded may still be read after it.

        Raises:
            Transient: ``database-down`` when the server does not answer.
            Refused: ``not-found`` for a value that no row can hold (a number too large,
                text with a NUL).
        """
        with self._known_failures(), Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self, *, beside: bool = False) -> Iterator[Session]:
        """A transaction that is committed when the block ends, or rolled back whole.

        It is alone: no other one writes meanwhile, so what it has read still holds when
        it writes. `beside` is for the many short ones of the workers, which lock the rows
        they rely on and may run at the same time as each other (on a server).

        Raises:
            Transient: ``database-busy`` when the rows stayed locked too long,
                ``storage-full`` when there is no space for them, ``database-down``
                when the server does not answer (at the very end this leaves open
                whether the rows were written).
        """
        with (
            self._known_failures(),
            Session(self._beside if beside else self._alone, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _known_failures(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, OverflowError) as error:
            known = self._why(error)
            if known is None:
                raise
            raise known from error
        except NoConnectionFree as error:
            raise Transient("database-busy") from error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(
    url: str, password_file: Path | None = None, authorities: Path | None = None
) -> Database:
    """Open the rows at `url`, making the folder of a SQLite file if need be.

    A server is not asked before the first transaction. The password may stand in a file
    of its own instead of the URL. With `authorities` (PEM) a server must prove its name.

    Raises:
        Refused: ``unknown-engine`` for a URL that no engine answers to, ``bad-setting``
            for a password file that cannot be read.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite_rows.open_engine(parsed)
        return Database(engine, engine, sqlite_rows.why_failed)
    if parsed.get_backend_name() == "postgresql":
        engine = postgresql_rows.open_engine(parsed, password_file, authorities)
        reader = engine.execution_options(**postgresql_rows.ONE_MOMENT)
        return Database(engine, reader, postgresql_rows.why_failed)
    raise Refused("unknown-engine", url=parsed.render_as_string(hide_password=True))
