"""Taking in what a catalogue says: records become Works, or change the Works they made.

A batch at a time, in the caller's transaction. The same record again changes nothing;
a changed one says what changed, field by field; what a person corrected by hand stays
and is told (`archive.record_changes`). What the source has merged is merged here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.authorities import Authorities, credited
from archive.branches import Branch
from archive.catalogue_entries import CatalogueEntry
from archive.catalogue_values import (
    CatalogueRecord,
    Copy,
    digest_of,
    plain_isbn,
    plain_of,
    record_from,
)
from archive.descriptions import find_branch
from archive.events import EventType, event_about
from archive.handover import fold
from archive.merging import merge_works
from archive.record_changes import FIELDS, Changes, take_fields
from archive.record_matching import ISBN_SCHEME, Matching
from archive.rights_units import RightsUnit, add_units, bump_revision
from archive.rows import mint_name
from archive.works import Contribution, Item, Work, WorkIdentifier
from storage.errors import Refused


@dataclass(slots=True)
class Taken:
    """What became of a batch; `troubles` by the record's place in it, from 0."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    troubles: list[tuple[int, Refused]] = field(default_factory=list)


def take_records(
    session: Session,
    source: str,
    records: Sequence[CatalogueRecord],
    *,
    import_id: int | None,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> Taken:
    """Take in a batch of records of one source."""
    matching = Matching(session, source, records)
    news = [each for each in records if not matching.is_known(each)]
    headings = (heading for each in news for heading in each.headings)
    authorities = Authorities(session, source, headings, chance)
    new = sum(1 for each in news if each.control_number not in matching.entries)
    units = iter(add_units(session, new))
    desk = _Desk(session, source, import_id, now, chance, agent, matching, authorities, units)
    with session.no_autoflush:  # a flush for each record would cost five times the time
        for place, record in enumerate(records):
            desk.take_or_tell(place, record)
    session.flush()
    session.add_all(
        event_about(event, work, at=now, agent=agent, detail=detail)
        for event, work, detail in desk.told
    )
    session.flush()
    if desk.told:
        bump_revision(session)  # terms of protection are counted from authors and their years
    return desk.taken


@dataclass(slots=True)
class _Desk:
    """One batch on the cataloguer's desk."""

    session: Session
    source: str
    import_id: int | None
    now: datetime
    chance: random.Random
    agent: str
    matching: Matching
    authorities: Authorities
    units: Iterator[RightsUnit]
    told: list[tuple[EventType, Work, dict[str, Any]]] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)
    seen: list[Refused] = field(default_factory=list)
    branches: dict[str, Branch | None] = field(default_factory=dict)

    def take_or_tell(self, place: int, record: CatalogueRecord) -> None:
        """Take in one record, or say what is wrong with it."""
        try:
            self.take(record)
        except Refused as refused:
            self.taken.troubles.append((place, refused))
        self.taken.troubles += [(place, each) for each in self.seen]
        self.seen.clear()

    def take(self, record: CatalogueRecord) -> None:
        """Take in one record.

        Raises:
            Refused: ``no-control-number`` or ``no-title``: there is nothing to hold on to.
        """
        if not record.control_number:
            raise Refused("no-control-number")
        if self.matching.is_known(record):
            self.taken.unchanged += 1
            return
        entry = self.matching.entries.get(record.control_number)
        if record.deleted:
            self._withdraw(entry)
            return
        if not fold(record.title):
            raise Refused("no-title")
        if entry is None:
            self._add(record)
        elif entry.withdrawn_at is not None and self._is_replaced(entry):
            self.taken.unchanged += 1
        else:
            self._change(entry, record)
        self._follow_merges(record)

    def _add(self, record: CatalogueRecord) -> None:
        work = self.matching.work_of(record)
        suggested = self.matching.suggestion(record) if work is None else None
        before = _predecessor_of(self.matching, record)
        is_new = work is None
        work = work or self._made(record)
        entry = CatalogueEntry(
            source=self.source,
            control_number=record.control_number,
            work=work,
            suggested=suggested if suggested is not work else None,
            added_by_id=self.import_id,
            credited=before.credited if before else [],
        )
        changes = Changes() if is_new else take_fields(work, _said(before), record)
        self._credit(entry, work, _said(before), record, changes, is_new=is_new)
        self._say(entry, record)
        self.session.add(entry)
        self.matching.entries[record.control_number] = entry
        self._copies(work, record, _said(before))
        self._identify(work, record)
        self.taken.added += 1
        event = EventType.CREATION if is_new else EventType.METADATA_MODIFICATION
        self._tell(event, work, record, changes)

    def _change(self, entry: CatalogueEntry, record: CatalogueRecord) -> None:
        before, work = record_from(entry.said), entry.work
        changes = take_fields(work, before, record)
        self._credit(entry, work, before, record, changes, is_new=False)
        self._copies(work, record, before)
        self._identify(work, record)
        self._say(entry, record)
        entry.withdrawn_at, entry.changed_by_id = None, self.import_id
        self.taken.changed += 1
        self._tell(EventType.METADATA_MODIFICATION, work, record, changes)

    def _withdraw(self, entry: CatalogueEntry | None) -> None:
        """The source has taken the record back: the work and its scans stay, and it is told."""
        if entry is None or entry.withdrawn_at is not None:
            self.taken.unchanged += 1
            return
        entry.withdrawn_at, entry.changed_by_id = self.now, self.import_id
        self._as_predecessor(entry)
        self.taken.changed += 1
        detail = {"source": self.source, "number": entry.control_number, "withdrawn": True}
        self.told.append((EventType.METADATA_MODIFICATION, entry.work, detail))

    def _is_replaced(self, entry: CatalogueEntry) -> bool:
        """Whether another record of this source describes its work now."""
        self.session.flush()
        query = select(CatalogueEntry.id).where(
            CatalogueEntry.work_id == entry.work_id,
            CatalogueEntry.source == self.source,
            CatalogueEntry.withdrawn_at.is_(None),
        )
        return self.session.scalars(query.limit(1)).first() is not None

    def _follow_merges(self, record: CatalogueRecord) -> None:
        """Numbers that this record has taken the place of: their works are this one."""
        ours = self.matching.entries[record.control_number]
        for number in record.predecessors:
            theirs = self.matching.entries.get(number)
            if theirs is None or theirs is ours:
                continue
            if theirs.work is not ours.work:
                merge_works(self.session, stays=ours.work, goes=theirs.work,
                            described_by=ours.work, now=self.now, agent=self.agent)  # fmt: skip
                self.taken.merged += 1
            if theirs.withdrawn_at is None:
                theirs.withdrawn_at = self.now
                self._as_predecessor(theirs)

    def _as_predecessor(self, entry: CatalogueEntry) -> None:
        for each in entry.work.identifiers:
            if (each.scheme, each.value) == (self.source, entry.control_number):
                each.predecessor = True

    def _made(self, record: CatalogueRecord) -> Work:
        """A new Work of which nobody has said who may read it."""
        unit = next(self.units)
        columns = {name: says(record) for name, says in FIELDS.items()}
        work = Work(
            name=mint_name(self.chance),
            folded_title=fold(record.title),
            unit_id=unit.id,
            created_at=self.now,
            **columns,
        )
        self.session.add(work)
        return work

    def _credit(
        self,
        entry: CatalogueEntry,
        work: Work,
        before: CatalogueRecord | None,
        record: CatalogueRecord,
        changes: Changes,
        *,
        is_new: bool,
    ) -> None:
        """Name the agents as the record does, unless a person has named others."""
        if before is not None and before.headings == record.headings:
            return
        ours = [[each.agent_id, each.role] for each in work.contributions]
        if ours and ours != list(entry.credited):
            changes.kept["headings"] = (work.author, "; ".join(h.name for h in record.headings))
            return
        agents = [(self.authorities.agent(each), each.role) for each in record.headings]
        entry.credited = _distinct(credited(agents))
        if not is_new:
            work.contributions.clear()
            self.session.flush()
        work.contributions.extend(
            Contribution(agent_id=number, role=role, position=place)
            for place, (number, role) in enumerate(entry.credited)
        )

    def _say(self, entry: CatalogueEntry, record: CatalogueRecord) -> None:
        entry.said = plain_of(record)
        entry.digest, entry.heard_at = digest_of(entry.said), self.now

    def _identify(self, work: Work, record: CatalogueRecord) -> None:
        """Every number by which somebody may ask for the work."""
        known = {(each.scheme, each.value) for each in work.identifiers}
        numbers = [(self.source, record.control_number, False)]
        numbers += [(self.source, number, True) for number in record.predecessors]
        numbers += [(ISBN_SCHEME, plain_isbn(isbn), False) for isbn in record.isbns]
        numbers += [("other", number, False) for number in record.other_numbers]
        for scheme, value, predecessor in numbers:
            if value and (scheme, value) not in known:
                known.add((scheme, value))
                work.identifiers.append(
                    WorkIdentifier(scheme=scheme, value=value, predecessor=predecessor)
                )

    def _copies(self, work: Work, record: CatalogueRecord, before: CatalogueRecord | None) -> None:
        """Copies are known by their inventory numbers; none is taken away."""
        if before is not None and before.copies == record.copies:
            return
        known = {item.inventory_number: item for item in work.items if item.inventory_number}
        for copy in record.copies:
            item = known.get(copy.inventory_number)
            if item is None and not copy.inventory_number and self._has(work, copy):
                continue
            if item is None:
                item = Item(inventory_number=copy.inventory_number or None)
                work.items.append(item)
            branch = self._branch(copy.branch)
            item.branch_id = branch.id if branch else item.branch_id
            item.shelfmark = copy.shelfmark or item.shelfmark

    def _has(self, work: Work, copy: Copy) -> bool:
        branch = self._branch(copy.branch)
        wanted = (branch.id if branch else None, copy.shelfmark or None)
        return any((item.branch_id, item.shelfmark) == wanted for item in work.items)

    def _branch(self, written: str) -> Branch | None:
        """The branch that is meant; one that nobody knows is told once a batch."""
        if written and written not in self.branches:
            try:
                self.branches[written] = find_branch(self.session, written)
            except Refused as refused:
                self.branches[written] = None
                self.seen.append(refused)
        return self.branches.get(written)

    def _tell(
        self, event: EventType, work: Work, record: CatalogueRecord, changes: Changes
    ) -> None:
        if changes.changed:
            work.revision, work.changed_at = work.revision + 1, self.now
        detail: dict[str, Any] = {"source": self.source, "number": record.control_number}
        if self.import_id is not None:
            detail["import"] = self.import_id
        self.told.append((event, work, detail | changes.told()))


def _predecessor_of(matching: Matching, record: CatalogueRecord) -> CatalogueEntry | None:
    found = (matching.entries.get(number) for number in record.predecessors)
    return next((entry for entry in found if entry is not None), None)


def _said(entry: CatalogueEntry | None) -> CatalogueRecord | None:
    return record_from(entry.said) if entry else None


def _distinct(pairs: Sequence[list[Any]]) -> list[list[Any]]:
    """One agent in one role is credited once."""
    return [list(pair) for pair in dict.fromkeys((number, role) for number, role in pairs)]
