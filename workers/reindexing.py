"""Making the search index anew from rows and blobs, while readers keep the old one.

Also what is done after an upgrade, and for an index that has lost something: the
supervisor compares it with the rows when it starts and every hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.ledger import PageStep, StepState, restart
from archive.representations import Page
from archive.works import Work
from storage.errors import Transient
from storage.query import Kind
from workers.index_documents import digitized_works
from workers.indexing import BATCH, index_batch, want_index
from workers.queue import transaction
from workers.workshop import Workshop

# How often, and how many seconds apart, a rebuild looks whether anything was added.
LOOKS, LOOK_SECONDS = 20, 0.5


def reindex(workshop: Workshop) -> Iterator[tuple[int, int]]:
    """Build a new index and let readers have it; gives (pages done, pages in all)."""
    workshop.storage.index.start_anew()
    yield from finish_rebuild(workshop)


def finish_rebuild(
    workshop: Workshop, pause: Callable[[float], None] = time.sleep
) -> Iterator[tuple[int, int]]:
    """Write whatever a begun rebuild lacks, then let readers have it.

    May be killed at any moment and called again. What a worker has in hand at the same
    time is waited for. Pages that were set aside (their words are lost) are tried once
    more and then left out: all others must not wait for them.

    Raises:
        Transient: ``index-busy``, nothing was added for a while: somebody else writes all
            the time, or something is left that the index does not take.
    """
    index = workshop.storage.index
    total = _page_total(workshop)
    lacked, looks = (-1, -1), 0
    lost: Collection[int] = ()
    while True:
        held = index.contents()
        lacking = _missing_pages(workshop, held.keys())
        yield total - len(lacking), total
        missing = [page for page in lacking if page not in lost]
        lacks = (len(missing), _want_works(workshop, held.keys()))
        if not any(lacks):
            break
        looks = looks + 1 if lacks == lacked else 0
        if looks > LOOKS:
            raise Transient("index-busy")
        if looks:
            pause(LOOK_SECONDS)
        lacked = lacks
        for first in range(0, max(1, len(missing)), BATCH):
            _write(workshop, missing[first : first + BATCH])
            yield min(total, total - len(lacking) + first + BATCH), total
        lost = _set_aside(workshop)
    index.finish_anew()


def _page_total(workshop: Workshop) -> int:
    with workshop.storage.rows.reading() as session:
        return session.scalars(select(func.count(Page.id)).where(Page.text_id.is_not(None))).one()


def _missing_pages(workshop: Workshop, held: Collection[tuple[Kind, int]]) -> Sequence[int]:
    with workshop.storage.rows.reading() as session:
        # What was never indexed is due already by its own step.
        indexed = select(Page.id).where(Page.indexed_text_id.is_not(None))
        pages = session.scalars(indexed.where(Page.text_id.is_not(None))).all()
    known = {key for kind, key in held if kind is Kind.PAGE}
    return [page for page in pages if page not in known]


def _set_aside(workshop: Workshop) -> Collection[int]:
    """The pages that the index was told of as often as is allowed, and did not take."""
    query = select(PageStep.page_id).where(
        PageStep.step == "index",
        PageStep.state.in_((StepState.QUARANTINED, StepState.REFUSED)),
    )
    with workshop.storage.rows.reading() as session:
        return frozenset(session.scalars(query))


def _want_works(workshop: Workshop, held: Collection[tuple[Kind, int]]) -> int:
    """Make the descriptions due that the new index lacks; how many they are."""
    known = {key for kind, key in held if kind is Kind.WORK}
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        wanted = session.scalars(digitized_works().distinct())
        missing = [each for each in wanted if each not in known]
        for first in range(0, len(missing), BATCH):
            session.execute(
                update(Work)
                .where(Work.id.in_(missing[first : first + BATCH]))
                .values(indexed_revision=0)
            )
    return len(missing)


def write_again(workshop: Workshop, pages: Sequence[int]) -> None:
    """Let the index hold these pages as the rows have them now.

    Raises:
        Transient: ``index-busy``.
    """
    for first in range(0, len(pages), BATCH):
        _write(workshop, pages[first : first + BATCH])


def _write(workshop: Workshop, pages: Sequence[int]) -> None:
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        steps = [_due_again(workshop, session, page) for page in pages]
    index_batch(workshop, steps[0] if steps else 0)


def _due_again(workshop: Workshop, session: Session, page_id: int) -> int:
    page = session.get_one(Page, page_id)
    want_index(session, page, workshop.now())
    step = session.scalars(
        select(PageStep)
        .where(
            PageStep.page_id == page_id,
            PageStep.step == "index",
            PageStep.state != StepState.SUPERSEDED,
        )
        .order_by(PageStep.id.desc())
    ).first()
    assert step is not None
    if step.state not in {StepState.PENDING, StepState.RUNNING}:
        restart(step, workshop.now())
    return step.id
