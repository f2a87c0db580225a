"""Who is killed, stopped and let go on, and when: by the run's progress, not by the clock."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from sqlalchemy import func, select

from archive.ledger import BookBuild, PageStep, StepState
from storage.database import Database
from tests.faults.workers_at_work import LOOK, PATIENCE, all_children, is_busy, mains


@dataclass
class Killer:
    """Kills spread evenly over a run of so many steps."""

    supervisor: psutil.Process
    rows: Database
    chance: random.Random
    lease: float
    told: Counter[str] = field(default_factory=Counter)
    _stopped: list[tuple[float, psutil.Process]] = field(default_factory=list)

    def run(self, *, steps: int, kills: int, main_kills: int, stops: int) -> None:
        """`kills` children, `main_kills` main processes, and `stops` who wake up too late."""
        deeds = ["child"] * (kills - kills // 2) + ["busy child"] * (kills // 2)
        deeds += ["main"] * main_kills + ["stop"] * stops
        self.chance.shuffle(deeds)
        for number, deed in enumerate(deeds):
            self._await_progress(steps * number // (len(deeds) + 2))
            self._do(deed)
        while self._stopped:
            self._let_go()
            time.sleep(LOOK)

    def _await_progress(self, steps: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while steps_done(self.rows) < steps:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the run stands still: {self.told}")
            self._let_go()
            time.sleep(LOOK)

    def _do(self, deed: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (victim := self._victim(deed)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody to be the {deed}: {self.told}")
            self._let_go()
            time.sleep(LOOK)
        with suppress(psutil.NoSuchProcess):
            busy = "busy" if deed != "main" and is_busy(victim) else "idle"
            if deed == "stop":
                victim.suspend()
                self._stopped.append((time.monotonic() + self.lease * 1.5, victim))
            else:
                victim.send_signal(signal.SIGKILL)
            self.told[deed if deed in {"main", "stop"} else f"{busy} child"] += 1

    def _victim(self, deed: str) -> psutil.Process | None:
        if deed == "main":
            candidates = mains(self.supervisor)
        else:
            asleep = {process.pid for _, process in self._stopped}
            candidates = [c for c in all_children(self.supervisor) if c.pid not in asleep]
        if deed in {"busy child", "stop"}:
            candidates = [child for child in candidates if is_busy(child)]
        return self.chance.choice(candidates) if candidates else None

    def _let_go(self) -> None:
        """Wake those whose lease is over by now: zombies, if somebody took their step."""
        now = time.monotonic()
        for moment, process in [each for each in self._stopped if each[0] <= now]:
            with suppress(psutil.NoSuchProcess):
                process.resume()
            self._stopped.remove((moment, process))


def steps_done(rows: Database) -> int:
    """How many steps of pages have ended well so far."""
    with rows.reading() as session:
        query = select(func.count()).select_from(PageStep).where(PageStep.state == StepState.DONE)
        return session.scalars(query).one()


def is_at_rest(rows: Database, pages: int) -> bool:
    """Whether all pages and the book's files have ended, well or badly."""
    ends = (StepState.DONE, StepState.REFUSED, StepState.QUARANTINED)
    with rows.reading() as session:
        ended = select(func.count()).select_from(PageStep).where(PageStep.state.in_(ends))
        if session.scalars(ended).one() < 4 * pages:
            return False
        built = select(func.count()).select_from(BookBuild).where(BookBuild.state.in_(ends))
        return session.scalars(built).one() >= 3
