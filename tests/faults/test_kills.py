"""Does every page end done exactly once, whoever is killed meanwhile? (R-01, design §4)

``make faults KILLS=200 PAGES=2000`` makes a larger run, SEED=3 another one. The messages in
the broker's folder are counted all the while: they must not pile up.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from storage.opening import Storage
from storage.settings import Settings
from tests.faults.broker_folder import messages_watched
from tests.faults.invariants import orphans
from tests.faults.killing import Killer, is_at_rest
from tests.faults.small_book import found, hand_in
from tests.faults.workers_at_work import until, worker
from workers.lost_calls import SPARE

PAGES = int(os.environ.get("PAGES", "60"))
KILLS = int(os.environ.get("KILLS", "30"))
MAIN_KILLS = 2
STOPS = 3
# A book's files are made of all its pages, and must be made within one lease.
LEASE = int(os.environ.get("LEASE", str(max(5, PAGES // 12))))  # seconds
# So many messages more than waiting steps may lie in a queue: those that a sweep makes
# beyond need, and what comes and goes between two looks.
BEYOND = SPARE + 12
SEED = int(os.environ.get("SEED", "20261123"))

UNFENCED = """
import archive.ledger
from sqlalchemy import update

def unfenced(session, table, held, **values):
    ended = update(table).where(table.id == held.id).values(**values).returning(table.id)
    return session.execute(ended).first() is not None

archive.ledger._end = unfenced
"""


def test_every_page_is_done_exactly_once_whoever_is_killed(
    settings: Settings,
    storage: Storage,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    settings = replace(settings, lease_seconds=LEASE)
    hand_in(settings, tmp_path, PAGES)
    log = settings.home / "worker.log"
    folder = settings.queue_folder / "messages"
    with messages_watched(folder, storage.rows) as messages, worker(settings) as supervisor:
        killer = Killer(supervisor, storage.rows, random.Random(SEED))
        killer.run(steps=4 * PAGES, kills=KILLS, main_kills=MAIN_KILLS, stops=STOPS)
        until(lambda: is_at_rest(storage.rows), "the end of the run", log)
    record_property("killed", dict(killer.told))
    record_property("orphan blobs", sorted(orphans(storage)))
    record_property("messages", messages.most)
    print(messages, dict(killer.told), "orphan blobs:", sorted(orphans(storage)))
    assert killer.told["busy child"] >= KILLS // 4
    assert killer.told["idle child"] > 0
    assert found(storage, PAGES) == []
    assert max(messages.beyond["pages"], messages.beyond["texts"]) <= BEYOND
    # One call for the index does many steps; those of the others are taken later, in vain.
    assert messages.beyond["index"] <= PAGES + BEYOND
    assert messages.looks > PAGES


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
        until(lambda: is_at_rest(storage.rows), "the end of the run")
    assert any("instead of 1" in breach for breach in found(storage, pages))
