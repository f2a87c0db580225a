"""What a person waits for when Redis is down or hangs, and what becomes of the work?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery
from sqlalchemy import func, select

from archive.ledger import PageStep, forget_calls
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import described, digitized
from tests.engines.redis import RedisServer
from tests.sample_home import settings_for
from workers.queue import open_queue, transaction
from workers.sweeping import sweep
from workers.workshop import Workshop

PAGES = 5
BOUND = 10.0  # seconds that a person may wait when the broker is away; 3 to 6 were measured


@dataclass
class Desk:
    """Where a book is handed in, with its queue."""

    storage: Storage
    queue: Celery
    workshop: Workshop
    now: datetime

    def hand_in(self) -> None:
        chance = random.Random(1)
        with self.storage.rows.writing() as session:
            work = described(session, "Көмір", now=self.now, chance=chance)
            names = [f"{number:03}.jpg" for number in range(PAGES)]
            digitized(session, work, names, now=self.now, chance=chance)

    def call(self) -> float:
        """Call for every step; how long that took, in seconds."""
        began = time.monotonic()
        with transaction(self.storage.rows, self.queue) as (session, wake):
            for step in session.scalars(select(PageStep)):
                wake(step.step, step.id)
        return time.monotonic() - began

    def uncalled(self) -> int:
        with self.storage.rows.reading() as session:
            query = select(func.count(PageStep.id)).where(PageStep.woken_at.is_(None))
            return session.scalars(query).one()


@pytest.fixture
def settings(tmp_path: Path, redis_server: RedisServer) -> Settings:
    return settings_for(tmp_path / "var", broker=redis_server.url)


@pytest.fixture
def desk(settings: Settings, storage: Storage, now: datetime) -> Iterator[Desk]:
    queue = open_queue(settings)
    workshop = Workshop(settings, queue, now=lambda: now + timedelta(seconds=1))
    yield Desk(storage, queue, workshop, now)
    workshop.storage.close()
    queue.close()


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("trouble", [RedisServer.kill, RedisServer.hang])
def test_the_row_stands_the_request_ends_and_the_next_sweep_calls(
    desk: Desk,
    redis_server: RedisServer,
    trouble: Callable[[RedisServer], None],
    *,
    connected: bool,
) -> None:
    if connected:
        desk.queue.send_task("workers.nothing", queue="nothing", ignore_result=True)
    desk.hand_in()
    trouble(redis_server)
    took = desk.call()
    print(f"{trouble.__name__}, connected: {connected}: {took:.1f} s")
    assert took < BOUND
    assert desk.uncalled() == PAGES
    assert sweep(desk.workshop).woken == 0  # nobody knows what is lost
    redis_server.kill()
    redis_server.start()
    assert sweep(desk.workshop).woken == PAGES
    with redis_server.client() as client:
        assert client.llen("pages") == PAGES


def test_a_line_that_holds_no_calls_is_a_broker_away(desk: Desk, redis_server: RedisServer) -> None:
    """Something else is kept under its name: the rest of the sweep is done all the same."""
    desk.hand_in()
    with redis_server.client() as client:
        client.set("pages", "no list")
        assert sweep(desk.workshop).woken == 0
        client.delete("pages")
        with desk.storage.rows.writing() as session:
            forget_calls(session, PageStep, session.scalars(select(PageStep.id)).all())
        assert sweep(desk.workshop).woken == PAGES
        assert client.llen("pages") == PAGES
