"""Two works turn out to be one: everything of the one is the other's from now on.

Catalogues find duplicates and drop numbers; scans are handed in before their record
is known. Pages keep their names and addresses, copies and numbers move, the public
name that goes leads to the one that stays. Rights are never widened by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.catalogue_entries import MergedWork
from archive.descriptions import change_rights
from archive.events import EventType, record_event
from archive.handover import WorkType
from archive.record_changes import FIELDS
from archive.representations import Page, Representation
from archive.rights import Facts, gives_basis
from archive.rights_units import RightsUnit, bump_revision, facts_of
from archive.rows import Row
from archive.works import Contribution, Item, Work, WorkIdentifier
from storage.errors import Refused


def merged_into(session: Session, name: str) -> Work | None:
    """The work in which the one of this name is now, if it was merged."""
    merged = session.scalars(select(MergedWork).where(MergedWork.name == name)).first()
    return merged.work if merged else None


def is_merged(session: Session, work: Work) -> bool:
    """Whether this row is only the place of a work that was merged."""
    query = select(MergedWork.id).where(MergedWork.was_id == work.id)
    return session.scalars(query).first() is not None


def link_scans(session: Session, *, record: Work, scanned: Work, now: datetime, agent: str) -> Work:
    """Join handed-in scans to the work of a catalogue record; gives the work that stays.

    The one with the pages stays, so that the addresses readers know stay too; it is
    described as the record describes it.

    Raises:
        Refused: see `merge_works`.
    """
    goes, stays = (record, scanned) if not has_pages(session, record) else (scanned, record)
    merge_works(session, stays=stays, goes=goes, described_by=record, now=now, agent=agent)
    return stays


def merge_works(
    session: Session,
    *,
    stays: Work,
    goes: Work,
    described_by: Work,
    now: datetime,
    agent: str,
) -> None:
    """Make one work of two.

    Raises:
        Refused: ``same-work`` for a work and itself, ``work-merged`` when one of them is
            merged already, ``rights-differ`` when different things were said of their rights.
    """
    if stays.id == goes.id:
        raise Refused("same-work")
    if is_merged(session, stays) or is_merged(session, goes):
        raise Refused("work-merged")
    _join_rights(session, stays, goes, now, agent)
    told = {"merged": goes.name, "was": goes.id, "title": goes.title}
    sets = [collection.name for collection in goes.collections]
    if described_by is goes:
        told["title_before"] = stays.title
        _take_description(session, stays, goes)
    else:
        session.execute(delete(Contribution).where(Contribution.work_id == goes.id))
        _leave_numbers(session, goes)
    _move(session, stays, goes)
    session.add(
        MergedWork(name=goes.name, was_id=goes.id, work_id=stays.id, merged_at=now, sets=sets)
    )
    _empty(goes, now)
    stays.revision, stays.changed_at = stays.revision + 1, now
    session.flush()
    session.expire_all()
    record_event(session, EventType.METADATA_MODIFICATION, stays, at=now, agent=agent, detail=told)


def has_pages(session: Session, work: Work) -> bool:
    """Whether anything of this work has been digitized."""
    query = (
        select(Page.id)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == work.id)
    )
    return session.scalars(query.limit(1)).first() is not None


def _join_rights(session: Session, stays: Work, goes: Work, now: datetime, agent: str) -> None:
    """The facts of whichever work somebody has judged; two judgements must be the same."""
    ours = facts_of(session.get_one(RightsUnit, stays.unit_id), None)
    theirs = facts_of(session.get_one(RightsUnit, goes.unit_id), None)
    if _says_something(ours) and _says_something(theirs) and ours != theirs:
        raise Refused("rights-differ", work=stays.name, other=goes.name)
    if _says_something(theirs) and not _says_something(ours):
        change_rights(session, stays, theirs, now=now, agent=agent)
    _join_units(session, stays.unit_id, goes.unit_id)


def _says_something(facts: Facts) -> bool:
    return gives_basis(facts.statement) or facts != Facts()


def _join_units(session: Session, stays: int, goes: int) -> None:
    """Pages of the one follow the other's facts; the index hears of it by their unit."""
    session.execute(update(Page).where(Page.unit_id == goes).values(unit_id=stays))
    session.execute(update(RightsUnit).where(RightsUnit.parent_id == goes).values(parent_id=stays))
    bump_revision(session)


def _take_description(session: Session, stays: Work, goes: Work) -> None:
    for name in FIELDS:
        setattr(stays, name, getattr(goes, name))
    stays.folded_title = goes.folded_title
    session.execute(delete(Contribution).where(Contribution.work_id == stays.id))


def _leave_numbers(session: Session, goes: Work) -> None:
    """A record that does not describe the work any more leaves its numbers as former ones."""
    query = update(WorkIdentifier).where(WorkIdentifier.work_id == goes.id)
    session.execute(query.values(predecessor=True))


def _move(session: Session, stays: Work, goes: Work) -> None:
    """Re-point every row that names the work that goes, whatever noun it belongs to."""
    session.flush()
    for table, column in _references():
        _repoint(session, table, column, goes.id, stays.id)


def _references() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of every table that refers to a work."""
    for table in Row.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Work.__table__.c.id for key in column.foreign_keys):
                yield table, column


def _repoint(session: Session, table: Table, column: Column[Any], goes: int, stays: int) -> None:
    try:
        with session.begin_nested():
            session.execute(update(table).where(column == goes).values({column: stays}))
    except IntegrityError:
        _repoint_singly(session, table, column, goes, stays)


def _repoint_singly(
    session: Session, table: Table, column: Column[Any], goes: int, stays: int
) -> None:
    """Row by row: what the work that stays has already is not had twice."""
    keys = list(table.primary_key.columns)
    for row in session.execute(select(*keys).where(column == goes)).all():
        here = and_(*(key == value for key, value in zip(keys, row, strict=True)))
        try:
            with session.begin_nested():
                session.execute(update(table).where(here).values({column: stays}))
        except IntegrityError:
            session.execute(delete(table).where(here))


def _empty(work: Work, now: datetime) -> None:
    """Nothing is found under this row any more; its new revision tells the index so."""
    for name in FIELDS:
        if name not in {"title", "type", "language"}:
            setattr(work, name, None)
    work.title, work.folded_title, work.type = "", "", WorkType.OTHER
    work.revision, work.changed_at = work.revision + 1, now
