"""All files of a deposit are here: how they become a book's pages, all of them or none."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.depositing import DAMAGED, Depositor, count_attempt, digitization
from archive.deposits import Deposit, DepositedFile, description_of, in_order
from archive.descriptions import describe_work, find_work
from archive.events import EventType, record_event
from archive.handover import Description
from archive.ingest import ReceivedFile, Reception, receive_scan
from archive.ledger import PageStep
from archive.recipes.formats import natural_order
from archive.representations import Page, Representation, give_contents, give_labels
from archive.works import Item, Work
from storage.errors import Refused


@dataclass(frozen=True, slots=True)
class Registered:
    """The book of a finished deposit; `receptions` by file name, empty if it was done before."""

    work: Work
    receptions: dict[str, Reception]
    due: tuple[PageStep, ...] = ()


def finish_deposit(
    session: Session,
    deposit: Deposit,
    depositor: Depositor,
    *,
    now: datetime,
    chance: random.Random,
) -> Registered:
    """Register the book: every file becomes its page, in order, or none does.

    A second call, from a double click or another browser, finds what the first made.

    Raises:
        Refused: ``deposit-closed`` (abandoned), ``deposit-incomplete`` (`missing` files
            are not whole), ``deposit-damaged`` (`file` must be sent again or dropped),
            ``no-pages``, or ``held-elsewhere``.
    """
    count_attempt(session, deposit)
    agent = depositor.agent
    if deposit.registered_at is not None:
        return Registered(session.get_one(Work, deposit.work_id), {})
    if deposit.abandoned_at is not None:
        raise Refused("deposit-closed")
    files = _pages_to_be(deposit)
    told = description_of(deposit.told) if deposit.told else None
    work = _work_for(session, deposit, told, files, now=now, chance=chance, agent=agent)
    representation = _representation(session, work, depositor, deposit.branch_id, now)
    receptions: dict[str, Reception] = {}
    due: list[PageStep] = []
    for file in files:
        receipt = receive_scan(
            session,
            representation,
            _received(file),
            unit_id=work.unit_id,
            order=_order_of(files),
            now=now,
            chance=chance,
            agent=agent,
        )
        receptions[file.file_name] = receipt.reception
        due += receipt.due
    if told is not None:
        give_contents(session, representation.id, told.contents)
        give_labels(session, representation.id, told.labels)
    deposit.work_id, deposit.registered_at = work.id, now
    record_event(session, EventType.INGESTION, deposit, at=now, agent=agent,
                 detail={"work": work.name, "files": len(files)})  # fmt: skip
    return Registered(work, receptions, tuple(due))


def _pages_to_be(deposit: Deposit) -> list[DepositedFile]:
    files = in_order(deposit.files)
    missing = sum(file.content_key is None and file.refusal is None for file in files)
    if missing:
        raise Refused("deposit-incomplete", missing=missing)
    for file in files:
        if file.refusal == DAMAGED:
            raise Refused("deposit-damaged", file=file.file_name)
    whole = [file for file in files if file.content_key is not None]
    if not whole:
        raise Refused("no-pages", folder="")
    return whole


def _received(file: DepositedFile) -> ReceivedFile:
    assert file.content_key is not None
    assert file.media_type is not None
    return ReceivedFile(file.file_name, file.content_key, file.size, file.media_type)


def _order_of(files: Sequence[DepositedFile]) -> Callable[[str], Any]:
    """By name, unless a person said otherwise: then as they said, after pages already there."""
    if all(file.place is None for file in files):
        return natural_order
    places = {file.file_name: place for place, file in enumerate(files, start=1)}
    return lambda name: places.get(name, 0)


def _work_for(
    session: Session,
    deposit: Deposit,
    told: Description | None,
    files: Sequence[DepositedFile],
    *,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> Work:
    if told is None:
        return session.get_one(Work, deposit.work_id)
    folder = f"deposit {deposit.name}"
    keys = [file.content_key for file in files if file.content_key]
    found = find_work(session, told, folder, keys)
    if found is not None:
        return found
    branch = deposit.branch.code if deposit.branch else None
    return describe_work(
        session,
        replace(told, branch=branch),
        folder=folder,
        now=now,
        chance=chance,
        agent=agent,
    )


def _representation(
    session: Session, work: Work, depositor: Depositor, branch_id: int | None, now: datetime
) -> Representation:
    """The digitization that these pages go into, of our branch's copy if it is the first."""
    found = digitization(session, work, depositor)
    if found is not None:
        return found
    items = session.scalars(select(Item).where(Item.work_id == work.id).order_by(Item.id)).all()
    ours = next((item for item in items if item.branch_id == branch_id), None)
    item = ours or next((item for item in items if item.branch_id is None), None)
    if item is None:
        item = Item(work_id=work.id)
        session.add(item)
    item.branch_id = branch_id
    session.flush()
    made = Representation(item_id=item.id, created_at=now, deliveries=0)
    session.add(made)
    session.flush()
    return made


def count_pages(session: Session, deposit: Deposit) -> int:
    """How many pages the book of a registered deposit has by now."""
    if deposit.registered_at is None:
        return 0
    query = (
        select(func.count(Page.id))
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == deposit.work_id)
    )
    return session.scalars(query).one()
