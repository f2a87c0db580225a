"""The fixtures of PostgreSQL: the server of the whole run, and one that may be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.postgresql_server import OwnServer, PostgreSql, free_port, of_this_run


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> PostgreSql:
    base = tmp_path_factory.getbasetemp()
    return of_this_run(base if worker_id == "master" else base.parent)


@pytest.fixture
def own_postgresql() -> Iterator[OwnServer]:
    """A server that the test may kill."""
    server = OwnServer(free_port())
    server.create()
    server.start()
    yield server
    server.remove()
