"""Another image for a page: turned, replaced, cut in two. Identity and links stay.

No scan's bytes are changed or lost: a turn and a cut are facts beside them, a replacement
is another Scan that names the one before it.
"""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.events import Event, EventType, record_event
from archive.ingest import ReceivedFile, add_page, lock_representation, want_characterise
from archive.ledger import PageStep
from archive.page_order import hide, put_back, withdraw_page
from archive.recipes.framing import Framing, as_list, framing_of, halves, turned
from archive.representations import Page, Scan
from archive.rights_units import RightsUnit
from storage.errors import Refused

JOINED = "joined"  # why the other half of a spread is out of the book again


def turn_page(
    session: Session, page: Page, by: int, *, now: datetime, agent: str
) -> list[PageStep]:
    """Turn a page clockwise by right angles; its images, text and boxes are made anew.

    Raises:
        Refused: ``bad-turn``, or ``page-withdrawn``.
    """
    turn = turned(page.turn, by)
    return _frame(session, page, Framing(page.framing.cut, turn), {"turn": by}, now, agent)


def replace_page(
    session: Session, page: Page, file: ReceivedFile, *, now: datetime, agent: str
) -> list[PageStep]:
    """Let a page show a new file; its name, its place, its label and its rights stay.

    Raises:
        Refused: ``duplicate-page`` when another page of the book shows these bytes,
            ``page-withdrawn``.
    """
    _in_book(page)
    lock_representation(session, page.representation_id)
    scan = _scan_for(session, page.representation_id, file, page, now)
    if scan.id == page.scan_id and page.framing == Framing():
        return []
    hide(session, page)
    page.scan_id, page.frame, page.cut, page.turn = scan.id, 0, None, 0
    page.width = page.height = page.dpi = page.facts = page.problems = None
    page.judged = page.judged_reason = None
    detail = {"name": file.name, "sha256": file.content_key, "bytes": file.size}
    record_event(session, EventType.REPLACEMENT, page, at=now, agent=agent, detail=detail)
    return _measure(session, page, now)


