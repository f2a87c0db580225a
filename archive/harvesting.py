"""Which descriptions have changed since? In one stable order, for whoever collects them.

Ordered by the moment of the last change and then by number: a work that changes while
somebody collects moves behind their place and is met again, so that none is missed.
Works that were merged stay in the list, as deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from archive.catalogue_entries import MergedWork
from archive.representations import Representation
from archive.works import Collection, CollectionWork, Item, Work

DIGITIZED_SET = "digitized"


class HarvestKind(StrEnum):
    """A description that stands, or one that went into another."""

    WORK = "w"
    MERGED = "m"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the order; whoever goes on, goes on behind it."""

    at: datetime
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Harvested:
    """One description in the list; `work` is None for one that was deleted."""

    place: Place
    name: str
    sets: tuple[str, ...]
    work: Work | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: from `begin` on, before `end`, in one set."""

    begin: datetime | None = None
    end: datetime | None = None
    in_set: str = ""


_CHANGED = func.coalesce(Work.changed_at, Work.created_at, type_=Work.created_at.type)


def harvest(session: Session, wanted: Wanted, after: Place | None, limit: int) -> list[Harvested]:
    """The next descriptions behind a place."""
    works = _works(session, wanted, after, limit)
    merged = _merged(session, wanted, after, limit)
    return sorted([*works, *merged], key=lambda each: each.place)[:limit]


def harvested_named(session: Session, name: str) -> Harvested | None:
    """The description of one public name."""
    merged = session.scalars(select(MergedWork).where(MergedWork.name == name)).first()
    if merged is not None:
        return _deleted(merged)
    work = session.scalars(select(Work).where(Work.name == name)).first()
    return None if work is None else _standing(work)


def sets_of(session: Session) -> list[tuple[str, str]]:
    """The folders by name and title."""
    query = select(Collection.name, Collection.title_kk).order_by(Collection.id)
    return [(name, title) for name, title in session.execute(query)]


def first_change(session: Session) -> datetime | None:
    """The moment before which there is nothing to collect."""
    works: datetime | None = session.scalar(select(func.min(_CHANGED)))
    merged: datetime | None = session.scalar(select(func.min(MergedWork.merged_at)))
    known = [moment for moment in (works, merged) if moment is not None]
    return min(known, default=None)


def _works(session: Session, wanted: Wanted, after: Place | None, limit: int) -> list[Harvested]:
    query = (
        select(Work)
        .where(Work.id.not_in(select(MergedWork.was_id)))
        .where(*_within(_CHANGED, wanted), *_behind(_CHANGED, Work.id, HarvestKind.WORK, after))
        .order_by(_CHANGED, Work.id)
        .limit(limit)
    )
    if wanted.in_set == DIGITIZED_SET:
        digitized = select(Item.work_id).join(Representation, Representation.item_id == Item.id)
        query = query.where(Work.id.in_(digitized))
    elif wanted.in_set:
        inside = select(CollectionWork.work_id).join(Collection)
        query = query.where(Work.id.in_(inside.where(Collection.name == wanted.in_set)))
    return [_standing(work) for work in session.scalars(query)]


def _merged(session: Session, wanted: Wanted, after: Place | None, limit: int) -> list[Harvested]:
    at = MergedWork.merged_at
    query = (
        select(MergedWork)
        .where(*_within(at, wanted), *_behind(at, MergedWork.id, HarvestKind.MERGED, after))
        .order_by(at, MergedWork.id)
    )
    if not wanted.in_set:
        query = query.limit(limit)
    found = [_deleted(merged) for merged in session.scalars(query)]
    return [each for each in found if not wanted.in_set or wanted.in_set in each.sets][:limit]


def _within(at: Any, wanted: Wanted) -> list[ColumnElement[bool]]:  # noqa: ANN401
    bounds = []
    if wanted.begin is not None:
        bounds.append(at >= wanted.begin)
    if wanted.end is not None:
        bounds.append(at < wanted.end)
    return bounds


def _behind(
    at: Any,  # noqa: ANN401
    number: Any,  # noqa: ANN401
    kind: HarvestKind,
    after: Place | None,
) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    if kind > after.kind:
        return [at >= after.at]
    if kind < after.kind:
        return [at > after.at]
    return [or_(at > after.at, and_(at == after.at, number > after.id))]


def _standing(work: Work) -> Harvested:
    place = Place(work.changed_at or work.created_at, HarvestKind.WORK, work.id)
    return Harvested(place, work.name, tuple(each.name for each in work.collections), work)


def _deleted(merged: MergedWork) -> Harvested:
    place = Place(merged.merged_at, HarvestKind.MERGED, merged.id)
    return Harvested(place, merged.name, tuple(merged.sets), None)
