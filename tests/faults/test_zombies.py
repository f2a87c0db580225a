"""Does a worker that slept past its lease change anything when it wakes? (the fence alone)

Two real processes do the same step of a real page: the first is stopped in the middle of
its work, the second takes the step over and is stopped too; then the first may go on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.events import Event, EventType
from archive.ledger import PageStep
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.small_pages import print_pages
from tests.sample_home import environment, sandyq, settings_for

LEASE = 1  # seconds

# Stops itself in the middle of the work, as a machine under pressure or a suspended
# guest does; says at the end whether the step was its own.
SLEEPER = """
import os, signal, sys
from dataclasses import replace
from storage.settings import Settings
from workers.page_steps import PAGE_STEPS
from workers.queue import open_queue
from workers.running import run_step
from workers.workshop import Workshop

settings = Settings.from_environment(os.environ)
workshop = Workshop(settings, open_queue(settings))
step = PAGE_STEPS["characterise"]

def work(workshop, task):
    os.kill(os.getpid(), signal.SIGSTOP)
    return step.work(workshop, task)

print(run_step(replace(step, work=work), workshop, int(sys.argv[1])))
"""

# The state is still asked for: only the fence is gone.
WITHOUT_FENCE = """
import archive.ledger
from archive.ledger import StepState
from sqlalchemy import update

def unfenced(session, table, held, **values):
    running = (table.id == held.id, table.state == StepState.RUNNING)
    ended = update(table).where(*running).values(**values).returning(table.id)
    return session.execute(ended).first() is not None

archive.ledger._end = unfenced
"""


@dataclass(frozen=True)
class Seen:
    """What the two said, and the row between their ends."""

    zombie: str
    state_between: str
    events_between: int
    heir: str
    events: int


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "var", lease_seconds=LEASE)


@pytest.fixture
def step_id(settings: Settings, storage: Storage, tmp_path: Path) -> int:
    print_pages(tmp_path / "pages", 1)
    sandyq(settings, "ingest", tmp_path / "pages", "--title", "Бір бет")
    with storage.rows.reading() as session:
        return session.scalars(select(PageStep.id)).one()


@contextmanager
def asleep(settings: Settings, step_id: int, code: str) -> Iterator[subprocess.Popen[str]]:
    """A sleeper in the middle of its work."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(step_id)],
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it ended without having begun"
        try:
            yield process
        finally:
            process.kill()


def woken(process: subprocess.Popen[str]) -> str:
    """What it says at its end."""
    process.send_signal(signal.SIGCONT)
    assert process.stdout is not None
    return process.stdout.read().strip()


def successes(storage: Storage) -> int:
    query = (
        select(func.count()).select_from(Event).where(Event.type == EventType.METADATA_EXTRACTION)
    )
    with storage.rows.reading() as session:
        return session.scalars(query).one()


def overslept(settings: Settings, storage: Storage, step_id: int, prelude: str = "") -> Seen:
    with asleep(settings, step_id, prelude + SLEEPER) as zombie:
        time.sleep(LEASE)  # the step cannot be taken over before
        with asleep(settings, step_id, prelude + SLEEPER) as heir:
            said = woken(zombie)
            with storage.rows.reading() as session:
                state = session.get_one(PageStep, step_id).state
            events = successes(storage)
            return Seen(said, state, events, woken(heir), successes(storage))


def test_who_wakes_after_the_lease_changes_nothing(
    settings: Settings, storage: Storage, step_id: int
) -> None:
    assert overslept(settings, storage, step_id) == Seen("False", "running", 0, "True", 1)


def test_without_the_fence_the_zombie_takes_the_step_from_its_heir(
    settings: Settings, storage: Storage, step_id: int
) -> None:
    """The guard of the test above."""
    seen = overslept(settings, storage, step_id, WITHOUT_FENCE)
    assert seen == Seen("True", "done", 1, "False", 1)
