"""Is work that several workers share done by each of them once, and by no other?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from archive.ledger import PageStep
from storage.errors import Transient
from storage.heartbeat import DUTIES, SCHEDULER
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.killing import is_at_rest, steps_done
from tests.faults.small_book import found, hand_in
from tests.faults.workers_at_work import mains, until
from tests.sample_home import environment
from workers.presence import (
    ASLEEP_SECONDS,
    is_awake,
    only_worker,
    worker_is_running,
)
from workers.supervisor import crews

SHARES = (("pages",), ("books", "index"), (SCHEDULER,))


@contextmanager
def worker_for(settings: Settings, duties: Sequence[str]) -> Iterator[psutil.Process]:
    """`sandyq worker --only …` until the block ends."""
    only = [word for duty in duties for word in ("--only", duty)]
    command = [str(Path(sys.executable).with_name("sandyq")), "worker", *only]
    with (settings.home / f"{duties[0]}.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(settings), stdout=log, stderr=log)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def asked(settings: Settings, *duties: str) -> int:
    """What a container's question after its own work is answered: a code."""
    command = [sys.executable, "-m", "workers.presence", *duties]
    return subprocess.run(command, env=environment(settings), check=False).returncode


def queues(supervisor: psutil.Process) -> list[str]:
    """What the workers below a supervisor serve."""
    return sorted(main.cmdline()[3] for main in mains(supervisor))


def last_call(storage: Storage) -> object:
    """When somebody was last called for a step of a page."""
    with storage.rows.reading() as session:
        return session.scalar(select(func.max(PageStep.woken_at)))


def test_three_workers_make_a_book_together(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """Without the scheduler nobody calls again for what was lost."""
    settings = replace(settings, processes=1)
    hand_in(settings, tmp_path, 2)
    for message in (settings.queue_folder / "messages").iterdir():
        message.unlink()
    with ExitStack() as stack:
        pages, books = (stack.enter_context(worker_for(settings, each)) for each in SHARES[:2])
        until(lambda: queues(pages) == ["pages,texts"], "the worker of pages")
        until(lambda: queues(books) == ["books", "index"], "those of books and index")
        called = last_call(storage)
        time.sleep(settings.lease_seconds + 3 * settings.sweep_seconds)
        assert (last_call(storage), steps_done(storage.rows)) == (called, 0)
        scheduler = stack.enter_context(worker_for(settings, SHARES[2]))
        until(lambda: is_at_rest(storage.rows), "the end", settings.home / "pages.log")
        assert queues(scheduler) == []
        for duty in DUTIES:
            os.utime(settings.home / f"worker-{duty}.lock", (0, 0))
        until(lambda: all(is_awake(settings, each, time.time()) for each in DUTIES), "a sign")
        assert [asked(settings, *each) for each in (*SHARES, DUTIES)] == [0, 0, 0, 0]
        with worker_for(settings, ["books"]) as second:
            assert second.wait(60) == 4  # somebody has this work already
    assert found(storage, 2) == []
    assert asked(settings, "pages") == 1


@pytest.mark.parametrize("broker", ["filesystem://", "redis://127.0.0.1:1/0"])
def test_the_shares_are_the_whole(settings: Settings, broker: str) -> None:
    """What one worker serves is what the three serve, each queue once."""
    settings = replace(settings, broker=broker)
    whole = [line for served in crews(settings) for line in served.split(",")]
    shared = [line for each in SHARES for served in crews(settings, each)
              for line in served.split(",")]  # fmt: skip
    assert sorted(shared) == sorted(whole)
    assert len(set(whole)) == len(whole)
    assert sorted(duty for each in SHARES for duty in each) == sorted(DUTIES)


def test_a_duty_is_held_once_and_by_whoever_is_awake(settings: Settings) -> None:
    now = time.time()
    assert not worker_is_running(settings)
    with only_worker(settings, ["pages"]) as presence:
        presence.show()
        assert worker_is_running(settings)
        with only_worker(settings, ["books", SCHEDULER]):
            for duties in (["pages"], ["books"], DUTIES):
                with pytest.raises(Transient), only_worker(settings, duties):
                    pass
        with only_worker(settings, ["books"]):  # who was refused holds nothing
            pass
        assert is_awake(settings, "pages", now + ASLEEP_SECONDS / 2)
        assert not is_awake(settings, "pages", now + 2 * ASLEEP_SECONDS)
        assert not is_awake(settings, "index", now)
        presence.show()
        (settings.home / "worker-pages.lock").unlink()
        presence.show()
    assert not is_awake(settings, "pages", now)
