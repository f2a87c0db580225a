"""When is it time to write the index? When nobody else is about to come along.

A commit of the index costs the same for one page as for a hundred, and pages are
recognised one at a time. So a recognised page waits for company: as long as other
pages are on their way, and never longer than `index_wait_seconds`. The last page of
a book, a corrected page, a changed description wait for nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.ledger import ALIVE, PageStep, is_due
from workers.indexing import BATCH, index_batch
from workers.workshop import Workshop

LOOK_SECONDS = 1.0

BEFORE_INDEX = ("characterise", "recognise")


def index_in_company(
    workshop: Workshop, step_id: int, pause: Callable[[float], None] = time.sleep
) -> int:
    """Index this page and all that came while it waited; how many were finished."""
    while _is_worth_waiting(workshop):
        pause(LOOK_SECONDS)
    return index_batch(workshop, step_id)


def _is_worth_waiting(workshop: Workshop) -> bool:
    now = workshop.now()
    with workshop.storage.rows.reading() as session:
        due = select(func.count(), func.min(PageStep.due_at)).where(
            is_due(PageStep, now), PageStep.step == "index"
        )
        waiting, since = session.execute(due).one()
        if since is None or waiting >= BATCH:
            return False
        longest = timedelta(seconds=workshop.settings.index_wait_seconds)
        return now - since < longest and _others_are_coming(session)


def _others_are_coming(session: Session) -> bool:
    on_their_way = select(PageStep.id).where(
        PageStep.state.in_(ALIVE), PageStep.step.in_(BEFORE_INDEX)
    )
    return session.scalars(on_their_way.limit(1)).first() is not None