def insert_page(
    session: Session,
    before: Page,
    file: ReceivedFile,
    *,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> tuple[Page, list[PageStep]]:
    """A new page in the book, in front of another one.

    Raises:
        Refused: ``duplicate-page`` when a page of the book shows these bytes,
            ``page-withdrawn`` when the other page is out of the book.
    """
    _in_book(before)
    lock_representation(session, before.representation_id)
    session.refresh(before)
    scan = _scan_for(session, before.representation_id, file, None, now)
    # New pages follow the work, even beside a page with a restriction of its own.
    unit = session.get_one(RightsUnit, before.unit_id)
    page = add_page(session, scan, before.sequence, unit.parent_id or unit.id, chance)
    detail = {"name": file.name, "sha256": file.content_key, "bytes": file.size}
    record_event(session, EventType.INGESTION, page, at=now, agent=agent, detail=detail)
    return page, _measure(session, page, now)


def split_page(
    session: Session,
    page: Page,
    gutter: float,
    *,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> tuple[Page, list[PageStep]]:
    """Make two pages of a double spread; the left one keeps the page's identity.

    Split a second time after `join_pages`, the right one has its old name again.

    Raises:
        Refused: ``bad-gutter``, ``being-prepared`` before it has been measured,
            ``page-withdrawn``.
    """
    _in_book(page)
    if not page.width or not page.height:
        raise Refused("being-prepared")
    lock_representation(session, page.representation_id)
    session.refresh(page)
    left, right = halves(page.framing, page.width, page.height, gutter)
    told: dict[str, object] = {"split": gutter, "was": as_list(page.framing.cut)}
    due = _frame(session, page, left, told, now, agent)
    other = _other_half(session, page, taken_out=True)
    if other is not None:
        other.sequence = -(page.sequence + 1)
        _set_framing(other, right)
        session.flush()
        return other, due + put_back(session, other, now=now, agent=agent)
    # What closes the spread closes both its pages.
    other = add_page(session, page.scan, page.sequence + 1, page.unit_id, chance)
    other.frame = page.frame
    _set_framing(other, right)
    session.flush()
    detail = {"split_from": page.name}
    record_event(session, EventType.INGESTION, other, at=now, agent=agent, detail=detail)
    return other, due + _measure(session, other, now)


def join_pages(
    session: Session, page: Page, *, now: datetime, agent: str
) -> tuple[list[int], list[PageStep]]:
    """Undo a split: the page shows the whole spread again, its other half is taken out.

    Returns the pages whose place has changed, and the steps now due.

    Raises:
        Refused: ``not-split-page`` when no other half of it is in the book.
    """
    other = _other_half(session, page, taken_out=False)
    split = _last_split(session, page)
    if other is None or split is None:
        raise Refused("not-split-page")
    moved = withdraw_page(session, other, JOINED, now=now, agent=agent)
    whole = framing_of(split.detail["was"], page.turn)
    return moved, _frame(session, page, whole, {"joined": other.name}, now, agent)


def is_split(session: Session, page: Page) -> bool:
    """Whether a page is the first half of a spread whose other half is in the book."""
    return (
        _other_half(session, page, taken_out=False) is not None
        and _last_split(session, page) is not None
    )


def _frame(  # noqa: PLR0917  (a page, what becomes of it, and who says so)
    session: Session,
    page: Page,
    framing: Framing,
    told: dict[str, object],
    now: datetime,
    agent: str,
) -> list[PageStep]:
    """Show another part of the scan, or another way up, from now on."""
    _in_book(page)
    hide(session, page)
    _set_framing(page, framing)
    page.judged = page.judged_reason = None
    session.flush()
    record_event(session, EventType.METADATA_MODIFICATION, page, at=now, agent=agent, detail=told)
    return _measure(session, page, now)


def _set_framing(page: Page, framing: Framing) -> None:
    page.cut, page.turn = as_list(framing.cut), framing.turn


def _measure(session: Session, page: Page, now: datetime) -> list[PageStep]:
    step = want_characterise(session, page, now)
    return [step] if step else []


def _in_book(page: Page) -> None:
    if page.sequence < 0:
        raise Refused("page-withdrawn")


def _scan_for(
    session: Session, representation_id: int, file: ReceivedFile, page: Page | None, now: datetime
) -> Scan:
    """The Scan of these bytes: an old one may come back, one that is shown may not."""
    known = session.scalars(
        select(Scan).where(
            Scan.representation_id == representation_id, Scan.content_key == file.content_key
        )
    ).first()
    if known is None:
        known = Scan(
            representation_id=representation_id,
            content_key=file.content_key,
            original_name=file.name,
            media_type=file.media_type,
            size=file.size,
            received_at=now,
            supersedes_id=page.scan_id if page else None,
        )
        session.add(known)
        session.flush()
        return known
    shown = select(Page.id).where(Page.scan_id == known.id, Page.sequence > 0)
    if any(each != (page.id if page else None) for each in session.scalars(shown)):
        raise Refused("duplicate-page", file=file.name)
    return known


def _other_half(session: Session, page: Page, *, taken_out: bool) -> Page | None:
    """The page that shows the other part of the same picture."""
    query = select(Page).where(
        Page.scan_id == page.scan_id,
        Page.frame == page.frame,
        Page.id != page.id,
        Page.withdrawn_reason == JOINED if taken_out else Page.sequence > 0,
    )
    return session.scalars(query.order_by(Page.id)).first()


def _last_split(session: Session, page: Page) -> Event | None:
    """The event that made this page the left half of a spread."""
    events = session.scalars(
        select(Event)
        .where(Event.about_kind == Page.__tablename__, Event.about_id == page.id)
        .order_by(Event.id.desc())
    )
    return next((event for event in events if "split" in event.detail), None)
