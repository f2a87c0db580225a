"""How a scan becomes a page: received once, in its place, with nothing lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.events import EventType, record_event
from archive.ledger import PageStep, supersede_page_steps, want_page_step
from archive.recipes.keys import input_key
from archive.representations import Page, Representation, Scan
from archive.rights_units import RightsUnit
from archive.rows import mint_name
from archive.works import Item, Work

# Raised when characterisation measures something else, so that pages are measured anew.
CHARACTERISE_VERSION = 2

NaturalOrder = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file whose bytes are already kept; `size` in bytes."""

    name: str
    content_key: str
    size: int
    media_type: str


class Reception(StrEnum):
    """What became of a received file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a delivery: the page concerned and the steps now due."""

    reception: Reception
    page: Page
    due: tuple[PageStep, ...] = ()


def representation_of(session: Session, work: Work, now: datetime) -> Representation:
    """The digitization that is being built for this work, made if there is none."""
    item = session.scalars(select(Item).where(Item.work_id == work.id).order_by(Item.id)).first()
    if item is None:
        item = Item(work_id=work.id)
        session.add(item)
        session.flush()
    found = session.scalars(
        select(Representation)
        .where(Representation.item_id == item.id)
        .order_by(Representation.id.desc())
    ).first()
    if found is None:
        found = Representation(item_id=item.id, created_at=now, deliveries=0)
        session.add(found)
        session.flush()
    return found


