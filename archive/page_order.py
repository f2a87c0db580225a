"""In which order do a book's pages stand, and which of its pages are in it?

`sequence` is dense, 1 to n, and changes under the representation's lock alone. A page that
is taken out keeps its row, its scan and its address for the staff; its sequence becomes
minus the place it had, so that no order of the book counts it, and it has no image and no
text, so that no door shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from archive.events import EventType, record_event
from archive.ingest import lock_representation, make_room, want_characterise
from archive.ledger import PageStep, supersede_page_steps
from archive.representations import Page, Representation
from storage.errors import Refused


def pages_in_order(session: Session, representation_id: int) -> Sequence[Page]:
    """The pages that are in the book."""
    query = (
        select(Page)
        .where(Page.representation_id == representation_id, Page.sequence > 0)
        .order_by(Page.sequence)
    )
    return session.scalars(query).all()


def names_in_order(session: Session, representation_id: int) -> list[str]:
    """The names of the pages that are in the book."""
    query = (
        select(Page.name)
        .where(Page.representation_id == representation_id, Page.sequence > 0)
        .order_by(Page.sequence)
    )
    return list(session.scalars(query))


def withdrawn_pages(session: Session, representation_id: int) -> Sequence[Page]:
    """The pages that were taken out, by the place they had."""
    query = (
        select(Page)
        .where(Page.representation_id == representation_id, Page.sequence < 0)
        .order_by(Page.sequence.desc())
    )
    return session.scalars(query).all()


def move_pages(
    session: Session,
    representation: Representation,
    names: Sequence[str],
    before: str | None,
    *,
    now: datetime,
    agent: str,
) -> list[int]:
    """Put these pages, in their present order, before another one (None: at the end).

    Returns the ids of all pages whose place has changed.

    Raises:
        Refused: ``not-found`` when one of them is not a page in this book.
    """
    lock_representation(session, representation.id)
    query = select(Page.id, Page.name, Page.sequence).where(
        Page.representation_id == representation.id, Page.sequence > 0
    )
    rows = session.execute(query.order_by(Page.sequence)).all()
    order = reordered([row.name for row in rows], names, before)
    places = {name: place for place, name in enumerate(order, start=1)}
    changed = {row.id: places[row.name] for row in rows if places[row.name] != row.sequence}
    if not changed:
        return []
    _place(session, changed)
    detail = {"pages": len(names), "first": names[0], "before": before}
    record_event(
        session, EventType.METADATA_MODIFICATION, representation, at=now, agent=agent, detail=detail
    )
    return list(changed)


def reordered(order: Sequence[str], moved: Sequence[str], before: str | None) -> list[str]:
    """The order after moving some names, kept in their own order, before another one.

    Raises:
        Refused: ``not-found`` for a name that is not in it.
    """
    chosen = set(moved)
    unknown = chosen - set(order) or ({before} - set(order) if before else set())
    if unknown:
        raise Refused("not-found", name=min(str(name) for name in unknown))
    if before in chosen:
        # Before one of themselves: they stay where that one is.
        following = order[order.index(before) :]
        before = next((name for name in following if name not in chosen), None)
    rest = [name for name in order if name not in chosen]
    place = len(rest) if before is None else rest.index(before)
    return [*rest[:place], *(name for name in order if name in chosen), *rest[place:]]


def _place(session: Session, places: dict[int, int]) -> None:
    """Set these pages' places in a few statements, whatever their number."""
    ids = list(places)
    for begin in range(0, len(ids), 400):
        part = {number: places[number] for number in ids[begin : begin + 400]}
        session.execute(
            update(Page)
            .where(Page.id.in_(part))
            .values(sequence=case(part, value=Page.id))
            .execution_options(synchronize_session="fetch")
        )
    session.expire_all()


def withdraw_page(
    session: Session, page: Page, reason: str, *, now: datetime, agent: str
) -> list[int]:
    """Take a page out of the book; nothing of it is deleted.

    Returns the ids of the pages whose place has changed.

    Raises:
        Refused: ``no-reason`` without a reason, ``page-withdrawn`` when it is out already.
    """
    if not reason.strip():
        raise Refused("no-reason")
    lock_representation(session, page.representation_id)
    session.refresh(page)
    if page.sequence < 0:
        raise Refused("page-withdrawn")
    place = page.sequence
    page.sequence, page.withdrawn_reason = -place, reason.strip()
    hide(session, page)
    after = places_behind(session, page)
    make_room(session, page.representation_id, place + 1, -1)
    _note(session, page, {"withdrawn": page.withdrawn_reason, "place": place}, now, agent)
    return after


def put_back(session: Session, page: Page, *, now: datetime, agent: str) -> list[PageStep]:
    """Let a page stand in the book again, where it was; its image and text are made anew.

    Raises:
        Refused: ``page-not-withdrawn`` when it stands in the book.
    """
    lock_representation(session, page.representation_id)
    session.refresh(page)
    if page.sequence > 0:
        raise Refused("page-not-withdrawn")
    place = min(-page.sequence, last_place(session, page.representation_id) + 1)
    make_room(session, page.representation_id, place, 1)
    page.sequence, page.withdrawn_reason = place, None
    session.flush()
    _note(session, page, {"put_back": place}, now, agent)
    step = want_characterise(session, page, now)
    return [step] if step else []


def hide(session: Session, page: Page) -> None:
    """What was made of a page shows no more, and whoever is at work on it works in vain."""
    supersede_page_steps(session, [page.id])
    page.access_id = page.thumbnail_id = page.text_id = None
    session.flush()


def last_place(session: Session, representation_id: int) -> int:
    """The place of the last page, 0 in an empty book."""
    query = select(func.max(Page.sequence)).where(
        Page.representation_id == representation_id, Page.sequence > 0
    )
    return session.scalar(query) or 0


def places_behind(session: Session, page: Page) -> list[int]:
    """The ids of the pages behind this one, or behind the place it had."""
    query = select(Page.id).where(
        Page.representation_id == page.representation_id, Page.sequence > abs(page.sequence)
    )
    return list(session.scalars(query))


def _note(
    session: Session, page: Page, detail: dict[str, object], now: datetime, agent: str
) -> None:
    record_event(session, EventType.METADATA_MODIFICATION, page, at=now, agent=agent, detail=detail)
