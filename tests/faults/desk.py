"""A desk where files are handed in, without any file: their bytes are named by a word."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.descriptions import describe_work
from archive.events import Event, EventType
from archive.handover import Description
from archive.ingest import Receipt, ReceivedFile, expand_container, receive_scan, representation_of
from archive.ledger import PageStep, StepState
from archive.recipes.formats import natural_order
from archive.representations import Page, Scan


class Desk:
    """Takes files in for one new book."""

    def __init__(self, session: Session, now: datetime, chance: random.Random) -> None:
        self.session, self.now, self.chance = session, now, chance
        self.work = describe_work(
            session, Description(title="Көмір"), folder="/a", now=now, chance=chance, agent="test"
        )
        self.representation = representation_of(session, self.work, now)

    def receive(self, name: str, content: str) -> Receipt:
        key = hashlib.sha256(content.encode()).hexdigest()
        return receive_scan(
            self.session,
            self.representation,
            ReceivedFile(name, key, len(content), "image/png"),
            unit_id=self.work.unit_id,
            order=natural_order,
            now=self.now,
            chance=self.chance,
            agent="test",
        )

    def expand(self, first: Page, frames: int) -> list[PageStep]:
        return expand_container(
            self.session, first, frames, now=self.now, chance=self.chance
        )  # fmt: skip

    def pages(self) -> list[tuple[int, str, int]]:
        """Every page's place, file name and frame, in order."""
        query = (
            select(Page.sequence, Scan.original_name, Page.frame)
            .join(Scan, Page.scan_id == Scan.id)
            .where(Page.representation_id == self.representation.id)
            .order_by(Page.sequence)
        )
        return [(place, name, frame) for place, name, frame in self.session.execute(query)]

    def events(self, event_type: EventType) -> int:
        query = select(func.count()).select_from(Event).where(Event.type == event_type)
        return self.session.scalars(query).one()

    def alive(self, page: Page) -> list[str]:
        query = select(PageStep.step).where(
            PageStep.page_id == page.id, PageStep.state != StepState.SUPERSEDED
        )
        return list(self.session.scalars(query))
