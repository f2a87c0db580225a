"""Do lines of the log say which page of which work they are about, and nothing that is a secret?"""

from __future__ import annotations

import io
import json
import logging
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from archive.ledger import PageStep
from storage.errors import Refused
from storage.log_lines import OURS, about, install_logs
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.desk import Desk
from tests.sample_home import environment
from web.app import create_app
from workers.queue import open_queue
from workers.running import Step, run_step
from workers.workshop import Workshop

log = logging.getLogger("workers.of_this_test")


class Written(io.StringIO):
    """A log, and what its lines say."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    """What a process writes with ``SANDYQ_LOG=json``."""
    before = logging.root.handlers[:], logging.root.level
    stream = Written()
    install_logs(as_json=True, stream=stream)
    yield stream
    logging.captureWarnings(capture=False)
    logging.root.handlers[:], _ = before
    logging.root.setLevel(before[1])
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def step(error: Exception | None = None) -> Step[PageStep, int, int]:
    """A step that writes a line, and fails if it is told to."""

    def work(_: Workshop, step_id: int) -> int:
        log.warning("at work\nin two lines")
        if error is not None:
            raise error
        return step_id

    return Step(PageStep, lambda _w, _s, number: number, work, lambda *_: ())


@pytest.fixture
def bench(
    settings: Settings, storage: Storage, now: datetime, chance: random.Random
) -> Iterator[tuple[Workshop, int, dict[str, object]]]:
    """A workshop, the number of a step that is due, and what a line about it must say."""
    with storage.rows.writing() as session:
        desk = Desk(session, now, chance)
        receipt = desk.receive("1.png", "one")
        facts = {"work": desk.work.name, "page": receipt.page.name, "step": "characterise",
                 "step_id": receipt.due[0].id, "queue": "pages", "attempt": 1}  # fmt: skip
    workshop = Workshop(settings, open_queue(settings), now=lambda: now, chance=chance)
    yield workshop, receipt.due[0].id, facts
    workshop.storage.close()


@pytest.mark.parametrize(
    ("error", "level", "told"),
    [
        (None, "info", {"event": "step done"}),
        (Refused("not-an-image"), "warning", {"family": "refused", "reason": "not-an-image"}),
        (ZeroDivisionError(), "error", {"family": "broken", "reason": "unexpected"}),
    ],
    ids=["done", "refused", "a defect"],
)
def test_every_line_of_a_step_carries_its_page_and_step(
    bench: tuple[Workshop, int, dict[str, object]],
    written: Written,
    error: Exception | None,
    level: str,
    told: dict[str, str],
) -> None:
    workshop, number, facts = bench
    run_step(step(error), workshop, number)
    log.warning("after it")
    first, last, after = written.lines()[0], written.lines()[1], written.lines()[-1]
    assert facts.items() <= first.items()
    assert first["event"] == "at work\nin two lines"
    assert (facts | told | {"level": level}).items() <= last.items()
    assert last["duration_ms"] >= 0
    assert not facts.keys() & after.keys()


def test_what_one_thread_knows_no_other_says(written: Written) -> None:
    def other() -> None:
        log.warning("other")

    with about(page="k7m2x9bq"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        log.warning("mine")
    theirs, mine = written.lines()
    assert "page" not in theirs
    assert mine["page"] == "k7m2x9bq"


def test_a_request_has_an_id_of_its_own_and_its_question_stays_its_own(
    settings: Settings, written: Written
) -> None:
    client = create_app(settings).test_client()
    client.get("/search?q=құпиясөз", headers={"Cookie": "signed-in=verysecret"})
    client.get("/nowhere/құпиясөз")
    lines = written.lines()
    assert [each["route"] for each in lines] == ["/search", None]
    assert [each["status"] for each in lines] == [200, 404]
    assert len({each["request"] for each in lines}) == 2
    assert "құпиясөз" not in written.getvalue()
    assert "verysecret" not in written.getvalue()


def test_the_portal_writes_as_its_settings_say(settings: Settings) -> None:
    said = "import logging, web.wsgi; logging.getLogger('web.views').warning('hello')"
    done = subprocess.run(
        [sys.executable, "-c", said],
        env=environment(replace(settings, log="json")),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["hello"]


@pytest.mark.every_database
def test_what_was_asked_of_the_rows_stands_in_no_error(storage: Storage, written: Written) -> None:
    asked = "".join(chr(letter) for letter in (1179, 1201, 1087, 1080, 1103))

    with pytest.raises(DBAPIError) as failed, storage.rows.reading() as session:
        session.execute(text("SELECT :word FROM no_such_table"), {"word": asked})
    log.error("it failed", exc_info=failed.value)
    assert "no_such_table" in written.lines()[-1]["error"]
    assert asked not in written.getvalue()


def test_another_word_than_plain_or_json_is_refused() -> None:
    with pytest.raises(Refused, match="bad-setting"):
        _ = Settings(log="xml").writes_json
