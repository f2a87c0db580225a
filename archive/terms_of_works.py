"""Which agreements and which terms of protection stand behind works? Read from the rows, now.

The one place where agreements are joined to the facts that `archive.rights.decide` takes.
One query brings the grants of confirmed agreements; a second one the parts of those works,
and of works that nobody has judged, whose term may be over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    bindparam,
    column,
    exists,
    literal,
    null,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentKind
from archive.agreements import (
    Agreement,
    AgreementWork,
    Grant,
    Party,
    RightsHolding,
    TermRuling,
)
from archive.consents import KIND_OF_ROLE, Consent, Granted, Part, PartKind, Terms
from archive.protection import Contributor, Protection, TermReason, protection_of
from archive.representations import Page, Representation
from archive.uses import Act, Level
from archive.works import Contribution, Item, Work

Pages = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A confirmed agreement over one work: which of its pages, and whose shares in what."""

    agreement: int
    pages: Pages
    shares: Mapping[PartKind, Mapping[int, Fraction]]


@dataclass(frozen=True, slots=True)
class Held:
    """What an officer wrote down of a part: ``unknown``, ``known`` or ``ours``."""

    pages: Pages
    standing: str
    left_out: bool
    holding: int | None = None


@dataclass(slots=True)
class Known:
    """All that the rows tell of one work's rights, before it is made into `Terms`."""

    year: int | None = None
    grants: set[Granted] = field(default_factory=set)
    signed: dict[int, Signed] = field(default_factory=dict)
    contributors: dict[PartKind, list[Contributor]] = field(
        default_factory=lambda: defaultdict(list)
    )
    held: dict[PartKind, list[Held]] = field(default_factory=lambda: defaultdict(list))
    rulings: dict[PartKind, date | None] = field(default_factory=dict)

    def terms(self) -> Terms:
        """The grants and parts; a part is needed if anybody at all speaks of it."""
        signed = {kind for each in self.signed.values() for kind in each.shares}
        kinds = set(self.contributors) | set(self.held) | set(self.rulings) | signed
        parts = [part for kind in sorted(kinds) for part in self._parts_of(kind)]
        return Terms(tuple(sorted(self.grants, key=repr)), tuple(parts))

    def protection(self, kind: PartKind) -> Protection | None:
        """Until when a part is protected: the ruling, or what the catalogue lets compute."""
        if kind in self.rulings:
            return Protection(self.rulings[kind], TermReason.RULING)
        return protection_of(self.contributors.get(kind, ()), self.year)

    def add_drafted(self, agreement: Agreement, work_id: int) -> None:
        """Take a draft into account as if it were confirmed."""
        begins = agreement.begins or date.min
        self.grants |= {
            Granted(agreement.id, Act(each.act), Level(each.audience), begins, agreement.until)
            for each in agreement.grants
        }
        shares: dict[PartKind, dict[int, Fraction]] = defaultdict(dict)
        for party in agreement.parties:
            shares[PartKind(party.part)][party.holder_id] = party.fraction
        for each in agreement.works:
            if each.work_id == work_id:
                pages = _pages(each.first_page, each.last_page)
                self.signed[agreement.id] = Signed(agreement.id, pages, shares)

    def _parts_of(self, kind: PartKind) -> Iterable[Part]:
        protection = self.protection(kind)
        for held in self.held.get(kind) or [Held(None, "known", left_out=False)]:
            ruled = protection is not None and protection.reason is TermReason.RULING
            known = protection if ruled or held.pages is None else None
            yield Part(
                kind,
                known.until if known else None,
                tuple(self._consents(kind, held.pages)),
                ours=held.standing == "ours",
                left_out=held.left_out,
                pages=held.pages,
                holding=held.holding,
            )

    def _consents(self, kind: PartKind, pages: Pages) -> Iterable[Consent]:
        for each in self.signed.values():
            if covers_pages(each.pages, pages):
                for holder, share in each.shares.get(kind, {}).items():
                    yield Consent(holder, each.agreement, share)


def covers_pages(agreed: Pages, pages: Pages) -> bool:
    """Whether an agreement over `agreed` pages speaks for a part on `pages`; None is all."""
    if agreed is None:
        return True
    return pages is not None and agreed[0] <= pages[0] and pages[1] <= agreed[1]


_UNITS = table("rights_units", column("id"), column("closed_until"))
# A page that a part was left out with, and that follows its work again or will some day:
# it was moved, scanned anew or released. Then the part needs consent like any other.
_SHOWN_AFTER_ALL = exists().where(
    Item.work_id == Work.id,
    Representation.item_id == Item.id,
    Page.representation_id == Representation.id,
    Page.sequence.between(RightsHolding.first_page, RightsHolding.last_page),
    _UNITS.c.id == Page.unit_id,
    or_(Page.unit_id == Work.unit_id, _UNITS.c.closed_until.is_not(None)),
)


def _grants() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Work.unit_id, Agreement.id, Agreement.begins, Agreement.until,
            Agreement.ends_on, Agreement.suspended_at, AgreementWork.first_page,
            AgreementWork.last_page, Grant.act, Grant.audience, Party.part, Party.holder_id,
            Party.share, Party.share_of,
        )
        .select_from(AgreementWork)
        .join(Work, AgreementWork.work_id == Work.id)
        .join(Agreement, AgreementWork.agreement_id == Agreement.id)
        .join(Grant, Grant.agreement_id == Agreement.id)
        .outerjoin(Party, Party.agreement_id == Agreement.id)
        .where(Agreement.confirmed_at.is_not(None), Agreement.begins.is_not(None))
    )  # fmt: skip


