"""Is what Prometheus fetches what the rows say, and only for whom it is?"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, func, select, update

from archive.ledger import PageStep
from archive.measures import measure
from storage.copies import Copy, CopyFolder
from storage.errors import Broken, Failure, Refused, Transient
from storage.heartbeat import sign
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.desk import Desk
from web.app import create_app
from web.metrics import metrics
from workers.queue import open_queue
from workers.running import Step, run_step
from workers.workshop import Workshop

SECRET = "only-for-tests-77c1"

Samples = dict[tuple[str, ...], float]


def measured(settings: Settings, storage: Storage, now: datetime) -> Samples:
    """Name and values of labels (sorted by label) of every sample, by Prometheus's own parser."""
    told = metrics(settings, storage, now).decode()
    return {
        (sample.name.removeprefix("sandyq_"), *_values(sample.labels)): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def _values(labels: dict[str, str]) -> list[str]:
    return [value for _, value in sorted(labels.items())]


def handed_in(storage: Storage, now: datetime, chance: random.Random, pages: int) -> list[int]:
    """The steps of so many pages, that are due now."""
    with storage.rows.writing() as session:
        desk = Desk(session, now, chance)
        return [desk.receive(f"{n}.png", str(n)).due[0].id for n in range(pages)]


@pytest.mark.every_database
def test_they_are_what_the_rows_say(
    settings: Settings, storage: Storage, now: datetime, chance: random.Random
) -> None:
    numbers = handed_in(storage, now, chance, 5)
    failures: list[Failure | None] = [None, Refused("not-an-image"), Broken("unexpected"),
                                      Transient("storage-full")]  # fmt: skip
    moment = [now]
    workshop = Workshop(settings, open_queue(settings), now=lambda: moment[0], chance=chance)

    def work(_: Workshop, number: int) -> None:
        moment[0] += timedelta(seconds=7)
        failure = failures[numbers.index(number)]
        if failure is not None:
            raise failure

    step = Step(PageStep, lambda _w, _s, number: number, work, lambda *_: ())
    for number in numbers[:4]:
        run_step(step, workshop, number)
    workshop.storage.close()
    later = now + timedelta(minutes=10)
    said = measured(settings, storage, later)
    with storage.rows.reading() as session:
        query = select(PageStep.state, func.count()).group_by(PageStep.state)
        states = dict(session.execute(query).all())
    assert {state: said["steps", state] for state in states} == states
    assert said["steps_standing", "refused", "characterise"] == 1
    assert said["failures", "refused", "not-an-image", "characterise"] == 1
    assert said["failures", "broken", "unexpected", "characterise"] == 1
    assert said["failures", "transient", "storage-full", "characterise"] == 1
    assert said["oldest_due_seconds", "pages", "characterise"] == 600
    assert said["oldest_due_seconds", "books", "pdf"] == 0
    assert said["recent_steps", "characterise"] == 1
    assert said["recent_step_seconds", "characterise"] == 7
    assert said["pages_not_indexed",] == 0
    assert ("recent_steps", "characterise") not in measured(
        settings, storage, now + timedelta(hours=2)
    )


def test_pages_that_wait_for_the_index_are_counted(
    settings: Settings, storage: Storage, now: datetime, chance: random.Random
) -> None:
    handed_in(storage, now, chance, 2)
    with storage.rows.writing() as session:
        session.execute(update(PageStep).values(step="index"))
    assert measured(settings, storage, now)["pages_not_indexed",] == 2


def test_room_copy_and_heartbeat_have_their_ages(
    settings: Settings, storage: Storage, now: datetime, tmp_path: Path
) -> None:
    before = measured(settings, storage, now)
    assert not [name for name, *_ in before if name == "worker_heartbeat_age_seconds"]
    sign(settings.home, "pages").touch()
    os.utime(sign(settings.home, "pages"), (now.timestamp() - 90,) * 2)
    copies = CopyFolder(tmp_path / "copies")
    place = copies.begin(now - timedelta(hours=3))
    copies.finish(
        Copy(name=place.name, made_at=now - timedelta(hours=3), version="1", rows="rows.sqlite",
             rows_sha256="", names_sha256="", files=1, bytes=1)
    )  # fmt: skip
    said = measured(replace(settings, copies=copies.folder), storage, now)
    assert said["worker_heartbeat_age_seconds", "pages"] == pytest.approx(90, abs=0.1)
    assert said["newest_copy_age_seconds",] == 3 * 3600
    assert said["disk_free_bytes", "home"] > 0
    assert said["disk_free_bytes", "copies"] > 0


@pytest.mark.parametrize("kept", [None, "", " \n", "away", SECRET])
@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", f"Basic {SECRET}", f"Token {SECRET}", f"Bearer {SECRET}"]
)
def test_only_who_bears_the_secret_is_told_that_they_exist(
    settings: Settings, tmp_path: Path, kept: str | None, given: str
) -> None:
    file = tmp_path / "secret"
    if kept not in {None, "away"}:
        file.write_text(f"{kept}\n")
    app = create_app(replace(settings, metrics_token_file=None if kept is None else file))
    answer = app.test_client().get(
        "/metrics", headers={"Authorization": given} if given else {},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )  # fmt: skip
    may = kept == SECRET and given == f"Bearer {SECRET}"
    assert answer.status_code == (200 if may else 404)
    assert (b"sandyq_steps" in answer.data) is may
    assert "Set-Cookie" not in answer.headers


def test_no_question_walks_over_the_rows_of_all_that_was_ever_done(
    storage: Storage, now: datetime
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _d: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    with storage.rows.reading() as session:
        if session.connection().dialect.name != "sqlite":
            pytest.skip("how PostgreSQL answers depends on how many rows there are")
        event.listen(storage.rows.engine, "before_cursor_execute", note)
        measure(session, now, timedelta(minutes=10))
        event.remove(storage.rows.engine, "before_cursor_execute", note)
        driver = session.connection().connection
        plans = [
            step[3]
            for statement, parameters in asked
            for step in driver.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert len(asked) >= 10
    walks = [each for each in plans if each.startswith("SCAN") and "COVERING INDEX" not in each]
    assert walks == []
    recent = [each for each in plans if "finished" in each]
    assert len(recent) == 2
