"""How far is the import of a file, and what came of it? Each step is one transaction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from archive.catalogue import Taken, take_records
from archive.catalogue_entries import CatalogueEntry, CatalogueImport, ImportTrouble
from archive.catalogue_values import FileRecord
from storage.errors import Plain, Refused

BATCH = 100  # records in one transaction


# What a record may be told to a person for, although it is in.
_NO_BRANCH = "unknown-branch"
_STILL_IN = frozenset({_NO_BRANCH, "rights-differ", "work-merged", "same-work"})


def receive_import(
    session: Session,
    *,
    file_name: str,
    content_key: str,
    size: int,
    source: str,
    form: str,
    encoding: str,
    now: datetime,
    agent: str,
) -> CatalogueImport:
    """The import of this file: the one that was broken off, or a new one."""
    broken_off = session.scalars(
        select(CatalogueImport).where(
            CatalogueImport.content_key == content_key,
            CatalogueImport.source == source,
            CatalogueImport.finished_at.is_(None),
        )
    ).first()
    if broken_off is not None:
        if broken_off.started_at is None:
            broken_off.format, broken_off.encoding = form, encoding
        return broken_off
    made = CatalogueImport(
        file_name=file_name,
        content_key=content_key,
        size=size,
        source=source,
        format=form,
        encoding=encoding,
        agent=agent,
        received_at=now,
    )
    session.add(made)
    session.flush()
    return made


def start_import(session: Session, run: CatalogueImport, now: datetime) -> None:
    """Say that the records shall be taken in; whoever looks for work finds it."""
    run.started_at = run.started_at or now
    session.flush()


def record_batch(
    session: Session,
    import_id: int,
    batch: Sequence[FileRecord],
    *,
    position: int,
    now: datetime,
    chance: random.Random,
) -> bool:
    """Take in the records behind `position`; False when somebody else already has."""
    held = session.execute(
        update(CatalogueImport)
        .where(CatalogueImport.id == import_id, CatalogueImport.position == position)
        .values(position=batch[-1].after, worked_at=now)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        return False
    run = session.get_one(CatalogueImport, import_id, populate_existing=True)
    sound = [each for each in batch if each.record is not None]
    taken = take_records(
        session,
        run.source,
        [each.record for each in sound if each.record is not None],
        import_id=run.id,
        now=now,
        chance=chance,
        agent=run.agent,
    )
    for each in batch:
        if each.refusal is not None:
            _trouble(session, run, each, each.refusal)
    told = _branches_told(session, run)
    for place, refusal in taken.troubles:
        written = str(refusal.values.get("value")) if refusal.reason == _NO_BRANCH else ""
        if written not in told:
            _trouble(session, run, sound[place], refusal)
    _count(run, len(batch), taken)
    session.flush()
    return True


def _branches_told(session: Session, run: CatalogueImport) -> frozenset[str]:
    """Unknown branches of this import that a person has been told of: once is enough."""
    query = select(ImportTrouble.values).where(
        ImportTrouble.import_id == run.id, ImportTrouble.reason == _NO_BRANCH
    )
    return frozenset(str(values["value"]) for values in session.scalars(query))


def _trouble(session: Session, run: CatalogueImport, at: FileRecord, refusal: Refused) -> None:
    refused = refusal.reason not in _STILL_IN
    run.damaged += refused
    session.add(
        ImportTrouble(
            import_id=run.id,
            number=at.number,
            offset=at.offset,
            control_number=at.record.control_number if at.record else None,
            reason=refusal.reason,
            values=_plain(refusal),
            refused=refused,
        )
    )


def _plain(refusal: Refused) -> dict[str, Plain]:
    return dict(refusal.values)


def _count(run: CatalogueImport, records: int, taken: Taken) -> None:
    run.records += records
    run.added += taken.added
    run.changed += taken.changed
    run.unchanged += taken.unchanged
    run.merged += taken.merged


def finish_import(session: Session, import_id: int, now: datetime) -> None:
    """Say that the file was read to its end."""
    session.execute(
        update(CatalogueImport)
        .where(CatalogueImport.id == import_id, CatalogueImport.finished_at.is_(None))
        .values(finished_at=now)
    )


def import_numbered(session: Session, number: int) -> CatalogueImport | None:
    """An import by its number."""
    return session.get(CatalogueImport, number)


def newest_imports(session: Session, limit: int) -> Sequence[CatalogueImport]:
    """The last imports, newest first."""
    query = select(CatalogueImport).order_by(CatalogueImport.id.desc()).limit(limit)
    return session.scalars(query).all()


def forgotten_imports(session: Session, before: datetime) -> Sequence[int]:
    """Imports that were begun, are not finished, and that nobody has worked on since."""
    query = select(CatalogueImport.id).where(
        CatalogueImport.started_at.is_not(None),
        CatalogueImport.finished_at.is_(None),
        or_(CatalogueImport.worked_at.is_(None), CatalogueImport.worked_at < before),
    )
    return session.scalars(query).all()


def troubles_of(session: Session, import_id: int, limit: int = 500) -> Sequence[ImportTrouble]:
    """What a person should see: first what is not in, then the rest, as they stand in the file."""
    query = select(ImportTrouble).where(ImportTrouble.import_id == import_id)
    return session.scalars(
        query.order_by(ImportTrouble.refused.desc(), ImportTrouble.number).limit(limit)
    ).all()


def entries_of(
    session: Session, import_id: int, *, changed: bool, limit: int
) -> Sequence[CatalogueEntry]:
    """Records that this import has changed, or has brought."""
    column = CatalogueEntry.changed_by_id if changed else CatalogueEntry.added_by_id
    query = select(CatalogueEntry).where(column == import_id).order_by(CatalogueEntry.id)
    return session.scalars(query.limit(limit)).all()
