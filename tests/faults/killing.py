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

from archive.ledger import ALIVE, BookBuild, PageStep, StepState
from archive.milestones import FILES
from storage.database import Database
from tests.faults.workers_at_work import LOOK, PATIENCE, all_children, is_busy, mains

Claims = frozenset[tuple[int, int]]


@dataclass
class Killer:
    """Kills spread evenly over a run of so many steps; `before` were done when it began."""

    supervisor: psutil.Process
    rows: Database
    chance: random.Random
    before: int = 0
    told: Counter[str] = field(default_factory=Counter)
    _stopped: list[tuple[psutil.Process, Claims]] = field(default_factory=list)

    def run(self, *, steps: int, kills: int, main_kills: int, stops: int) -> None:
        """`kills` children, `main_kills` main processes, and `stops` who wake up too late."""
        deeds = ["child"] * (kills - kills // 2) + ["busy child"] * (kills // 2)
        deeds += ["main"] * main_kills + ["stop"] * stops
        self.chance.shuffle(deeds)
        for number, deed in enumerate(deeds):
            # A fifth is left for whoever must wait until there is somebody busy to kill.
            self.await_progress(4 * steps * number // (5 * len(deeds)))
            self._do(deed)
        while self._stopped:
            self._let_go()
            time.sleep(LOOK)

    def await_progress(self, steps: int) -> None:
        """Wait until so many steps are done."""
        deadline = time.monotonic() + PATIENCE
        while steps_done(self.rows) - self.before < steps:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the run stands still: {self.told}")
            self._let_go()
            time.sleep(LOOK)

    def _do(self, deed: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._done(deed):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody to be the {deed}: {self.told}")
            self._let_go()
            time.sleep(LOOK)

    def _done(self, deed: str) -> bool:
        victim = self._victim(deed)
        if victim is None:
            return False
        try:
            if deed == "stop":
                return self._put_to_sleep(victim)
            busy = "main" if deed == "main" else "busy child" if is_busy(victim) else "idle child"
            victim.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            return False
        self.told[busy] += 1
        return True

    def _put_to_sleep(self, child: psutil.Process) -> bool:
        """Stop a child in the middle of a step; False if it was between two."""
        child.suspend()
        claims = running_claims(self.rows)
        if not is_busy(child) or not claims:
            child.resume()
            return False
        self._stopped.append((child, claims))
        self.told["stop"] += 1
        return True

    def _victim(self, deed: str) -> psutil.Process | None:
        if deed == "main":
            candidates = mains(self.supervisor)
        else:
            asleep = {process.pid for process, _ in self._stopped}
            candidates = [c for c in all_children(self.supervisor) if c.pid not in asleep]
        if deed in {"busy child", "stop"}:
            candidates = [child for child in candidates if is_busy(child)]
        return self.chance.choice(candidates) if candidates else None

    def _let_go(self) -> None:
        """Wake those whose step was taken over: zombies, who will try to end it all the same."""
        now = running_claims(self.rows)
        for child, claims in list(self._stopped):
            if not claims & now:
                with suppress(psutil.NoSuchProcess):
                    child.resume()
                self._stopped.remove((child, claims))


def running_claims(rows: Database) -> Claims:
    """Every claim of a page's step that is not ended or lost, as its id and fence."""
    query = select(PageStep.id, PageStep.fence).where(PageStep.state == StepState.RUNNING)
    with rows.reading() as session:
        return frozenset((number, fence) for number, fence in session.execute(query))


def steps_done(rows: Database) -> int:
    """How many steps of pages have ended well so far."""
    with rows.reading() as session:
        query = select(func.count()).select_from(PageStep).where(PageStep.state == StepState.DONE)
        return session.scalars(query).one()


def is_at_rest(rows: Database, books: int = 1) -> bool:
    """Whether everything that was handed in, and the books' files, have ended, well or badly."""
    with rows.reading() as session:
        for table in (PageStep, BookBuild):
            alive = select(table.id).where(table.state.in_(ALIVE)).limit(1)
            if session.scalars(alive).first() is not None:
                return False
        built = select(func.count()).select_from(BookBuild)
        return session.scalars(built).one() >= FILES * books
