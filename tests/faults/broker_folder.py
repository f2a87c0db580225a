"""How many messages lie in the broker's folder, and for how many steps that wait?"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from archive.ledger import PageStep, is_due
from storage.database import Database
from workers.queue import QUEUES

EACH = 0.25  # seconds between two looks


@dataclass
class Messages:
    """What was seen: the most at once, and by queue how many more than steps waited."""

    most: int = 0
    beyond: Counter[str] = field(default_factory=Counter)
    looks: int = 0

    def look(self, folder: Path, rows: Database) -> None:
        """Look once. Steps come and go meanwhile, so they are counted before and after."""
        before = _waiting(rows)
        names = [file.name.split(".") for file in folder.glob("*.msg")]
        held = Counter(queue for _, queue, _ in names)
        after = _waiting(rows)
        self.most = max(self.most, len(names))
        for queue, messages in held.items():
            more = messages - max(before[queue], after[queue])
            self.beyond[queue] = max(self.beyond[queue], more)
        self.looks += 1


@contextmanager
def messages_watched(folder: Path, rows: Database) -> Iterator[Messages]:
    """Look again and again until the block ends."""
    seen, over = Messages(), threading.Event()

    def watch() -> None:
        while not over.wait(EACH):
            seen.look(folder, rows)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _waiting(rows: Database) -> Counter[str]:
    """By queue, how many steps of pages are due."""
    query = select(PageStep.step, func.count()).where(is_due(PageStep, datetime.now(UTC)))
    waiting: Counter[str] = Counter()
    with rows.reading() as session:
        for step, steps in session.execute(query.group_by(PageStep.step)):
            waiting[QUEUES[step]] += steps
    return waiting
