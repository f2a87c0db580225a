"""Does a long book hold up a clipping, or one branch all others? On a real Redis."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from celery import Celery
from kombu import Consumer, Queue
from sqlalchemy import select

from archive.branches import Branch
from archive.ledger import PageStep
from archive.works import Item
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import described, digitized
from tests.engines.redis import RedisServer
from tests.sample_home import settings_for
from workers import lanes
from workers.lanes import FIRST_PAGES, lines, waiting_pages
from workers.queue import QUEUES, all_lines, calls_held, open_queue, transaction
from workers.supervisor import crews

LONG = 40  # pages: enough to wait behind
ON_TIME = 2 * (FIRST_PAGES + 1) + 2  # calls: behind eight first pages, in turn with one line


@pytest.fixture
def settings(tmp_path: Path, redis_server: RedisServer) -> Settings:
    return settings_for(tmp_path / "var", broker=redis_server.url)


@pytest.fixture
def queue(settings: Settings) -> Iterator[Celery]:
    opened = open_queue(settings)
    yield opened
    opened.close()


class Shelf:
    """Books that are handed in one after the other, each with its calls."""

    def __init__(self, storage: Storage, queue: Celery, now: datetime) -> None:
        self.storage, self.queue, self.now = storage, queue, now
        self.chance = random.Random(1)
        self.steps: dict[int, str] = {}

    def hand_in(self, title: str, pages: int, branch: int) -> None:
        with transaction(self.storage.rows, self.queue) as (session, wake):
            work = described(session, title, now=self.now, chance=self.chance, folder=title)
            session.flush()
            item = session.scalars(select(Item).where(Item.work_id == work.id)).one()
            item.branch_id = branch
            names = [f"{number:03}.jpg" for number in range(1, pages + 1)]
            made = digitized(session, work, names, now=self.now, chance=self.chance)
            for page in made:
                (step,) = session.scalars(select(PageStep).where(PageStep.page_id == page.id))
                self.steps[step.id] = title
                wake(step.step, step.id)

    def order(self) -> list[str]:
        """Whose calls a worker takes, in its order."""
        taken: list[str] = []
        names = lines("pages")
        with self.queue.connection_for_read() as connection:
            channel = connection.channel()
            queues = [Queue(name, channel=channel) for name in names]

            def take(body: list[list[int]], message: object) -> None:
                taken.append(self.steps[body[0][0]])
                message.ack()  # type: ignore[attr-defined]

            consumer = Consumer(channel, queues, callbacks=[take], prefetch_count=1)
            deadline = time.monotonic() + 30
            with consumer:
                while len(taken) < len(self.steps) and time.monotonic() < deadline:
                    connection.drain_events(timeout=5)
        return taken


@pytest.fixture
def shelf(storage: Storage, queue: Celery, now: datetime) -> Shelf:
    with storage.rows.writing() as session:
        for number in (1, 2):
            code = str(number)
            session.add(Branch(id=number, code=code, label_kk=code, label_ru=code, label_en=code))
    return Shelf(storage, queue, now)


def test_a_clipping_does_not_wait_for_a_long_book(shelf: Shelf) -> None:
    shelf.hand_in("long", LONG, branch=1)
    shelf.hand_in("clipping", 1, branch=1)
    order = shelf.order()
    assert len(order) == LONG + 1
    assert order.index("clipping") < ON_TIME


def test_branches_take_turns(shelf: Shelf) -> None:
    shelf.hand_in("first", LONG, branch=1)
    shelf.hand_in("second", LONG, branch=2)
    order = shelf.order()
    half = order[: LONG + FIRST_PAGES]
    assert half.count("second") > LONG // 3


def test_the_server_tells_how_many_calls_lie_in_each_line(
    shelf: Shelf, queue: Celery, settings: Settings
) -> None:
    """The rows count in the same lines: nothing is lost, so nothing is missing."""
    shelf.hand_in("first", LONG, branch=1)
    shelf.hand_in("second", LONG, branch=2)
    rest = LONG - FIRST_PAGES
    filled = {"pages": 2 * FIRST_PAGES, "pages-1": rest, "pages-2": rest}
    names = all_lines(settings)
    assert calls_held(queue, names) == dict.fromkeys(names, 0) | filled
    with shelf.storage.rows.reading() as session:
        assert waiting_pages(session, names, QUEUES, shelf.now) == filled


def test_in_one_line_the_clipping_would_be_last(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard of the tests above."""
    monkeypatch.setattr(lanes, "FIRST_PAGES", LONG + 1)
    shelf.hand_in("long", LONG, branch=1)
    shelf.hand_in("clipping", 1, branch=1)
    assert shelf.order()[-1] == "clipping"


def test_the_workers_serve_every_line(settings: Settings) -> None:
    served = {line for crew in crews(settings) for line in crew.split(",")}
    wanted = {line for queue in set(QUEUES.values()) for line in
              (lines(queue) if queue in {"pages", "texts"} else [queue])}  # fmt: skip
    assert served == wanted


def test_files_have_no_lines(tmp_path: Path) -> None:
    assert set(crews(settings_for(tmp_path))) == {"pages,texts,books", "index"}
