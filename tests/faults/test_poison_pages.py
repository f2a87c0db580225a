"""Do pages that make their programs crash, hang or run out of memory harm only themselves? (R-05)

``POISON=20 BOOK=1000 pytest tests/faults/test_poison_pages.py`` makes a larger run: so many
pages of each kind, and healthy ones.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.duties import Role
from archive.ledger import PageStep, StepState
from archive.representations import Page, Scan
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.killing import is_at_rest
from tests.faults.small_book import found
from tests.faults.small_pages import SIZE, print_page, print_pages
from tests.faults.spoiled_tesseract import Poison, path_with, readings, spoiled_tesseract
from tests.faults.workers_at_work import until, worker
from tests.sample_home import sandyq, settings_for
from tests.web.people import portico

PAGES = int(os.environ.get("BOOK", "8"))
POISON = int(os.environ.get("POISON", "1"))
ATTEMPTS = 3
PATIENCE = 6  # seconds that one reading may take

REASONS = {
    Poison.CRASHES: "recognition-crashed",
    Poison.HANGS: "recognition-timeout",
    Poison.KILLED: "recognition-killed",
    Poison.STARVED: "recognition-crashed",  # std::bad_alloc
    Poison.KILLS_WORKER: "worker-died",
}
SENTENCES = {
    Poison.CRASHES: "The program that recognises text breaks off on this page.",
    Poison.HANGS: "Recognising the text took too long.",
    Poison.KILLED: "The system ended the recognition of the text, most likely for want of memory.",
    Poison.STARVED: "The program that recognises text breaks off on this page.",
    Poison.KILLS_WORKER: "The work on this page was interrupted.",
}
ADVICE = "“Start again” tries once more. If that does not help, send a new scan of the page."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(
        tmp_path / "var",
        lease_seconds=2 * PATIENCE,
        recognition_seconds=PATIENCE,
        sweep_seconds=1,
        index_wait_seconds=1,
        attempt_cap=ATTEMPTS,
    )


def hand_in(settings: Settings, folder: Path) -> None:
    """Poison in the middle of a healthy book, and a page that is too large for anybody."""
    print_pages(folder, PAGES)
    for poison in Poison:
        for number in range(POISON):
            name = f"page-{PAGES // 2:03}-{poison.name.lower()}-{number}.png"
            print_page(folder / name, f"удың {poison.value} {number}", (poison.value, SIZE[1]))
    sandyq(settings, "ingest", folder, "--title", "Улы беттер")


def poisoned(storage: Storage) -> Mapping[int, tuple[Poison, PageStep]]:
    """The recognition of each poison page, by the page's id."""
    query = (
        select(PageStep, Scan.original_name)
        .join(Page, PageStep.page_id == Page.id)
        .join(Scan, Page.scan_id == Scan.id)
        .where(PageStep.step == "recognise")
    )
    with storage.rows.reading() as session:
        return {
            step.page_id: (Poison[name.split("-")[2].upper()], step)
            for step, name in session.execute(query)
            if name.count("-") == 3
        }


def test_each_is_set_aside_after_three_attempts_and_the_rest_is_done(
    settings: Settings,
    storage: Storage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    spoiled = spoiled_tesseract(tmp_path / "bin")
    hand_in(settings, tmp_path / "pages")
    monkeypatch.setenv("PATH", path_with(spoiled))
    began = time.monotonic()
    with worker(settings):
        until(lambda: is_at_rest(storage.rows), "the end", settings.home / "worker.log")
    took = time.monotonic() - began
    aside = poisoned(storage)
    tries = Counter(
        {width: count for width, count in readings(spoiled).items() if width in set(Poison)}
    )
    record_property("seconds", round(took, 1))
    print(f"{took:.0f} s in all; {dict(tries)}")
    ends = {(poison, step.state, step.attempts, reason(step)) for poison, step in aside.values()}
    assert ends == {(p, StepState.QUARANTINED, ATTEMPTS, REASONS[p]) for p in Poison}
    assert tries == {poison.value: ATTEMPTS * POISON for poison in Poison}
    lost = dict.fromkeys(aside, ("recognise", StepState.QUARANTINED))
    assert found(storage, PAGES + POISON * len(Poison), lost) == []
    is_told_on_the_board(settings)


def reason(step: PageStep) -> str:
    assert step.error is not None
    return str(step.error["reason"])


def is_told_on_the_board(settings: Settings) -> None:
    """With what is wrong, what to do, and the button."""
    portal = portico(settings)
    portal.clock.moment = datetime.now(UTC)
    portal.opened(Role.CATALOGUER)
    board = portal.signed_in().get("/desk/work?lang=en").text
    for poison in Poison:
        assert f"{poison.name.lower()}-0.png</bdi>: {SENTENCES[poison]} {ADVICE}" in board
    assert "Start again" in board
