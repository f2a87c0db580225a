"""A home folder with the sample books complete, made once for a whole test run.

The books go through the real pipeline: `sandyq ingest --wait` in processes of
its own, as an operator would do it. Every worker of a parallel run shares it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from storage.errors import Failure
from storage.opening import Storage
from storage.settings import PREFIX, Settings
from tests.engines.postgresql_server import PostgreSql
from web.cli.main import command_line, exit_code
from web.cli.speech import Speech

SAMPLES = Path(__file__).parent / "data" / "samples"
MINUTES = 10

ROWS_SERVER = "ROWS_SERVER_OF_THE_TESTS"  # variable: the server of `pytest --rows postgresql`

databases: list[tuple[PostgreSql, str]] = []  # made for home folders, the newest last

KAZAKH_BOOK = "Көмірлі өлке: Қарағанды туралы әңгімелер"
NEWSPAPER = "Индустриальная Караганда. 14 сентября 1962 года, № 214"
CLOSED_BOOK = "Жер астындағы жарық: үзінді"


def settings_for(home: Path, **changes: object) -> Settings:
    """Settings of a library of its own in `home`, with the samples' names."""
    told: dict[str, object] = {
        "home": home,
        "database": _database_of(home),
        "library": SAMPLES / "library.yaml",
        "language": "en",
        "processes": 2,
        **changes,
    }
    return Settings(**told)  # type: ignore[arg-type]


def begin_with(rows: Path, empty: Settings) -> None:
    """Let a library begin with the rows of this file, unless it has rows of its own."""
    file = empty.home / "sandyq.sqlite"
    if not empty.database and not file.exists():
        empty.home.mkdir(parents=True, exist_ok=True)
        shutil.copy(rows, file)


def _database_of(home: Path) -> str:
    """The URL of this home's rows: none for a file in it; where a server was chosen, on it."""
    address = os.environ.get(ROWS_SERVER)
    if address is None:
        return ""
    server, name = PostgreSql(address), _database_name(home)
    if not server.holds(name):
        server.fresh(name)
        databases.append((server, name))
    return server.url(name)


def _database_name(home: Path) -> str:
    return f"home_{hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:20]}"


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which `sandyq` reads these settings."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told: Mapping[str, object] = {
        name: getattr(settings, name) for name in settings.__dataclass_fields__
    }
    return plain | {
        PREFIX + name.upper(): str(value) for name, value in told.items() if value not in {None, ""}
    }


def sandyq(
    settings: Settings, *arguments: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command line as an operator would."""
    command = Path(sys.executable).with_name("sandyq")
    return subprocess.run(
        [command, *map(str, arguments)],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=check,
        timeout=MINUTES * 60,
    )


def asked(
    settings: Settings, *arguments: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, as `main` does.

    To start a process of its own takes seconds, which most commands do not need.
    """
    speech, words = Speech(settings.language), [str(each) for each in arguments]
    done = CliRunner().invoke(command_line(settings, speech), words)
    code, said = done.exit_code, done.stderr
    if isinstance(done.exception, Failure):
        code, said = exit_code(done.exception), said + speech.failure(done.exception)
    elif done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert not check or code == 0, said
    return subprocess.CompletedProcess(words, code, done.stdout, said)


def build_once(shared: Path) -> Path:
    """The home folder, made by whoever comes first."""
    home = shared / "sample-home"
    with _locked(shared / "sample-home.lock"):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            sandyq(settings_for(home), "ingest", SAMPLES, "--wait")
            _keep_rows(home)
            (home / "complete").touch()
    return home


def _keep_rows(home: Path) -> None:
    """Rows on a server are copied from where nobody is connected: a copy cuts connections."""
    address = os.environ.get(ROWS_SERVER)
    if address is not None:
        name = _database_name(home)
        PostgreSql(address).fresh(_kept(name), of=name)


def _kept(database: str) -> str:
    return f"{database}_kept"


def copy_of(home: Path, to: Path) -> Path:
    """A home of one's own to change; blobs are immutable and shared by hard links."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("blobs", "queue", "scratch"))
    shutil.copytree(home / "blobs", to / "blobs", copy_function=os.link)
    address = os.environ.get(ROWS_SERVER)
    if address is not None:
        server, name, origin = PostgreSql(address), _database_name(to), _database_name(home)
        server.fresh(name, of=_kept(origin) if server.holds(_kept(origin)) else origin)
        databases.append((server, name))
    return to


def file_of(storage: Storage, key: str) -> Path:
    """The very file of a blob, where bytes are files: it stays where it is."""
    with storage.blobs.path(key) as path:
        return path


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
