"""Does the index end as the rows say, whatever becomes of OpenSearch meanwhile? (R-07, R-08)

``BOOK=100 pytest tests/faults/test_search_engine.py`` makes larger books.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive.ledger import PageStep, StepState
from archive.mending import try_again
from archive.representations import Page
from archive.withholding import release_page, withhold_page
from archive.works import Work
from storage.opening import Storage
from storage.opensearch_address import Address
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode
from tests.faults.invariants import search_breaches
from tests.faults.killing import is_at_rest
from tests.faults.small_book import found
from tests.faults.small_pages import print_pages
from tests.faults.workers_at_work import LOOK, PATIENCE, until, worker
from tests.sample_home import asked, settings_for
from web.app import create_app
from web.portal import Portal
from workers.queue import open_queue
from workers.sweeping import compare_index
from workers.workshop import Workshop

PAGES = int(os.environ.get("BOOK", "4"))
BREAKER = "network.breaker.inflight_requests.limit"
DOWN = "Search is down. The books are open."
ENOUGH = 15  # edits, and questions, while an index is made anew
YEAR_NO_ENGINE_HOLDS = 2**31 - 1  # the rows do; an index puts a place behind it
OPEN_BOOK = (
    "title: Кітап {number}\ntype: book\nlevel: everybody\n"
    "rights: http://creativecommons.org/publicdomain/mark/1.0/\n"
)


def settings_of(folder: Path, url: str) -> Settings:
    """A library whose terms are at `url`."""
    return settings_for(
        folder / "var", search=url, lease_seconds=5, sweep_seconds=1, index_wait_seconds=1
    )


class Reader:
    """A visitor of the portal."""

    def __init__(self, settings: Settings) -> None:
        app = create_app(settings)
        self.client: FlaskClient = app.test_client()
        portal = app.extensions["sandyq"]
        assert isinstance(portal, Portal)
        self.storage: Storage = portal.storage

    def searches(self, word: str = "Кітап") -> str:
        """What the page of results says."""
        answer = self.client.get(f"/search?q={word}&lang=en")
        assert answer.status_code == 200
        return answer.text

    def browses(self, work: str) -> None:
        """The folders, the authors and a book are there."""
        for path in ("/collections", "/authors", f"/works/{work}"):
            answer = self.client.get(f"{path}?lang=en")
            assert answer.status_code == 200, path
            assert DOWN not in answer.text


def hand_in(settings: Settings, number: int) -> None:
    """An open book with the word «Кітап» in its title."""
    folder = settings.home.parent / f"book-{number}"
    print_pages(folder, PAGES, seed=number)
    (folder / "book.yaml").write_text(OPEN_BOOK.format(number=number))
    asked(settings, "ingest", folder)


def steps(storage: Storage, step: str, *which: Any) -> int:
    """How many steps of this kind there are that are as told."""
    query = select(func.count(PageStep.id)).where(PageStep.step == step, *which)
    with storage.rows.reading() as session:
        return session.scalars(query).one()


def waits_for(storage: Storage, reason: str) -> Callable[[], bool]:
    """Whether a page waits to be indexed for this reason, and has lost no attempt."""

    def is_so() -> bool:
        query = select(PageStep).where(
            PageStep.step == "index", PageStep.state == StepState.PENDING, PageStep.attempts == 0
        )
        with storage.rows.reading() as session:
            return any((s.error or {}).get("reason") == reason for s in session.scalars(query))

    return is_so


def names_of_works(storage: Storage) -> list[str]:
    with storage.rows.reading() as session:
        return list(session.scalars(select(Work.name).order_by(Work.id)))


#


def test_the_engine_is_away_and_busy_while_books_come_in(
    own_opensearch: OpenSearchNode, tmp_path: Path
) -> None:
    node = own_opensearch
    with node.own_index() as url:
        settings = settings_of(tmp_path, url)
        reader = Reader(settings)
        storage, log = reader.storage, settings.home / "worker.log"
        hand_in(settings, 1)
        with worker(settings):
            until(lambda: steps(storage, "index", done()) > 0, "the first indexed page", log)
            node.kill()
            hand_in(settings, 2)
            ingest_is_unaffected(storage, 2 * PAGES, log)
            until(waits_for(storage, "index-unavailable"), "the wait", log)
            assert DOWN in reader.searches()
            reader.browses(names_of_works(storage)[1])
            node.start()
            ends_well(storage, 2)

            setting(node, {BREAKER: "1b"})
            hand_in(settings, 3)
            ingest_is_unaffected(storage, 3 * PAGES, log)
            until(waits_for(storage, "index-busy"), "every request refused: 429", log)
            setting(node, {BREAKER: None})
            ends_well(storage, 3)

            block(node, url, refuses=True)
            hand_in(settings, 4)
            until(waits_for(storage, "index-busy"), "every item refused", log)
            block(node, url, refuses=None)
            ends_well(storage, 4)

            hand_in(settings, 5)
            spoil_year(storage)
            hand_in(settings, 6)
            until(lambda: is_at_rest(storage.rows, 6), "the end", log)
            spoilt = range(4 * PAGES + 1, 5 * PAGES + 1)
            lost = dict.fromkeys(spoilt, ("index", StepState.QUARANTINED))
            said = found(storage, 6 * PAGES, lost)
            assert {breach for breach in said if "<Kind.WORK: 'work'>, 5)" not in breach} == set()
            mend_year_and_try_again(storage)
            ends_well(storage, 6)
        for work in names_of_works(storage):
            assert work in reader.searches()
        storage.close()


def done() -> Any:
    return PageStep.state == StepState.DONE


def ingest_is_unaffected(storage: Storage, pages: int, log: Path) -> None:
    """Every page gets its images and its text."""
    until(lambda: steps(storage, "recognise", done()) == pages, "the texts", log)


def ends_well(storage: Storage, books: int) -> None:
    """The index holds what the rows say, and nothing was done twice."""
    began = time.monotonic()
    until(lambda: is_at_rest(storage.rows, books), "the end")
    print(f"as the rows say {time.monotonic() - began:.1f} s after its return")
    assert found(storage, PAGES * books) == []


def setting(node: OpenSearchNode, settings: Mapping[str, Any]) -> None:
    node.ask("PUT", "/_cluster/settings", {"transient": settings})


def block(node: OpenSearchNode, url: str, *, refuses: bool | None) -> None:
    """Let every item of a bulk request be refused, and the request itself be fine."""
    settings = {"index.blocks.write": refuses}
    node.ask("PUT", f"/{Address.from_url(url).name}.g1/_settings", settings)


def spoil_year(storage: Storage) -> None:
    """The engine refuses every item of this book, with 400, and no other one."""
    with storage.rows.writing() as session:
        newest = session.scalars(select(Work).order_by(Work.id.desc()).limit(1)).one()
        newest.year = YEAR_NO_ENGINE_HOLDS
        newest.revision += 1  # should a sweep have told the engine already


def mend_year_and_try_again(storage: Storage) -> None:
    """As a cataloguer and the button do."""
    with storage.rows.writing() as session:
        work = session.scalars(select(Work).where(Work.year == YEAR_NO_ENGINE_HOLDS)).one()
        work.year = 1993
        assert len(try_again(session, work, now=datetime.now(UTC), agent="tester")) == PAGES


#


class Restless:
    """Closes pages and opens them again, and asks the portal, until it is told to stop."""

    def __init__(self, settings: Settings, pages: int) -> None:
        self.reader, self.pages = Reader(settings), pages
        self.work = names_of_works(self.reader.storage)[0]
        self.edits = self.questions = 0
        self.wrong: list[object] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._on_and_on, args=(act,), daemon=True)
            for act in (self._edit, self._ask)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _on_and_on(self, act: Callable[[], object]) -> None:
        while not self._stop.wait(0.02):
            try:
                act()
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is wrong
                self.wrong.append(failure)

    def _edit(self) -> None:
        now = datetime.now(UTC)
        with self.reader.storage.rows.writing() as session:
            page = session.get_one(Page, 1 + self.edits // 2 % self.pages)
            if self.edits % 2:
                release_page(session, page, now=now, agent="tester")
            else:
                withhold_page(session, page, until=None, now=now, agent="tester")
        self.edits += 1

    def _ask(self) -> None:
        said = self.reader.searches()
        self.questions += 1
        if DOWN in said or self.work not in said:
            self.wrong.append(said)


def test_made_anew_while_pages_change_and_readers_ask(
    opensearch: OpenSearchNode, tmp_path: Path
) -> None:
    with opensearch.own_index() as url:
        settings = settings_of(tmp_path, url)
        hand_in(settings, 1)
        reader = Reader(settings)
        storage, log = reader.storage, settings.home / "worker.log"
        with worker(settings):
            until(lambda: is_at_rest(storage.rows), "the end", log)
            with Restless(settings, PAGES - 1) as restless:
                while min(restless.edits, restless.questions) < ENOUGH and not restless.wrong:
                    asked(settings, "reindex")  # a quick machine is through with it at once
            restless.reader.storage.close()
            print(f"{restless.edits} edits, {restless.questions} questions")
            assert restless.wrong == []
            is_as_the_rows(storage)

            opensearch.ask("DELETE", f"/{Address.from_url(url).name}.*?expand_wildcards=all")
            compare(settings)
            is_as_the_rows(storage)
            assert restless.work in reader.searches()

            damage(opensearch, url)
            assert DOWN in reader.searches()
            asked(settings, "reindex")
            is_as_the_rows(storage)
            assert restless.work in reader.searches()
        storage.close()


def is_as_the_rows(storage: Storage) -> None:
    """In the end: the next sweep finds the last edit, too."""
    deadline = time.monotonic() + PATIENCE
    while (said := search_breaches(storage, datetime.now(UTC))) and time.monotonic() < deadline:
        time.sleep(LOOK)
    assert said == []


def compare(settings: Settings) -> None:
    """As the supervisor does when it starts, and every hour."""
    workshop = Workshop(settings, open_queue(settings))
    compare_index(workshop)
    workshop.storage.close()


def damage(node: OpenSearchNode, url: str) -> None:
    """Cut off the file in which the engine keeps what its index consists of."""
    (name,) = node.ask("GET", f"/{Address.from_url(url).name}.*/_alias")
    facts = node.ask("GET", f"/{name}/_settings")[name]["settings"]["index"]
    node.ask("POST", f"/{name}/_close")
    (segments,) = node.home.rglob(f"{facts['uuid']}/0/index/segments_*")
    segments.write_bytes(segments.read_bytes()[:20])
    node.ask("POST", f"/{name}/_open?wait_for_active_shards=0")
