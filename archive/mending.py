"""Doing again what was set aside, when a person has mended the cause or hopes it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.events import EventType, record_event
from archive.ledger import BookBuild, Leased, PageStep, StepState, restart
from archive.representations import Page, Representation
from archive.works import Item, Work


def try_again(session: Session, work: Work, *, now: datetime, agent: str) -> Sequence[Leased]:
    """Make every step and build of a work due again that failed too often; returns them.

    What was refused stays refused: the same file would be refused again.
    """
    books = select(Representation.id).join(Item).where(Item.work_id == work.id)
    pages = select(Page.id).where(Page.representation_id.in_(books))
    set_aside: list[PageStep | BookBuild] = [
        *session.scalars(
            select(PageStep).where(
                PageStep.state == StepState.QUARANTINED, PageStep.page_id.in_(pages)
            )
        ),
        *session.scalars(
            select(BookBuild).where(
                BookBuild.state == StepState.QUARANTINED, BookBuild.representation_id.in_(books)
            )
        ),
    ]
    for step in set_aside:
        restart(step, now)
    if set_aside:
        detail = {"steps": sorted({step.step for step in set_aside}), "count": len(set_aside)}
        record_event(session, EventType.UNQUARANTINE, work, at=now, agent=agent, detail=detail)
    return set_aside
