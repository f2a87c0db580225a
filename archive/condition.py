"""How is the system? Facts for plain sentences: the queue, the room, the search.

Whether a worker runs is read from the ledger's own signs, which hold for a worker on
another machine too: a step is in somebody's hands, or something has ended lately.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from archive.events import Event, EventType
from archive.ledger import ALIVE, BookBuild, PageStep, StepState
from archive.pace import months_of_room
from archive.queries import parse_query
from archive.representations import Derivative, Page, Representation, Scan
from storage.errors import Transient
from storage.query import Kind, Search, Visible
from storage.search import SearchIndex

PATIENCE = timedelta(minutes=5)
"""When something is due and nothing has happened for so long, nobody is at work."""

TOO_OLD = timedelta(days=1)
"""A step that has been due for so long deserves attention even while work goes on."""

_SAMPLE = 20  # newest books, from which the size of a page is taken
_LEAST_HISTORY = timedelta(days=7)
_LONGEST_HISTORY = timedelta(days=90)
_MONTH = timedelta(days=30)

_BY_WORKERS = (EventType.METADATA_EXTRACTION, EventType.CREATION, EventType.INDEXING)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be done: `pages` and `files` alive, when the oldest became due, and signs of life.

    `held` says that a step is in a worker's hands.
    """

    pages: int
    files: int
    oldest_due: datetime | None = None
    last_end: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How much can still be kept; `months` is None until enough has been measured."""

    free: int  # bytes
    months: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether somebody should make room before it is too late."""
        return self.free < 5_000_000_000 or (self.months is not None and self.months < 1)


def is_standing(queue: Queue, now: datetime) -> bool:
    """Whether work is due and nobody does it."""
    if queue.oldest_due is None or queue.held or now - queue.oldest_due < PATIENCE:
        return False
    return queue.last_end is None or now - queue.last_end >= PATIENCE


def is_slow(queue: Queue, now: datetime) -> bool:
    """Whether something has been due for too long although work goes on."""
    return queue.oldest_due is not None and now - queue.oldest_due >= TOO_OLD


def queue_now(session: Session, now: datetime) -> Queue:
    """The queue by the ledger."""
    pages = session.scalars(
        select(func.count(func.distinct(PageStep.page_id))).where(PageStep.state.in_(ALIVE))
    ).one()
    files = session.scalars(
        select(func.count()).select_from(BookBuild).where(BookBuild.state.in_(ALIVE))
    ).one()
    last = select(Event.at).where(Event.type.in_(_BY_WORKERS)).order_by(Event.id.desc()).limit(1)
    return Queue(
        pages,
        files,
        oldest_due=_oldest_due(session, now),
        last_end=session.scalars(last).first(),
        held=_is_held(session, now),
    )


def _oldest_due(session: Session, now: datetime) -> datetime | None:
    due = (
        session.scalars(
            select(func.min(table.due_at)).where(
                table.state == StepState.PENDING, table.due_at <= now
            )
        ).one()
        for table in (PageStep, BookBuild)
    )
    return min((each for each in due if each is not None), default=None)


def _is_held(session: Session, now: datetime) -> bool:
    held = union_all(
        *(
            select(table.id).where(table.state == StepState.RUNNING, table.lease_until > now)
            for table in (PageStep, BookBuild)
        )
    )
    return session.execute(held.limit(1)).first() is not None


def search_answers(index: SearchIndex) -> bool:
    """Whether a question gets an answer, asked for real; nothing is visible to this one."""
    question = Search(parse_query("кітап").query, Kind.WORK, Visible(newest_unit=0), limit=1)
    try:
        index.search(question)
    except Transient:
        return False
    return True


def last_indexed(session: Session) -> datetime | None:
    """When a page last became findable."""
    query = select(Event.at).where(Event.type == EventType.INDEXING)
    return session.scalars(query.order_by(Event.id.desc()).limit(1)).first()


def room(session: Session, free: int, now: datetime) -> Room:
    """How far `free` bytes reach at the pace and the size of page measured so far."""
    return Room(free, months_of_room(free, _bytes_a_page(session), _pages_a_month(session, now)))


def _bytes_a_page(session: Session) -> float:
    """All that is kept of the newest books, scans and files included, shared by their pages."""
    books = session.scalars(
        select(Representation.id).order_by(Representation.id.desc()).limit(_SAMPLE)
    ).all()
    pages = select(Page.id).where(Page.representation_id.in_(books))
    counted = session.scalars(select(func.count()).select_from(pages.subquery())).one()
    kept = (
        select(func.sum(Scan.size)).where(Scan.representation_id.in_(books)),
        select(func.sum(Derivative.size)).where(Derivative.page_id.in_(pages)),
        select(func.sum(Derivative.size)).where(Derivative.representation_id.in_(books)),
    )
    # PostgreSQL sums large numbers to a Decimal.
    total = sum(int(session.scalars(each).one() or 0) for each in kept)
    return total / counted if counted else 0.0


def _pages_a_month(session: Session, now: datetime) -> float:
    began = session.scalars(select(func.min(Representation.created_at))).one()
    if began is None or now - began < _LEAST_HISTORY:
        return 0.0
    span = min(now - began, _LONGEST_HISTORY)
    pages = session.scalars(
        select(func.count(Page.id))
        .join(Scan, Page.scan_id == Scan.id)
        .where(Scan.received_at >= now - span)
    ).one()
    return pages * (_MONTH / span)
