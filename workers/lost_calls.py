"""Which calls are lost? As many as there are steps waiting for which their line holds none.

The rows say how many steps wait, the broker how many calls it holds. A call that lies
behind others is not lost, however long it has lain there: whoever makes it again each
lease buries the line under calls for the same steps. Which calls are lost nobody knows;
one too many finds its step done already and costs next to nothing, and what is without
a call then is called for by a later sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, LedgerRules, PageStep, forgotten_steps, is_due
from workers.lanes import Call, is_in, queue_of, waiting_pages
from workers.queue import QUEUES

# So many calls more than waiting steps may lie in a line: a call for a step that is done
# already, or one that nobody can ever take, must not stand for one that is lost.
SPARE = 8

_BOOKS = "books"


def lost_calls(
    session: Session,
    held: Mapping[str, int],
    *,
    imports: Sequence[int],
    rules: LedgerRules,
    now: datetime,
    limit: int,
) -> list[Call]:
    """The calls to be made again, at most `limit` for a line; the rows count as called for.

    `held` says how many calls each line of the broker holds; `imports` are the catalogue
    files that nobody works on.
    """
    room = _room(session, held, imports, now, limit)
    books = room.pop(_BOOKS)
    files = imports[:books]
    steps: list[PageStep | BookBuild] = []
    steps += forgotten_steps(session, BookBuild, rules, now, books - len(files))
    for line, number in room.items():
        steps += forgotten_steps(session, PageStep, rules, now, number, *_within(line, held))
    return [("catalogue", number) for number in files] + [(each.step, each.id) for each in steps]


def _room(
    session: Session, held: Mapping[str, int], imports: Sequence[int], now: datetime, limit: int
) -> dict[str, int]:
    """How many calls more each line may hold in which something waits."""
    builds = select(func.count()).select_from(BookBuild).where(is_due(BookBuild, now))
    waiting = waiting_pages(session, held, QUEUES, now)
    waiting[_BOOKS] = session.scalars(builds).one() + len(imports)
    return {
        line: max(0, min(number + SPARE - held[line], limit)) for line, number in waiting.items()
    }


def _within(line: str, lines: Collection[str]) -> list[ColumnElement[bool]]:
    queue = queue_of(line)
    served = [step for step, name in QUEUES.items() if name == queue]
    which: list[ColumnElement[bool]] = [PageStep.step.in_(served)]
    if [queue_of(other) for other in lines].count(queue) > 1:
        which.append(is_in(line))
    return which
