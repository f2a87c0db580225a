"""Everything a cataloguer sees of one work: its record, numbers, copies, scans and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from archive.accounts import Account
from archive.catalogue_entries import CatalogueEntry, MergedWork
from archive.catalogue_values import CatalogueRecord
from archive.events import Event
from archive.published_records import published_records
from archive.representations import Page, Representation
from archive.works import Item, Work


@dataclass(frozen=True, slots=True)
class CataloguedWork:
    """A work at the cataloguer's desk; `pages` are those of all its digitizations."""

    work: Work
    record: CatalogueRecord
    entries: Sequence[CatalogueEntry]
    items: Sequence[Item]
    pages: int
    events: Sequence[Event]


def catalogued_work(session: Session, name: str) -> CataloguedWork | None:
    """The work of this public name."""
    work = session.scalars(select(Work).where(Work.name == name)).first()
    if work is None:
        return None
    (published,) = published_records(session, [work])
    return CataloguedWork(
        work=work,
        record=published.record,
        entries=_entries(session, work),
        items=session.scalars(
            select(Item)
            .where(Item.work_id == work.id)
            .options(joinedload(Item.branch))
            .order_by(Item.id)
        ).all(),
        pages=count_pages_of(session, [work.id]).get(work.id, 0),
        events=_events(session, work),
    )


def _entries(session: Session, work: Work) -> Sequence[CatalogueEntry]:
    query = (
        select(CatalogueEntry)
        .where(CatalogueEntry.work_id == work.id)
        .options(joinedload(CatalogueEntry.suggested))
        .order_by(CatalogueEntry.withdrawn_at.is_not(None), CatalogueEntry.id)
    )
    return session.scalars(query).all()


def _events(session: Session, work: Work, limit: int = 50) -> Sequence[Event]:
    """What happened to the work and to those that are part of it now, newest first."""
    parts = session.scalars(select(MergedWork.was_id).where(MergedWork.work_id == work.id))
    query = (
        select(Event)
        .where(Event.about_kind == Work.__tablename__, Event.about_id.in_([work.id, *parts]))
        .order_by(Event.id.desc())
    )
    return session.scalars(query.limit(limit)).all()


def count_pages_of(session: Session, works: Sequence[int]) -> dict[int, int]:
    """How many pages each of these works has; those without any are not named."""
    query = (
        select(Item.work_id, func.count(Page.id))
        .join(Representation, Representation.item_id == Item.id)
        .join(Page, Page.representation_id == Representation.id)
        .where(Item.work_id.in_(works))
        .group_by(Item.work_id)
    )
    return dict(session.execute(query).all())


def numbers_of(session: Session, works: Sequence[int]) -> dict[int, str]:
    """The catalogue's number of each of these works, if it has one."""
    query = select(CatalogueEntry.work_id, CatalogueEntry.control_number).where(
        CatalogueEntry.work_id.in_(works), CatalogueEntry.withdrawn_at.is_(None)
    )
    return dict(session.execute(query).all())


def names_of_agents(session: Session, agents: set[str]) -> dict[str, str]:
    """How the people are called whom events name by their accounts."""
    numbers = [int(each.split()[1]) for each in agents if each.startswith("account ")]
    query = select(Account.id, Account.display_name).where(Account.id.in_(numbers))
    return {f"account {number}": name for number, name in session.execute(query)}
