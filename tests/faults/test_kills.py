"""Does every page end done exactly once, whoever is killed meanwhile? (design §4)

``KILLS=200 PAGES=400 SEED=3 pytest tests/faults/test_kills.py`` makes a larger run.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.opening import Storage
from storage.settings import Settings
from tests.faults.invariants import breaches, orphans
from tests.faults.killing import Killer, is_at_rest, steps_done
from tests.faults.small_pages import print_pages
from tests.faults.workers_at_work import is_alive, mains, until, worker
from tests.sample_home import sandyq, settings_for

PAGES = int(os.environ.get("PAGES", "60"))
KILLS = int(os.environ.get("KILLS", "30"))
MAIN_KILLS = 2
STOPS = 3
SEED = int(os.environ.get("SEED", "20261123"))
LEASE = 5

UNFENCED = """
import archive.ledger
from sqlalchemy import update

def unfenced(session, table, held, **values):
    ended = update(table).where(table.id == held.id).values(**values).returning(table.id)
    return session.execute(ended).first() is not None

archive.ledger._end = unfenced
"""

Started = Callable[[int], Storage]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A library whose workers give up and look again quickly."""
    return settings_for(
        tmp_path / "var", lease_seconds=LEASE, sweep_seconds=1, attempt_cap=10, processes=2
    )


def hand_in(settings: Settings, tmp_path: Path, pages: int) -> None:
    """A book of so many small pages, waiting for a worker."""
    print_pages(tmp_path / "pages", pages)
    sandyq(settings, "ingest", tmp_path / "pages", "--title", "Шағын беттер")


def found(storage: Storage, pages: int) -> list[str]:
    return breaches(storage, pages, datetime.now(UTC))


def test_every_page_is_done_exactly_once_whoever_is_killed(
    settings: Settings,
    storage: Storage,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    hand_in(settings, tmp_path, PAGES)
    log = settings.home / "worker.log"
    with worker(settings) as supervisor:
        killer = Killer(supervisor, storage.rows, random.Random(SEED))
        killer.run(steps=4 * PAGES, kills=KILLS, main_kills=MAIN_KILLS, stops=STOPS)
        until(lambda: is_at_rest(storage.rows, PAGES), "the end of the run", log)
    record_property("killed", dict(killer.told))
    record_property("orphan blobs", sorted(orphans(storage)))
    print(dict(killer.told), "orphan blobs:", sorted(orphans(storage)))
    assert killer.told["busy child"] >= KILLS // 4
    assert killer.told["idle child"] > 0
    assert found(storage, PAGES) == []


def test_without_the_fence_a_late_sleeper_does_pages_twice(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """The guard of the test above: the same counting finds what a missing fence lets in."""
    pages = 4
    patch = tmp_path / "unfenced"
    patch.mkdir()
    (patch / "sitecustomize.py").write_text(UNFENCED)
    hand_in(settings, tmp_path, pages)
    with worker(settings, patch) as supervisor:
        killer = Killer(supervisor, storage.rows, random.Random(SEED))
        killer.run(steps=4 * pages, kills=0, main_kills=0, stops=1)
        until(lambda: is_at_rest(storage.rows, pages), "the end of the run")
    assert any("instead of 1" in breach for breach in found(storage, pages))


def test_a_broker_emptied_in_mid_run_loses_nothing(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    pages = 12
    hand_in(settings, tmp_path, pages)
    messages = settings.queue_folder / "messages"
    with worker(settings):
        for done in (4, 16, 28):
            until(lambda: steps_done(storage.rows) >= done, f"step {done}")  # noqa: B023
            for message in messages.iterdir():
                message.unlink(missing_ok=True)
        until(lambda: steps_done(storage.rows) >= 36, "step 36")
        shutil.rmtree(settings.queue_folder)
        until(lambda: is_at_rest(storage.rows, pages), "the end", settings.home / "worker.log")
    assert found(storage, pages) == []


def test_a_worker_that_falls_silent_is_started_again(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """A stopped main process answers nobody and does not exit, like a stalled connection."""
    with worker(settings) as supervisor:
        until(lambda: len(mains(supervisor)) == 2, "both workers")
        silent = next(each for each in mains(supervisor) if "pages" in " ".join(each.cmdline()))
        silent.suspend()
        hand_in(settings, tmp_path, 2)
        until(lambda: is_at_rest(storage.rows, 2), "the end", settings.home / "worker.log")
        assert not is_alive(silent)
    assert found(storage, 2) == []


def test_a_worker_that_exits_is_started_again_and_a_killed_supervisor_leaves_nobody(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    hand_in(settings, tmp_path, 2)
    with worker(settings) as supervisor:
        until(lambda: len(mains(supervisor)) == 2, "both workers")
        first = mains(supervisor)
        for each in first:
            each.terminate()
        until(lambda: len(set(mains(supervisor)) - set(first)) == 2, "two others")
        below = supervisor.children(recursive=True)
        supervisor.kill()
        until(lambda: not any(map(is_alive, below)), "the end of the orphans")
    with worker(settings):
        until(lambda: is_at_rest(storage.rows, 2), "the end", settings.home / "worker.log")
    assert found(storage, 2) == []
