"""Is every page done exactly once on PostgreSQL and Redis, whichever of them dies? (R-01 to R-06)

One library for all: every fault has a book of its own, and at its end all that is in the
library is looked at. ``BOOK=100 TIMES=20 pytest tests/faults/test_servers.py`` makes larger
books and kills more often.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select

from archive.ledger import PageStep
from archive.representations import Scan
from tests.faults.library_on_servers import LEASE, LibraryOnServers
from tests.faults.library_on_servers import library as library  # noqa: PLC0414  (a fixture)
from tests.faults.portal_at_work import PortalAtWork, Sender, portal_at_work
from tests.faults.small_pages import SIZE, print_page, print_pages
from tests.faults.spoiled_tesseract import SLOW, path_with, readings, spoiled_tesseract
from tests.faults.test_uploads import station
from tests.faults.uploading import FOR_LATER, Upload
from tests.faults.workers_at_work import PATIENCE, until
from tests.web.upload_desk import new_token
from workers.queue import QUEUES, open_queue

PAGES = int(os.environ.get("BOOK", "6"))
TIMES = int(os.environ.get("TIMES", "2"))  # that a server or the whole group is killed
CUTS = 10 * TIMES  # that all connections with PostgreSQL are cut
AWAY = 1.0  # seconds for which a server is down


def test_workers_are_killed_one_by_one(library: LibraryOnServers) -> None:
    """R-01 on servers: calls are acknowledged late there."""
    killer = library.hand_in(PAGES)
    killer.run(steps=4 * PAGES, kills=2 * TIMES, main_kills=1, stops=1)
    assert library.ends_well() == []


def test_the_whole_group_is_killed_again_and_again(library: LibraryOnServers) -> None:
    """R-02"""
    killer = library.hand_in(PAGES)
    for time_of in range(TIMES):
        killer.await_progress(4 * PAGES * time_of // (TIMES + 1) + 1)
        library.kill_work()
        library.start_work()
    assert library.ends_well() == []


def test_redis_dies_and_forgets(library: LibraryOnServers) -> None:
    """R-04"""
    killer = library.hand_in(PAGES)
    lost = 0
    for time_of in range(TIMES):
        killer.await_progress(2 * PAGES * (2 * time_of) // (2 * TIMES) + 1)
        library.redis.kill()
        time.sleep(AWAY)
        library.redis.start()
        killer.await_progress(2 * PAGES * (2 * time_of + 1) // (2 * TIMES) + 1)
        with library.redis.client() as client:
            lost += client.dbsize()
            client.flushall()
    assert library.ends_well() == []
    assert lost > 0


def test_postgresql_dies_while_pages_are_sent(library: LibraryOnServers, tmp_path: Path) -> None:
    """R-03: what the portal said it has is in the book; it says 503 in words meanwhile."""
    files = print_pages(tmp_path / "sent", PAGES, seed=100)
    token = new_token(library.storage)
    library.start_work()
    with portal_at_work(library.settings) as portal:
        here = station(portal, token, tmp_path)
        deposit = here.begin({"title": "Жіберілген"})
        upload = Upload(Sender(portal, token), deposit, files)
        for time_of in range(TIMES):
            until(lambda: len(upload.whole) >= PAGES * time_of // TIMES, "pages")  # noqa: B023
            library.postgresql.kill_postmaster()
            says_that_the_database_is_down(portal)
            time.sleep(AWAY)
            library.postgresql.start()
            began = time.monotonic()
            until(lambda: status_of(portal) == 200, "the portal's return")
            print(f"the portal is back after {time.monotonic() - began:.2f} s")
        upload.thread.join(PATIENCE)
        library.took_in(PAGES)
        here.finish(deposit)
        for _ in range(CUTS):
            library.postgresql.cut_all()
            time.sleep(0.1)
    print(dict(upload.answers))
    assert upload.answers[503] > 0
    assert upload.answers.keys() <= {200, 201, 204, *FOR_LATER}
    assert library.ends_well() == []
    with library.storage.rows.reading() as session:
        kept = set(session.scalars(select(Scan.content_key)))
    assert len(upload.whole) == PAGES
    assert kept >= set(upload.whole.values())


def says_that_the_database_is_down(portal: PortalAtWork) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{portal.address}/?lang=en", timeout=30)
    with refused.value as answer:
        assert answer.status == 503
        assert "The portal is busy. Try again in a minute." in answer.read().decode()


def status_of(portal: PortalAtWork) -> int:
    try:
        with urlopen(f"{portal.address}/?lang=en", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code


def test_calls_come_twice_and_work_takes_longer_than_its_lease(
    library: LibraryOnServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-06: it is done several times and written once; who comes late writes nothing."""
    spoiled = spoiled_tesseract(tmp_path / "bin", slow_seconds=3 * LEASE)
    monkeypatch.setenv("PATH", path_with(spoiled))
    library.stop_work()
    before = library.late()
    slow = print_page(tmp_path / "page-900.png", "баяу бет", (SLOW, SIZE[1]))
    killer = library.hand_in(PAGES - 1, slow)
    for progress in range(PAGES):
        killer.await_progress(3 * progress)
        call_again(library)
    assert library.ends_well() == []
    until(lambda: library.late() > before or library.breaches() != [], "the late reader")
    assert library.breaches() == []
    done = readings(spoiled)[SLOW]
    print(f"{done} readings of one page, {library.late() - before} came late")
    assert done > 1
    library.stop_work()


def call_again(library: LibraryOnServers) -> None:
    """Every call, due or not, three times: as a server does that redelivers too early."""
    queue = open_queue(library.settings)
    with library.storage.rows.reading() as session:
        newest = select(func.max(PageStep.id)).scalar_subquery()
        steps = session.scalars(select(PageStep).where(PageStep.id > newest - 4 * PAGES)).all()
    for step in steps:
        for _ in range(3):
            queue.send_task(
                f"workers.{step.step}",
                args=[step.id],
                queue=QUEUES[step.step],
                ignore_result=True,
            )
    queue.close()
