"""PostgreSQL keeping the promises of `storage.database` (decision 0036).

A writing transaction begins by taking one lock of the whole database: alone, or in
company with others that guard themselves by locks on rows. So whatever was read before
it is written still holds, as on SQLite, and no use-case needs to know the engine.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError

from storage.errors import Failure, Refused, Transient
from storage.held_rows import SQLSTATE
from storage.tls import check_authorities
from storage.transactions import ALONE, writes

BUSY_SECONDS = 30
CONNECT_SECONDS = 5

# A reader sees the rows of its first look until it ends, and can change none by mistake.
ONE_MOMENT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

# Any number will do, as long as it is always the same: "sandyq" in ASCII.
_LOCK = int.from_bytes(b"sandyq", "big")

_SESSION = {
    "lock_timeout": f"{BUSY_SECONDS}s",
    "TimeZone": "UTC",
    # A machine that lost its power cannot say good-bye: the server asks after its
    # client, or the lock of its last transaction would stay for two hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
# What a transaction that writes may be silent for; it calls nobody and computes little.
_BEGIN = (
    f"SELECT set_config('idle_in_transaction_session_timeout', '{2 * BUSY_SECONDS}s', true), "
    f"pg_advisory_xact_lock{{shared}}({_LOCK})"
)


def open_engine(
    url: URL, password_file: Path | None = None, authorities: Path | None = None
) -> Engine:
    """The engine of this database; whether the server is there is not asked yet.

    With `authorities` (PEM) the server must prove its name, whatever the URL says
    (https://www.postgresql.org/docs/15/libpq-ssl.html).

    Raises:
        Refused: ``bad-setting`` for a file that cannot be read.
    """
    if password_file is not None:
        url = url.set(password=_password(password_file))
    if authorities is not None:
        check_authorities("DATABASE_CA_FILE", authorities)
        proof = {"sslmode": "verify-full", "sslrootcert": str(authorities)}
        url = url.update_query_dict(proof)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,  # what somebody wrote or asked is for no log
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        },
        isolation_level="READ COMMITTED",
    )
    event.listen(engine, "begin", _begin)
    return engine


def _password(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        name = "SANDYQ_DATABASE_PASSWORD_FILE"
        raise Refused("bad-setting", name=name, value=str(file)) from error


def _begin(connection: Connection) -> None:
    company = writes(connection)
    if company is not None:
        # Not part of the transaction's first look: each statement of it looks anew.
        shared = "" if company == ALONE else "_shared"
        connection.exec_driver_sql(_BEGIN.format(shared=shared))


# By condition codes (https://www.postgresql.org/docs/15/errcodes-appendix.html), or by
# their beginning where all conditions of a class mean the same.
_REASONS = {
    "40001": "database-busy",  # serialization_failure
    "40P01": "database-busy",  # deadlock_detected
    "55P03": "database-busy",  # lock_not_available
    "53100": "storage-full",  # disk_full
    "58030": "storage-full",  # io_error
    "53": "database-busy",  # too_many_connections, out_of_memory
    "08": "database-down",  # connection_exception
    "57P": "database-down",  # admin_shutdown, crash_shutdown, cannot_connect_now
    "25P03": "database-down",  # idle_in_transaction_session_timeout
}


# libpq has no code for it, only words.
_UNTRUSTED = re.compile(
    r"certificate verify failed|does not match host name|does not support SSL|root certificate"
)


def why_failed(error: DBAPIError | OverflowError) -> Failure | None:
    """The known failure behind an error of the server or of the way to it."""
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error, DataError):
        return Refused("not-found")  # a number or a text (with a NUL) that no row can hold
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        return _why_unanswered(error)
    if code == SQLSTATE:
        return Transient(error.orig.diag.message_primary)  # type: ignore[union-attr]
    for length in (5, 3, 2):
        if code[:length] in _REASONS:
            return Transient(_REASONS[code[:length]])
    return None


def _why_unanswered(error: DBAPIError) -> Failure | None:
    """Nobody answered, or the connection broke: then there is no code."""
    if _UNTRUSTED.search(str(error.orig)):
        name, told = "SANDYQ_DATABASE_CA_FILE", str(error.orig)
        return Transient("database-untrusted", name=name, detail=told)
    gone = error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    return Transient("database-down") if gone else None
