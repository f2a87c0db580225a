"""How is a work described to other catalogues? Its record, with what a person made of it.

Only what everybody may discover: no agreement, no account, nothing of a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.agents import Agent
from archive.catalogue_entries import CatalogueEntry
from archive.catalogue_values import CatalogueRecord, Copy, Heading, distinct, record_from
from archive.rights import Facts
from archive.rights_units import facts_by_unit
from archive.works import Contribution, Item, Work

OWN_AGENCY = "Sandyq"

_CODES: Mapping[str, tuple[str, ...]] = {
    "kk": ("kaz",), "kk-latn-1929": ("kaz",), "kk-arab": ("kaz",),
    "ru": ("rus",), "ru-petr": ("rus",), "mixed": ("kaz", "rus"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A work as others may have it: `name` is public, `sets` are its folders' names."""

    name: str
    record: CatalogueRecord
    facts: Facts
    changed_at: datetime
    sets: tuple[str, ...]


def published_records(session: Session, works: Sequence[Work]) -> list[PublishedRecord]:
    """These works' records, in their order."""
    said = _said(session, [work.id for work in works])
    items = _items(session, [work.id for work in works])
    facts = facts_by_unit(session, frozenset(work.unit_id for work in works))
    return [
        PublishedRecord(
            name=work.name,
            record=_record(work, said.get(work.id), items.get(work.id, ())),
            facts=facts[work.unit_id],
            changed_at=work.changed_at or work.created_at,
            sets=tuple(each.name for each in work.collections),
        )
        for work in works
    ]


def _said(session: Session, works: Sequence[int]) -> dict[int, CatalogueEntry]:
    """What the catalogue says of each work now."""
    query = (
        select(CatalogueEntry)
        .where(CatalogueEntry.work_id.in_(works), CatalogueEntry.withdrawn_at.is_(None))
        .order_by(CatalogueEntry.id.desc())
    )
    return {entry.work_id: entry for entry in session.scalars(query)}


def _items(session: Session, works: Sequence[int]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in session.scalars(select(Item).where(Item.work_id.in_(works)).order_by(Item.id)):
        found.setdefault(item.work_id, []).append(item)
    return found


def _record(work: Work, entry: CatalogueEntry | None, items: Sequence[Item]) -> CatalogueRecord:
    said = record_from(entry.said) if entry else CatalogueRecord(control_number=work.name, title="")
    ours = [[each.agent_id, each.role] for each in work.contributions]
    is_as_said = entry is not None and ours == list(entry.credited)
    number = f"({OWN_AGENCY}){work.name}"
    return replace(
        said,
        agency=said.agency if entry else OWN_AGENCY,
        other_numbers=distinct((*said.other_numbers, number)),
        predecessors=_predecessors(work, entry),
        type=work.type,
        title=work.title,
        subtitle=work.subtitle or "",
        source_title=work.source_title or "",
        year=work.year,
        issued=work.issued,
        place=work.place or "",
        publisher=work.publisher or "",
        languages=said.languages or _CODES.get(work.language, ()),
        headings=said.headings if is_as_said else tuple(map(_heading, work.contributions)),
        copies=tuple(copy for copy in map(_copy, items) if copy != Copy()),
    )


def _predecessors(work: Work, entry: CatalogueEntry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    return distinct(
        each.value for each in work.identifiers if each.predecessor and each.scheme == entry.source
    )


def _heading(contribution: Contribution) -> Heading:
    """A heading made of a name as people write it: the family name, then the initials."""
    agent: Agent = contribution.agent
    entry, _, rest = agent.preferred_form.partition(" ")
    if agent.kind != "person":
        entry, rest = agent.preferred_form, ""
    return Heading(
        entry=entry.rstrip(","),
        rest=rest,
        kind=agent.kind,
        role=contribution.role,
        birth_year=agent.birth_year,
        death_year=agent.death_year,
    )


def _copy(item: Item) -> Copy:
    return Copy(
        inventory_number=item.inventory_number or "",
        shelfmark=item.shelfmark or "",
        branch=item.branch.code if item.branch else "",
    )
