"""Does every page end done exactly once on PostgreSQL and Redis, whichever of them is killed?

One run, in real processes: both servers die without a word and come back, Redis forgets
everything, workers are killed. ``PAGES=400 KILLS=60 pytest tests/faults/test_servers.py``
makes a larger one.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from archive.migrations import upgrade
from storage.database import open_database
from storage.opening import Storage
from storage.settings import Settings
from tests.engines.postgresql_server import OwnServer
from tests.engines.redis import RedisServer
from tests.faults.killing import Killer, is_at_rest
from tests.faults.small_book import found, hand_in
from tests.faults.workers_at_work import until, worker
from tests.sample_home import settings_for

PAGES = int(os.environ.get("PAGES", "10"))
KILLS = int(os.environ.get("KILLS", "2"))
AWAY = 2.0  # seconds for which a server is down


@pytest.fixture
def settings(tmp_path: Path, own_postgresql: OwnServer, redis_server: RedisServer) -> Settings:
    database = f"{own_postgresql.address}postgres"
    rows = open_database(database)
    upgrade(rows)
    rows.close()
    return settings_for(
        tmp_path / "var",
        database=database,
        broker=redis_server.url,
        lease_seconds=5,
        sweep_seconds=1,
        index_wait_seconds=1,
        attempt_cap=10,
    )


def test_every_page_is_done_exactly_once_whatever_server_dies(
    settings: Settings,
    storage: Storage,
    tmp_path: Path,
    own_postgresql: OwnServer,
    redis_server: RedisServer,
) -> None:
    hand_in(settings, tmp_path, PAGES)
    with worker(settings) as supervisor:
        killer = Killer(supervisor, storage.rows, random.Random(20261123))
        killer.await_progress(PAGES // 2)
        redis_server.kill()
        time.sleep(AWAY)
        redis_server.start()
        killer.await_progress(PAGES)
        with redis_server.client() as client:
            lost = client.dbsize()
            client.flushall()
        killer.await_progress(2 * PAGES)
        own_postgresql.kill()
        time.sleep(AWAY)
        own_postgresql.start()
        killer.run(steps=4 * PAGES, kills=KILLS, main_kills=1, stops=1)
        until(lambda: is_at_rest(storage.rows, PAGES), "the end of the run",
              settings.home / "worker.log")  # fmt: skip
    assert lost > 0
    assert found(storage, PAGES) == []
