"""Fixtures that all tests share: empty libraries, and one with the sample books."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import pytest

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.database import open_database
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests import sample_home
from tests.compiled_once import compile_once
from tests.engines.postgresql_server import PostgreSql, of_this_run
from tests.sample_home import ROWS_SERVER, begin_with, settings_for

pytest_plugins = [
    "tests.engines.opensearch",
    "tests.engines.postgresql",
    "tests.engines.redis",
    "tests.engines.s3",
    "tests.engines.verapdf",
]

ENGINES = ("sqlite", "postgresql")


GARBAGE = (20_000, 20, 50)  # how much may gather before it is looked for; Python's: 700, 10, 10
COMPUTING_FILES = 2  # that two cores have to do while another process waits


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Which tests are run, and in which order: by file, the long ones first."""
    if config.getoption("--rows") == "postgresql":
        about_files = [item for item in items if item.get_closest_marker("about_sqlite")]
        config.hook.pytest_deselected(items=about_files)
        items[:] = [item for item in items if item not in about_files]
    items[:] = _by_turns(items)


def pytest_collection_finish() -> None:
    """Thousands of tests and modules stay to the end: the search for garbage passes them over.

    It looked through them again and again, for a tenth of the time of all tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _by_turns(items: list[pytest.Item]) -> list[pytest.Item]:
    """Files that take minutes first; those that mostly wait (for a lease, for a server that
    was killed) among those that compute, so that some process always has work for a core.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    longest_first = sorted(files, key=lambda file: "pipeline" not in file.parts)
    computing = iter([file for file in longest_first if "faults" not in file.parts])
    turns = [
        [file, *islice(computing, COMPUTING_FILES)] for file in files if "faults" in file.parts
    ]
    return [item for file in chain(*turns, computing) for item in files[file]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rows postgresql` runs every test on PostgreSQL that is not about SQLite itself."""
    parser.addoption("--rows", choices=ENGINES, default=ENGINES[0], help="where rows are kept")


def pytest_configure(config: pytest.Config) -> None:
    """Some tests open a library and leave it; SQLite's driver says nothing, psycopg would."""
    compile_once()
    if config.getoption("--rows") == "postgresql":
        unclosed = "ignore:.*psycopg.Connection.*was deleted while still open:ResourceWarning"
        config.addinivalue_line("filterwarnings", unclosed)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `every_database` are run on each, unless the run has chosen one."""
    if "rows_engine" not in metafunc.fixturenames:
        return
    chosen = [metafunc.config.getoption("--rows")]
    mark = metafunc.definition.get_closest_marker("every_database")
    if mark is not None and chosen == ["sqlite"]:
        chosen = list(mark.args or ENGINES)
    metafunc.parametrize("rows_engine", chosen, indirect=True)


@pytest.fixture
def rows_engine(request: pytest.FixtureRequest) -> str:
    """The engine that keeps this test's rows."""
    return str(request.param)


@pytest.fixture(autouse=True, scope="session")
def _rows_of_the_run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> None:
    """With `--rows postgresql` every home folder has a database of its own."""
    if request.config.getoption("--rows") == "postgresql":
        base = tmp_path_factory.getbasetemp()
        server = of_this_run(base if worker_id == "master" else base.parent)
        os.environ[ROWS_SERVER] = server.address


@pytest.fixture(autouse=True)
def _rows_are_given_up(_rows_of_the_run: None) -> Iterator[None]:
    """Databases that a test made for its home folders go with it."""
    before = len(sample_home.databases)
    yield
    for server, name in sample_home.databases[before:]:
        server.drop(name)
    del sample_home.databases[before:]


@pytest.fixture(scope="session")
def empty_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a library without a row, migrated once: it is copied two thousand times."""
    file = tmp_path_factory.mktemp("rows") / "empty.sqlite"
    rows = open_database(f"sqlite:///{file}")
    upgrade(rows)
    rows.close()
    return file


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, empty_rows: Path, rows_engine: str
) -> Iterator[Settings]:
    """Settings of an empty library, whose tables are there."""
    if rows_engine == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        lent = server.lend()
        (tmp_path / "var").mkdir()  # as where rows are a file in it
        yield settings_for(tmp_path / "var", database=lent)
        server.give_back(lent)
        return
    empty = settings_for(tmp_path / "var")
    begin_with(empty_rows, empty)
    yield empty


@pytest.fixture
def storage(settings: Settings, empty_rows: Path) -> Iterator[Storage]:
    """The engines of an empty library; a module may have settings of its own."""
    begin_with(empty_rows, settings)
    opened = open_storage(settings, SEARCH_SCHEMA)
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    """One moment."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def chance() -> random.Random:
    """Randomness that is the same in every run."""
    return random.Random(20261123)


@pytest.fixture(scope="session")
def sample_books(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The home folder with the sample books, complete. Read only: see `own_sample_books`."""
    base = tmp_path_factory.getbasetemp()
    return sample_home.build_once(base if worker_id == "master" else base.parent)


@pytest.fixture
def own_sample_books(sample_books: Path, tmp_path: Path) -> Path:
    """A copy of the sample library that a test may change."""
    return sample_home.copy_of(sample_books, tmp_path / "var")