def receive_scan(
    session: Session,
    representation: Representation,
    file: ReceivedFile,
    *,
    unit_id: int,
    order: NaturalOrder,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> Receipt:
    """Make a page of a file, or find that it is here already.

    The same name with other bytes is a new version of that page: the page keeps
    its identity and links, the old bytes stay. The same bytes under another name
    are a duplicate and are not kept twice.
    """
    lock_representation(session, representation.id)
    known = _scans_by_bytes(session, representation.id, file.content_key)
    if known is not None:
        page = _page_showing(session, known)
        if page is not None:
            same = known.original_name == file.name
            return Receipt(Reception.UNCHANGED if same else Reception.DUPLICATE, page)
    page = _page_called(session, representation.id, file.name)
    scan = known or _keep_scan(session, representation, file, page, now)
    scan.original_name = file.name  # an old version may come back under another name
    if page is None:
        place = _place_for(session, scan.representation_id, scan.original_name, order)
        page = add_page(session, scan, place, unit_id, chance)
        reception, event_type = Reception.ADDED, EventType.INGESTION
    else:
        _show_other_scan(session, page.scan_id, scan)
        reception, event_type = Reception.REPLACED, EventType.REPLACEMENT
    detail = {"name": file.name, "sha256": file.content_key, "bytes": file.size}
    record_event(session, event_type, page, at=now, agent=agent, detail=detail)
    pages = session.scalars(select(Page).where(Page.scan_id == scan.id)).all()
    due = [want_characterise(session, each, now) for each in pages]
    return Receipt(reception, page, tuple(step for step in due if step))


def want_characterise(session: Session, page: Page, now: datetime) -> PageStep | None:
    """Make the first step of a page due; all others follow from it."""
    scan = session.get_one(Scan, page.scan_id)
    key = input_key(
        "characterise",
        {
            "scan": scan.content_key,
            "frame": page.frame,
            "version": CHARACTERISE_VERSION,
            **page.framing.inputs(),
        },
    )
    return want_page_step(session, page.id, "characterise", key, now)


def expand_container(
    session: Session, first: Page, frames: int, *, now: datetime, chance: random.Random
) -> list[PageStep]:
    """Give every further frame of a container its own page, after the one before it.

    Returns the steps now due. Doing it again adds nothing.
    """
    lock_representation(session, first.representation_id)
    query = select(Page.frame).where(Page.scan_id == first.scan_id)
    missing = sorted(set(range(frames)) - set(session.scalars(query)))
    # New pages follow the work, even if the first page has a restriction of its own.
    own = session.get_one(RightsUnit, first.unit_id)
    unit_id = own.parent_id or own.id
    if not missing:
        return []
    # A longer version of the file: its new frames follow the ones that were there.
    begin = _place_of_frame(session, first.scan_id, missing[0] - 1) + 1
    make_room(session, first.representation_id, begin, len(missing))
    due = []
    for place, frame in enumerate(missing, start=begin):
        page = Page(
            name=mint_name(chance),
            representation_id=first.representation_id,
            sequence=place,
            scan_id=first.scan_id,
            frame=frame,
            unit_id=unit_id,
        )
        session.add(page)
        session.flush()
        step = want_characterise(session, page, now)
        due += [step] if step else []
    return due


def _place_of_frame(session: Session, scan_id: int, frame: int) -> int:
    query = select(Page.sequence).where(Page.scan_id == scan_id, Page.frame == frame)
    return session.scalars(query).one()


def lock_representation(session: Session, representation_id: int) -> None:
    """Let nobody else add pages to, or count the pages of, this representation meanwhile."""
    session.execute(
        update(Representation)
        .where(Representation.id == representation_id)
        .values(deliveries=Representation.deliveries + 1)
    )


def _scans_by_bytes(session: Session, representation_id: int, key: str) -> Scan | None:
    query = select(Scan).where(Scan.representation_id == representation_id, Scan.content_key == key)
    return session.scalars(query).first()


def _page_showing(session: Session, scan: Scan) -> Page | None:
    query = select(Page).where(Page.scan_id == scan.id).order_by(Page.frame)
    return session.scalars(query).first()


def _page_called(session: Session, representation_id: int, name: str) -> Page | None:
    query = (
        select(Page)
        .join(Scan, Page.scan_id == Scan.id)
        .where(Page.representation_id == representation_id, Scan.original_name == name)
        .order_by(Page.frame)
    )
    return session.scalars(query).first()


def _keep_scan(
    session: Session,
    representation: Representation,
    file: ReceivedFile,
    replaced: Page | None,
    now: datetime,
) -> Scan:
    scan = Scan(
        representation_id=representation.id,
        content_key=file.content_key,
        original_name=file.name,
        media_type=file.media_type,
        size=file.size,
        received_at=now,
        supersedes_id=replaced.scan_id if replaced else None,
    )
    session.add(scan)
    session.flush()
    return scan


def add_page(session: Session, scan: Scan, place: int, unit_id: int, chance: random.Random) -> Page:
    """A new page of this scan at a place of its book, from 1; those behind it move on."""
    make_room(session, scan.representation_id, place, 1)
    page = Page(
        name=mint_name(chance),
        representation_id=scan.representation_id,
        sequence=place,
        scan_id=scan.id,
        unit_id=unit_id,
    )
    session.add(page)
    session.flush()
    return page


def _place_for(session: Session, representation_id: int, name: str, order: NaturalOrder) -> int:
    """Before the first page whose file name sorts after this one, else at the end."""
    query = (
        select(Page.sequence, Scan.original_name)
        .join(Scan, Page.scan_id == Scan.id)
        .where(Page.representation_id == representation_id, Page.sequence > 0)
        .order_by(Page.sequence.desc())
    )
    last = session.execute(query.limit(1)).first()
    if last is None:
        return 1
    sequence, last_name = last
    if order(last_name) <= order(name):
        return sequence + 1
    return min(place for place, other in session.execute(query) if order(other) > order(name))


def make_room(session: Session, representation_id: int, place: int, count: int) -> None:
    """Move the pages from this place on by `count` (negative: towards the beginning)."""
    session.execute(
        update(Page)
        .where(Page.representation_id == representation_id, Page.sequence >= place)
        .values(sequence=Page.sequence + count)
    )


def _show_other_scan(session: Session, old_scan_id: int, scan: Scan) -> None:
    """The pages of the old scan now show these bytes; what was made of the old shows no more."""
    pages = session.scalars(select(Page).where(Page.scan_id == old_scan_id)).all()
    supersede_page_steps(session, [page.id for page in pages])
    for page in pages:
        page.scan_id = scan.id
        page.width = page.height = page.dpi = None
        page.facts = page.problems = None
        page.access_id = page.thumbnail_id = page.text_id = None
        page.judged = page.judged_reason = None
        # Where the fold lies is likely the same; which way up it was laid is not known.
        page.turn = 0
    session.flush()
