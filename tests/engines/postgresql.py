"""The fixtures of PostgreSQL: the server of the whole run, and one that may be killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engines.postgresql_server import OwnServer, PostgreSql, free_port, of_this_run
from tests.engines.shared_server import join


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> PostgreSql:
    base = tmp_path_factory.getbasetemp()
    return of_this_run(base if worker_id == "master" else base.parent)


@contextmanager
def running_postgresql(folder: Path) -> Iterator[OwnServer]:
    """A server of one's own; it does not outlive a run that is killed (`folder` is its guard's)."""
    server = OwnServer(free_port())
    server.create()
    server.start()
    stop = server.words("-m", "immediate", "stop")
    join(folder, lambda: (server.address, server.home, stop))
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture
def own_postgresql(tmp_path: Path) -> Iterator[OwnServer]:
    """A server that the test may kill."""
    with running_postgresql(tmp_path / "guard") as server:
        yield server
