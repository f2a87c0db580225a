"""What a person says of a page: it is good as it is, it is not, it is the cover.

Said of what is there now: a page that is replaced or turned is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from archive.events import EventType, record_event
from archive.page_check import Judgement, check_book
from archive.page_kinds import Kind
from archive.representations import Page, Representation
from storage.errors import Refused


def accept_page(session: Session, page: Page, *, now: datetime, agent: str) -> None:
    """A person has looked: the page stays as it is, whatever the checks say."""
    _judge(session, page, Judgement.ACCEPTED, None, now, agent)


def reject_page(session: Session, page: Page, reason: str, *, now: datetime, agent: str) -> None:
    """A person has looked: the page is to be scanned again.

    Raises:
        Refused: ``no-reason`` without a reason.
    """
    if not reason.strip():
        raise Refused("no-reason")
    _judge(session, page, Judgement.REJECTED, reason.strip(), now, agent)


def forget_judgement(session: Session, page: Page, *, now: datetime, agent: str) -> None:
    """Nobody has looked at this page after all."""
    _judge(session, page, None, None, now, agent)


def _judge(  # noqa: PLR0917  (the three use-cases above say what each is)
    session: Session,
    page: Page,
    judgement: Judgement | None,
    reason: str | None,
    now: datetime,
    agent: str,
) -> None:
    page.judged, page.judged_reason = judgement, reason
    detail = {"judged": judgement, "reason": reason}
    record_event(session, EventType.METADATA_MODIFICATION, page, at=now, agent=agent, detail=detail)


def accept_clean_pages(
    session: Session, representation: Representation, *, now: datetime, agent: str
) -> Sequence[int]:
    """Accept every page on which the checks found nothing; returns the pages' ids.

    One event about the book, not a thousand about its pages.
    """
    clean = [each.id for each in check_book(session, representation.id).pages if each.is_clean]
    for begin in range(0, len(clean), 400):
        session.execute(
            update(Page)
            .where(Page.id.in_(clean[begin : begin + 400]))
            .values(judged=Judgement.ACCEPTED, judged_reason=None)
        )
    if clean:
        detail = {"judged": Judgement.ACCEPTED, "pages": len(clean)}
        record_event(
            session,
            EventType.METADATA_MODIFICATION,
            representation,
            at=now,
            agent=agent,
            detail=detail,
        )
    return clean


def mark_page(
    session: Session, page: Page, kind: Kind | None, *, now: datetime, agent: str
) -> None:
    """Say what the page is in its book; a book has one cover, the one marked last."""
    if kind is Kind.COVER:
        session.execute(
            update(Page)
            .where(Page.representation_id == page.representation_id, Page.kind == Kind.COVER)
            .values(kind=None)
        )
    page.kind = kind
    record_event(
        session,
        EventType.METADATA_MODIFICATION,
        page,
        at=now,
        agent=agent,
        detail={"kind": kind},
    )
