"""PostgreSQL for the tests: one real server a run, and a database of its own for each test.

The server sorts by the Kazakh rules of ICU, which no
code of ours may lean on: whatever does would be seen. It keeps nothing on power loss.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from archive.migrations import upgrade
from storage.database import open_database
from tests.engines.missing import engine_missing
from tests.engines.shared_server import Started, join

EMPTY = "empty_library"
_USER = "sandyq"
_OPTIONS = {"listen_addresses": "127.0.0.1", "fsync": "off",
            "full_page_writes": "off", "max_connections": "200", "shared_buffers": "64MB",
            "max_wal_size": "4GB", "autovacuum": "off"}  # fmt: skip


# Emptying takes a few milliseconds, another copy of the empty library a hundred and more.
_EMPTY_AGAIN = """
DO $$
DECLARE part text; used boolean;
BEGIN
    SET LOCAL session_replication_role = replica;  -- neither foreign keys nor triggers
    FOR part IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', part) INTO used;
        IF used THEN EXECUTE format('DELETE FROM %I', part); END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    INSERT INTO rights_clock (id, newest_unit, revision) VALUES (1, 0, 0);
END $$
"""


_CUT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass
class PostgreSql:
    """A server; `address` ends with a slash, a database's name follows."""

    address: str
    made: list[str] = field(default_factory=list)
    _empty: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        """The URL of a database, as the settings take it."""
        return f"{self.address}{name}"

    def fresh(self, name: str | None = None, *, of: str = EMPTY) -> str:
        """The URL of a new database, a copy of another one: of the empty library if not told."""
        called = name or f"test_{secrets.token_hex(6)}"
        if of != EMPTY:
            self.leave(of)  # whoever is still connected will connect again
        copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY"
        self._do(sql.SQL(copy).format(sql.Identifier(called), sql.Identifier(of)))
        self.made.append(called)
        return self.url(called)

    def lend(self) -> str:
        """The URL of an empty library, to be given back: cheaper than a new one."""
        return self.url(self._empty.pop()) if self._empty else self.fresh()

    def give_back(self, url: str) -> None:
        """What was lent is empty again for the next one."""
        name = name_of(url)
        with self.connected(name) as connection:
            connection.execute(_CUT_OTHERS)
            connection.execute(_EMPTY_AGAIN)
        self._empty.append(name)

    def nothing(self) -> str:
        """The URL of a new database without a table."""
        return self.fresh(of="template1")

    def holds(self, name: str) -> bool:
        """Whether there is such a database."""
        with self.connected() as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, (name,)).fetchone() is not None

    def leave(self, name: str) -> None:
        """Cut every connection to a database."""
        with self.connected() as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(cut, (name,))

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if name in self.made:
            self.made.remove(name)

    @contextmanager
    def connected(self, name: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        """A connection of the server's owner, each statement of which counts at once."""
        address = self.url(name).replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def _do(self, statement: sql.Composed) -> None:
        with self.connected() as connection:
            connection.execute(statement)


def name_of(url: str) -> str:
    """The database that a URL names."""
    return url.rpartition("/")[2]


def of_this_run(base: Path) -> PostgreSql:
    """The server of this run, started if need be; `base` is a folder of the whole run."""
    return PostgreSql(join(base / "postgresql", _start_with_library))


def _start_with_library() -> Started:
    server = OwnServer(free_port())
    server.create()
    server.start(synchronous_commit="off")
    started = PostgreSql(server.address)
    with started.connected() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(EMPTY)))
    rows = open_database(started.url(EMPTY))
    upgrade(rows)
    rows.close()
    return server.address, server.home, server.words("-m", "immediate", "stop")


class OwnServer:
    """A server's folder and the commands that start and stop it."""

    def __init__(self, port: int) -> None:
        self.programs = _programs()
        self.port = port
        # Not under pytest's folder, which is closed to the user whom the server runs as.
        self.home = Path(tempfile.mkdtemp(prefix="sandyq-postgresql-"))
        self.user = _other_user()
        if self.user is not None:
            shutil.chown(self.home, self.user)

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/"

    def create(self) -> None:
        """Lay down an empty server."""
        self._run(self.programs / "initdb", "-D", self.home / "data", "-U", _USER, "-A", "trust",
                  "-E", "UTF8", "--locale-provider=icu", "--icu-locale=kk", "--locale=C.UTF-8",
                  "--no-sync")  # fmt: skip

    def start(self, **options: str) -> None:
        """Start it; it answers when this returns."""
        told = {"unix_socket_directories": str(self.home), **_OPTIONS, **options}
        words = " ".join(f"-c {name}={value}" for name, value in told.items())
        log, port = self.home / "log", f"-p {self.port} {words}"
        self._run(*self.words("-w", "-l", str(log), "-o", port, "start"))

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        self._run(*self.words("-m", "immediate", "stop"))

    def kill_postmaster(self) -> None:
        """Kill the process that rules the others, and wait until they have noticed."""
        ruler = psutil.Process(int((self.home / "data" / "postmaster.pid").read_text().split()[0]))
        others = ruler.children(recursive=True)
        ruler.kill()
        assert not psutil.wait_procs([ruler, *others], timeout=30)[1]

    def cut_all(self) -> None:
        """End every connection but one's own."""
        address = f"{self.address}postgres".replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_CUT_OTHERS)

    def words(self, *command: str) -> Sequence[str]:
        """A command for pg_ctl that whoever runs the tests may give."""
        ctl = [str(self.programs / "pg_ctl"), "-D", str(self.home / "data"), *command]
        return ctl if self.user is None else ["runuser", "-u", self.user, "--", *ctl]

    def remove(self) -> None:
        """Leave nothing behind."""
        subprocess.run(self.words("-m", "immediate", "stop"), capture_output=True, check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, *command: str | Path) -> None:
        as_user: dict[str, Any] = {}
        if self.user is not None and command[0] != "runuser":
            entry = pwd.getpwnam(self.user)
            as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        # The server inherits what is open: pipes would never end.
        with (self.home / "talk").open("a+") as talk:
            ended = subprocess.run(
                command, stdout=talk, stderr=talk, cwd=self.home, check=False, **as_user
            )
        assert ended.returncode == 0, (self.home / "talk").read_text()


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root: whom it runs as instead; None means oneself."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _programs() -> Path:
    """Debian keeps them apart by version and not on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda b: int(b.parent.name))
    if found:
        return found[-1]
    ctl = shutil.which("pg_ctl")
    if ctl is None:
        engine_missing("PostgreSQL is not installed: apt-get install postgresql")
    return Path(ctl).resolve().parent


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
