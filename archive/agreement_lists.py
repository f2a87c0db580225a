"""Which agreements are there, which end soon, what do they cover, and what was done to them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.agreement_states import State, is_active, state_of
from archive.agreements import Agreement, AgreementWork, Holder, Party
from archive.consents import Part
from archive.doors import newest_representation
from archive.events import Event
from archive.keeping_agreements import days_of
from archive.representations import Page
from archive.rights import Facts
from archive.rights_units import facts_by_unit
from archive.terms_of_works import known_of
from archive.uses import ANYBODY, Act
from archive.works import Work

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """An agreement in the list; `last` is its last day."""

    agreement: Agreement
    state: State
    last: date | None


def agreement_numbered(session: Session, number: int) -> Agreement | None:
    """An agreement by its id."""
    return session.get(Agreement, number)


def work_named(session: Session, name: str) -> Work | None:
    """A work by its public name."""
    return session.scalars(select(Work).where(Work.name == name)).first()


def agreements_of(session: Session, work: Work, today: date) -> Sequence[Listed]:
    """The agreements over a work, newest first."""
    query = select(Agreement).join(AgreementWork).where(AgreementWork.work_id == work.id)
    return [_listed(each, today) for each in session.scalars(query.order_by(Agreement.id.desc()))]


def agreements(
    session: Session, today: date, *, state: State | None = None, words: str = ""
) -> Sequence[Listed]:
    """All agreements, newest first; of one state, or with words in number, party or title."""
    query = select(Agreement).order_by(Agreement.id.desc())
    if words.strip():
        like = f"%{words.strip()}%"
        by_party = select(Party.agreement_id).join(Holder).where(Holder.name.ilike(like))
        by_work = (
            select(AgreementWork.agreement_id)
            .join(Work)
            .where(Work.folded_title.contains(words.strip().casefold()))
        )
        query = query.where(
            or_(Agreement.number.ilike(like), Agreement.id.in_(by_party), Agreement.id.in_(by_work))
        )
    listed = (_listed(each, today) for each in session.scalars(query))
    return [each for each in listed if state in {None, each.state}]


def _listed(agreement: Agreement, today: date) -> Listed:
    days = days_of(agreement)
    return Listed(agreement, state_of(days, today), days.last)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, and what ends in it."""

    first: date
    ending: tuple[Listed, ...]


def calendar(session: Session, today: date) -> Sequence[Month]:
    """What is in force and ends within the next twelve months, by month."""
    running = [
        each
        for each in agreements(session, today)
        if each.last is not None and is_active(days_of(each.agreement), today)
    ]
    months = []
    for ahead in range(MONTHS):
        year, month = divmod(today.month - 1 + ahead, 12)
        first = date(today.year + year, month + 1, 1)
        ending = [
            each for each in running
            if each.last and (each.last.year, each.last.month) == (first.year, first.month)
        ]  # fmt: skip
        months.append(Month(first, tuple(sorted(ending, key=lambda each: each.last or today))))
    return months


@dataclass(frozen=True, slots=True)
class CoveredPart:
    """A part of a work as the coverage bar shows it: how many pages, and whether it is clear.

    `agreed` says that at least one share is given on this day.
    """

    part: Part
    pages: int
    first_page: int | None
    clear: bool
    agreed: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a work may be shown to everybody, and what stands in the way."""

    work: Work
    facts: Facts
    pages: int
    parts: tuple[CoveredPart, ...]

    @property
    def missing(self) -> tuple[CoveredPart, ...]:
        return tuple(each for each in self.parts if not each.clear)

    @property
    def consented(self) -> int:
        """Pages on which nothing is missing; a part on all pages counts for all."""
        without = self.missing
        if any(each.first_page is None for each in without):
            return 0
        return max(0, self.pages - sum(each.pages for each in without))


def coverage_of(
    session: Session, work: Work, at: date, drafted: Agreement | None = None
) -> Coverage:
    """What of a work is covered for reading by all; with `drafted` as if it were confirmed."""
    facts = facts_by_unit(session, frozenset({work.unit_id}))[work.unit_id]
    known = known_of(session, work.unit_id)
    if drafted is not None and drafted.confirmed_at is None:
        known.add_drafted(drafted, work.id)
        at = max(at, drafted.begins or at)
    facts = replace(facts, terms=known.terms())
    act, requester = Act.VIEW, ANYBODY
    opening = facts.terms.opening(act, requester, at)
    pages = page_count(session, work)
    parts = tuple(
        CoveredPart(
            part, _length(part, pages), part.pages[0] if part.pages else None,
            part.is_clear(opening, at), any(each.agreement in opening for each in part.consents),
        )
        for part in facts.terms.parts
    )  # fmt: skip
    return Coverage(work, facts, pages, parts)


def _length(part: Part, pages: int) -> int:
    return part.pages[1] - part.pages[0] + 1 if part.pages else pages


def page_count(session: Session, work: Work) -> int:
    """How many pages a work's newest digitization has."""
    shown = newest_representation(session, work.id)
    if shown is None:
        return 0
    return session.scalars(
        select(func.count(Page.id)).where(Page.representation_id == shown.id)
    ).one()


@dataclass(frozen=True, slots=True)
class Done:
    """A step in the history: what was done, when, and by whom as people call them."""

    did: str
    event: Event
    person: str


def history_of(session: Session, row: Agreement | Work) -> Sequence[Done]:
    """What people did to an agreement, or to a work's rights; newest first."""
    events = session.scalars(
        select(Event)
        .where(Event.about_kind == row.__tablename__, Event.about_id == row.id)
        .order_by(Event.id.desc())
    ).all()
    people = {f"account {each.id}": each.display_name for each in session.scalars(select(Account))}
    return [
        Done(str(each.detail["did"]), each, people.get(each.agent, each.agent))
        for each in events
        if "did" in each.detail
    ]
