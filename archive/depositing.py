"""How a book that is on its way in becomes a book: begun, filled, registered or given up.

Nothing is half-registered. Files may arrive over days, from several browsers; pages come
into being in one transaction, when somebody says that all are here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.deposits import (
    LARGEST_FILE,
    LONGEST_NAME,
    MOST_FILES,
    Deposit,
    DepositedFile,
    fingerprint_of,
    kept_description,
    kept_name,
)
from archive.events import EventType, record_event
from archive.handover import Description, checked
from archive.representations import Representation
from archive.rows import mint_name
from archive.works import Item, Work
from storage.errors import Refused

DAMAGED = "damaged-in-transit"
"""The one refusal that must be mended or dropped first: it would have been a page."""


@dataclass(frozen=True, slots=True)
class Depositor:
    """Who sends: a person at a desk or a station with its token, and for which branch."""

    agent: str
    branch_id: int | None
    account_id: int | None = None
    token_id: int | None = None
    own_branch_only: bool = True

    def may_touch(self, branch_id: int | None) -> bool:
        """Whether a book of this branch is theirs to work on."""
        if not self.own_branch_only:
            return True
        return self.branch_id is not None and self.branch_id == branch_id


def open_deposit(
    session: Session,
    depositor: Depositor,
    book: Description | Work,
    *,
    now: datetime,
    chance: random.Random,
) -> Deposit:
    """The open deposit of this book by this branch, begun if there is none.

    Raises:
        Refused: what `checked` refuses, or ``held-elsewhere`` when another branch
            digitizes this work.
    """
    told = None if isinstance(book, Work) else checked(replace(book, rights=None))
    work = book if isinstance(book, Work) else None
    if work is not None:
        digitization(session, work, depositor)
    fingerprint = fingerprint_of(depositor.branch_id, work.id if work else None, told)
    found = _open_with(session, fingerprint)
    if found is not None:
        return found
    deposit = Deposit(
        name=mint_name(chance),
        branch_id=depositor.branch_id,
        account_id=depositor.account_id,
        token_id=depositor.token_id,
        work_id=work.id if work else None,
        told=kept_description(told) if told else None,
        fingerprint=fingerprint,
        begun_at=now,
    )
    try:
        with session.begin_nested():
            session.add(deposit)
    except IntegrityError:  # another browser was faster: its deposit is ours too
        found = _open_with(session, fingerprint)
        if found is None:
            raise
        return found
    record_event(session, EventType.CREATION, deposit, at=now, agent=depositor.agent,
                 detail={"title": deposit.title})  # fmt: skip
    return deposit


def _open_with(session: Session, fingerprint: str) -> Deposit | None:
    query = select(Deposit).where(
        Deposit.fingerprint == fingerprint,
        Deposit.registered_at.is_(None),
        Deposit.abandoned_at.is_(None),
    )
    return session.scalars(query).first()


def find_deposit(session: Session, depositor: Depositor, name: str) -> Deposit | None:
    """The deposit of this name, if it is theirs to work on."""
    found = session.scalars(select(Deposit).where(Deposit.name == name)).first()
    return found if found is not None and depositor.may_touch(found.branch_id) else None


def open_deposits(session: Session, depositor: Depositor, *, limit: int) -> Sequence[Deposit]:
    """What this depositor may go on with, newest first."""
    query = select(Deposit).where(Deposit.registered_at.is_(None), Deposit.abandoned_at.is_(None))
    if depositor.own_branch_only:
        query = query.where(Deposit.branch_id == depositor.branch_id)
    return session.scalars(query.order_by(Deposit.id.desc()).limit(limit)).all()


def find_file(session: Session, depositor: Depositor, name: str) -> DepositedFile | None:
    """The file of this upload, if it is theirs to work on."""
    query = select(DepositedFile).where(DepositedFile.name == name)
    found = session.scalars(query).first()
    if found is None or not depositor.may_touch(found.deposit.branch_id):
        return None
    return found


def begin_file(
    session: Session,
    deposit: Deposit,
    told_name: str,
    size: int,
    sha256: str | None,
    *,
    now: datetime,
    chance: random.Random,
) -> DepositedFile:
    """The upload of this file: the one there is, if it is of the very same file.

    Other bytes under the same name, or a file that was refused, are a new upload in
    the same place; what had come of the old one is worth nothing any more.

    Raises:
        Refused: ``deposit-closed``, ``bad-file-name``, ``empty-file``,
            ``file-too-large`` or ``too-many-files``.
    """
    lock_deposit(session, deposit)
    name = kept_name(told_name)
    _check_file(session, deposit, name, size)
    query = select(DepositedFile).where(
        DepositedFile.deposit_id == deposit.id, DepositedFile.file_name == name
    )
    found = session.scalars(query).first()
    if found is None:
        found = DepositedFile(deposit_id=deposit.id, file_name=name)
        session.add(found)
    elif found.refusal is None and found.size == size and sha256 in {found.sha256, None}:
        return found
    found.name, found.size, found.sha256, found.begun_at = mint_name(chance), size, sha256, now
    found.arrived_at = found.content_key = found.media_type = found.dpi = found.refusal = None
    session.flush()
    _take_from_before(session, deposit, found, now)
    return found


def _take_from_before(
    session: Session, deposit: Deposit, file: DepositedFile, now: datetime
) -> None:
    """A file that this branch registered for this very book before is here: bytes stay."""
    if file.sha256 is None:
        return
    query = (
        select(DepositedFile)
        .join(Deposit)
        .where(
            Deposit.fingerprint == deposit.fingerprint,
            Deposit.registered_at.is_not(None),
            DepositedFile.content_key == file.sha256,
            DepositedFile.size == file.size,
        )
    )
    before = session.scalars(query).first()
    if before is not None and before.content_key and before.media_type:
        keep_arrived(file, before.content_key, before.media_type, before.dpi, now)


def _check_file(session: Session, deposit: Deposit, name: str, size: int) -> None:
    if name in {"", ".", ".."} or len(name) > LONGEST_NAME:
        raise Refused("bad-file-name", file=name[:LONGEST_NAME])
    if size == 0:
        raise Refused("empty-file", file=name)
    if size > LARGEST_FILE:
        raise Refused("file-too-large", file=name, limit=LARGEST_FILE >> 30)
    count = select(func.count()).where(DepositedFile.deposit_id == deposit.id)
    if session.scalars(count).one() >= MOST_FILES:
        raise Refused("too-many-files", limit=MOST_FILES)


def keep_arrived(
    file: DepositedFile, content_key: str, media_type: str, dpi: int | None, now: datetime
) -> None:
    """Its bytes are kept whole."""
    file.content_key, file.media_type, file.arrived_at = content_key, media_type, now
    file.dpi, file.refusal = dpi, None


def drop_file(session: Session, file: DepositedFile, *, now: datetime, agent: str) -> None:
    """Take a file out of its deposit.

    Raises:
        Refused: ``deposit-closed``.
    """
    lock_deposit(session, file.deposit)
    record_event(session, EventType.DELETION, file.deposit, at=now, agent=agent,
                 detail={"name": file.file_name})  # fmt: skip
    session.delete(file)


def put_in_order(session: Session, deposit: Deposit, names: Sequence[str]) -> None:
    """Let the files stand in this order (uploads' names); those not named come after."""
    lock_deposit(session, deposit)
    places = {name: place for place, name in enumerate(names, start=1)}
    for file in deposit.files:
        file.place = places.get(file.name)


def abandon_deposit(session: Session, deposit: Deposit, *, now: datetime, agent: str) -> None:
    """Give it up; what had arrived is not a book and never will be.

    Raises:
        Refused: ``deposit-closed``.
    """
    lock_deposit(session, deposit)
    deposit.abandoned_at = now
    record_event(session, EventType.DELETION, deposit, at=now, agent=agent,
                 detail={"title": deposit.title})  # fmt: skip


def lock_deposit(session: Session, deposit: Deposit) -> None:
    """Let nobody else change or register this deposit meanwhile.

    Raises:
        Refused: ``deposit-closed`` when it is registered or abandoned.
    """
    count_attempt(session, deposit)
    if not deposit.is_open:
        raise Refused("deposit-closed")


def count_attempt(session: Session, deposit: Deposit) -> None:
    """Take this deposit's lock, and see it as it is now."""
    session.execute(
        update(Deposit).where(Deposit.id == deposit.id).values(finishes=Deposit.finishes + 1)
    )
    session.refresh(deposit)


def digitization(session: Session, work: Work, depositor: Depositor) -> Representation | None:
    """The digitization of a work that new pages go into, if there is one.

    Raises:
        Refused: ``held-elsewhere`` when it is another branch's.
    """
    found = session.scalars(
        select(Representation)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == work.id)
        .order_by(Representation.id.desc())
    ).first()
    if found is not None and not depositor.may_touch(found.item.branch_id):
        raise Refused("held-elsewhere", title=work.title)
    return found