def _rulings() -> Select[*tuple[Any, ...]]:
    return select(
        literal("ruling").label("what"), Work.unit_id, Work.year, TermRuling.part,
        null().label("one"), null().label("two"), null().label("standing"), null().label("holding"),
        TermRuling.protected_until.label("day"), literal(value=False).label("left_out"),
    ).join(Work, TermRuling.work_id == Work.id)  # fmt: skip


def _holdings() -> Select[*tuple[Any, ...]]:
    return select(
        literal("holding"), Work.unit_id, Work.year, RightsHolding.part,
        RightsHolding.first_page, RightsHolding.last_page, RightsHolding.standing,
        RightsHolding.id, null(), RightsHolding.left_out & ~_SHOWN_AFTER_ALL,
    ).join(Work, RightsHolding.work_id == Work.id)  # fmt: skip


def _contributions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("contribution"), Work.unit_id, Work.year, Contribution.role,
            Agent.death_year, null(), Agent.kind, null(), null(), literal(value=False),
        )
        .select_from(Contribution)
        .join(Work, Contribution.work_id == Work.id)
        .join(Agent, Contribution.agent_id == Agent.id)
        .where(Contribution.role.in_(list(KIND_OF_ROLE)))
    )  # fmt: skip


def _that_matter(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Contributions to works that something was agreed on, or whose term can be computed."""
    other = select(Contribution.work_id).join(Agent, Contribution.agent_id == Agent.id)
    computable = other.where(
        or_(Agent.death_year.is_not(None), Agent.kind == AgentKind.ORGANISATION)
    )
    return query.where(
        or_(
            Work.id.in_(computable),
            exists().where(AgreementWork.work_id == Work.id),
            exists().where(RightsHolding.work_id == Work.id),
            exists().where(TermRuling.work_id == Work.id),
        )
    )


_IN_UNITS = Work.unit_id.in_(bindparam("units", expanding=True))
# Made once: a tile may cost four constant responses at most.
_GRANTS_OF = _grants().where(_IN_UNITS)
_PARTS_OF = union_all(
    *(query.where(_IN_UNITS) for query in (_rulings(), _holdings(), _contributions()))
)
_ALL_PARTS = union_all(_rulings(), _holdings(), _that_matter(_contributions()))


def is_agreed(unit: SQLColumnExpression[Any]) -> SQLColumnExpression[bool]:
    """Whether any agreement is about the work of this unit: asked within a door's own query."""
    return exists().where(Work.unit_id == unit, AgreementWork.work_id == Work.id)


def terms_of(
    session: Session, units: Collection[int], unjudged: Collection[int]
) -> dict[int, Terms]:
    """The terms of works by their units; of those without an agreement only if `unjudged`."""
    known = known_of_grants(session.execute(_GRANTS_OF, {"units": list(units)}))
    asked = list(set(known) | set(unjudged))
    if asked:
        _add_parts(known, session.execute(_PARTS_OF, {"units": asked}))
    return {unit: each.terms() for unit, each in known.items()}


def all_terms(session: Session) -> dict[int, Terms]:
    """The terms of every work that has any."""
    known = known_of_grants(session.execute(_grants()))
    _add_parts(known, session.execute(_ALL_PARTS))
    return {unit: each.terms() for unit, each in known.items()}


def known_of(session: Session, unit: int) -> Known:
    """Everything known of one work's rights: for the officer who asks why."""
    known = known_of_grants(session.execute(_GRANTS_OF, {"units": [unit]}))
    _add_parts(known, session.execute(_PARTS_OF, {"units": [unit]}))
    return known[unit]


def known_of_grants(rows: Iterable[Any]) -> defaultdict[int, Known]:
    """The grants, and the signed shares, by the units of their works."""
    known: defaultdict[int, Known] = defaultdict(Known)
    shares: dict[tuple[int, int], dict[PartKind, dict[int, Fraction]]] = {}
    for row in rows:
        ends = [day for day in (row.until, row.ends_on) if day is not None]
        work = known[row.unit_id]
        work.grants.add(
            Granted(row.id, Act(row.act), Level(row.audience), row.begins,
                    min(ends, default=None), row.suspended_at is not None)
        )  # fmt: skip
        of_work = shares.setdefault((row.unit_id, row.id), defaultdict(dict))
        if row.part is not None:
            of_work[PartKind(row.part)][row.holder_id] = Fraction(row.share, row.share_of)
        work.signed[row.id] = Signed(row.id, _pages(row.first_page, row.last_page), of_work)
    return known


def _add_parts(known: defaultdict[int, Known], rows: Iterable[Any]) -> None:
    for row in rows:
        work = known[row.unit_id]
        work.year = row.year
        if row.what == "ruling":
            work.rulings[PartKind(row.part)] = row.day
        elif row.what == "holding":
            held = Held(_pages(row.one, row.two), row.standing, bool(row.left_out), row.holding)
            work.held[PartKind(row.part)].append(held)
        else:
            is_organisation = row.standing == AgentKind.ORGANISATION
            work.contributors[KIND_OF_ROLE[row.part]].append(Contributor(is_organisation, row.one))


def _pages(first: int | None, last: int | None) -> Pages:
    return None if first is None or last is None else (first, last)
