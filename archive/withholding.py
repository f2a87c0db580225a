"""Closing a single page of an open work, and opening it again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from archive.assembly import work_of
from archive.events import EventType, record_event
from archive.representations import Page
from archive.rights import Facts, Restriction
from archive.rights_units import add_unit, bump_revision


def withhold_page(
    session: Session, page: Page, *, until: date | None, now: datetime, agent: str
) -> None:
    """Close a page up to and including `until` (None: without end).

    The page becomes a rights unit of its own. Until the index has been told, the
    page is left out of every search by its id.
    """
    work = work_of(session, page.representation_id)
    unit = add_unit(session, Facts(restriction=Restriction(until)), parent=work.unit_id)
    page.unit_id = unit.id
    detail = {"withheld_until": until.isoformat() if until else None}
    record_event(session, EventType.POLICY_ASSIGNMENT, page, at=now, agent=agent, detail=detail)


def release_page(session: Session, page: Page, *, now: datetime, agent: str) -> None:
    """Let a page follow its work again.

    Its unit's number is not used again; a page that follows its work gets a unit
    change too, so it stays out of searches until the index knows.
    """
    work = work_of(session, page.representation_id)
    if page.unit_id == work.unit_id:
        return
    page.unit_id = work.unit_id
    bump_revision(session)
    record_event(session, EventType.POLICY_ASSIGNMENT, page, at=now, agent=agent,
                 detail={"released": True})  # fmt: skip
