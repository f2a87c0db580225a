"""Do the engines answer that the portal cannot do without? Asked by whoever sends it visitors.

Rows and bytes: without them no page can be shown. The index is told too, but its being
down does not turn visitors away: browsing and reading go on (decision 0042).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait

from sqlalchemy import select

from archive.condition import search_answers
from archive.representations import Scan
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import Transient
from storage.opening import Storage
from storage.questions import Question
from storage.search import SearchIndex

log = logging.getLogger(__name__)

SECONDS = 3.0
"""So long an engine may take; whoever asks usually waits for five."""

KEPT_SECONDS = 1.0
"""So long an answer holds, however many ask."""

DISPENSABLE = frozenset({"index"})

_LOOKED_FOR = 3  # one lost file is no reason to turn visitors away
_NO_FILE = "0" * 64


class Readiness:
    """The questions to the engines of one portal."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._clock = clock
        self._newest: Sequence[str] = ()
        self._looked_at = float("-inf")
        self._down: tuple[str, ...] = ()
        self._questions = {
            "rows": Question(self._ask_rows),
            "bytes": Question(self._ask_bytes),
            "index": Question(self._ask_index),
        }

    def down(self, seconds: float = SECONDS) -> tuple[str, ...]:
        """The engines that do not answer; at most `seconds` later."""
        if self._clock() - self._looked_at < KEPT_SECONDS:
            return self._down
        asked = self._asked(time.monotonic() + seconds)
        found = tuple(
            name for name, each in asked.items() if not each.done() or each.exception() is not None
        )
        if found != self._down:  # once, and not with every look
            log.warning("engines that do not answer: %s", ", ".join(found) or "none any more")
        self._down, self._looked_at = found, self._clock()
        return found

    def _asked(self, until: float) -> dict[str, Future[None]]:
        """Every question with its answer to come; nobody is waited for after `until`."""
        rows = self._questions["rows"].begin()
        # Which files to look for is heard from the rows. If they hang, the others are
        # asked all the same, for the files that were the newest before.
        wait([rows], (until - time.monotonic()) / 2)
        others = {name: self._questions[name].begin() for name in ("bytes", "index")}
        wait([rows, *others.values()], max(0.0, until - time.monotonic()))
        return {"rows": rows} | others

    def _ask_rows(self) -> None:
        self._newest = newest_files(self._storage.rows)

    def _ask_bytes(self) -> None:
        bytes_answer(self._storage.blobs, self._newest)

    def _ask_index(self) -> None:
        index_answers(self._storage.index)


def newest_files(rows: Database) -> Sequence[str]:
    """The digests of the files received last.

    Raises:
        Failure: as the rows say it.
    """
    query = select(Scan.content_key).order_by(Scan.id.desc()).limit(_LOOKED_FOR)
    with rows.reading() as session:
        return session.scalars(query).all()


def bytes_answer(blobs: Blobs, newest: Sequence[str]) -> None:
    """Look for these files: a disk that is not mounted has none of them.

    Raises:
        Failure: ``storage-unavailable``, or as the store says it.
    """
    is_held = any(blobs.holds(key) for key in newest or (_NO_FILE,))
    if newest and not is_held:
        raise Transient("storage-unavailable")


def index_answers(index: SearchIndex) -> None:
    """Ask the index something.

    Raises:
        Failure: ``index-unavailable``, or as the index says it.
    """
    if not search_answers(index):
        raise Transient("index-unavailable")
