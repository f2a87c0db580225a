"""Fixtures that all tests share: empty libraries, and one with the sample books."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.database import open_database
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests import sample_home
from tests.sample_home import settings_for

pytest_plugins = ["tests.engines.opensearch", "tests.engines.s3", "tests.engines.verapdf"]


LONGEST = ("faults", "pipeline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes come first, so that no core waits for the other at the end."""
    items.sort(key=lambda item: not any(part in LONGEST for part in item.path.parts))


@pytest.fixture(scope="session")
def empty_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a library without a row, migrated once: it is copied two thousand times."""
    file = tmp_path_factory.mktemp("rows") / "empty.sqlite"
    rows = open_database(f"sqlite:///{file}")
    upgrade(rows)
    rows.close()
    return file


@pytest.fixture
def settings(tmp_path: Path, empty_rows: Path) -> Settings:
    """Settings of an empty library, whose tables are there."""
    empty = settings_for(tmp_path / "var")
    _lay(empty_rows, empty)
    return empty


def _lay(rows: Path, empty: Settings) -> None:
    """Let a library begin with these rows, unless it has rows of its own."""
    file = empty.home / "sandyq.sqlite"
    if not file.exists():
        empty.home.mkdir(parents=True, exist_ok=True)
        shutil.copy(rows, file)


@pytest.fixture
def storage(settings: Settings, empty_rows: Path) -> Iterator[Storage]:
    """The engines of an empty library; a module may have settings of its own."""
    _lay(empty_rows, settings)
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
