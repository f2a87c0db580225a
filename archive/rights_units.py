"""Where rights facts are kept, and which units are closed to whom today.

A RightsUnit is the smallest thing whose rights are decided: a Work, or a Page
with a restriction of its own. Its id is the only rights fact that the search
index holds. Ids come from one counter row, taken under the lock that also bumps
the rights revision: they commit in order and are never used twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, bindparam, false, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from archive.broken_words import BrokenWord
from archive.consents import NOTHING_AGREED, Terms
from archive.representations import Page
from archive.rights import (
    Act,
    Facts,
    Level,
    Refuse,
    Requester,
    Restriction,
    decide,
    gives_basis,
)
from archive.rows import Row
from archive.terms_of_works import all_terms, terms_of
from storage.query import Span, spans


class RightsUnit(Row):
    """The stored facts of one unit.

    A page's unit has `parent_id`, its Work's unit, whose facts hold for it too;
    `closed_until` then is the last day of its own restriction, None without end.
    `taken_down` is a Work's: it is shown to nobody, whatever was agreed.
    """

    __tablename__ = "rights_units"
    __table_args__ = (
        CheckConstraint("level IN ('nobody', 'premises', 'registered', 'everybody')", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rights_units.id"), index=True)
    statement: Mapped[str | None]
    level: Mapped[str] = mapped_column(default=Level.NOBODY)
    until: Mapped[date | None]
    closed_until: Mapped[date | None]
    taken_down: Mapped[bool] = mapped_column(default=False, server_default=false())


class RightsClock(Row):
    """One row: the newest unit, and how often any rights fact has changed."""

    __tablename__ = "rights_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    newest_unit: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class RightsNow:
    """Everything a search filter needs, as of one revision and one day.

    `stale_pages` are left out by their id, whatever unit the index holds of them.
    Made once from the closed units: `closed_spans`, as an index takes them, and
    `open_units`, as the rows take them (`open_flags`).
    """

    revision: int
    newest_unit: int
    closed_units: frozenset[int]
    stale_pages: frozenset[int]
    closed_spans: tuple[Span, ...] = field(init=False)
    open_units: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "closed_spans", spans(self.closed_units))
        flags = open_flags(self.newest_unit, self.closed_units)
        object.__setattr__(self, "open_units", flags)


def open_flags(newest_unit: int, closed: Collection[int]) -> bytes:
    """One byte a unit, from unit 0: 1 where it is open. Unit 0 does not exist.

    Thousands of closed units are one parameter of a statement, and each row that it
    looks at costs it a look at one byte. A unit newer than the last byte is closed.
    """
    flags = bytearray(b"\x00" + b"\x01" * newest_unit)
    for unit in closed:
        flags[unit] = 0
    return bytes(flags)


def add_unit(session: Session, facts: Facts, *, parent: int | None = None) -> RightsUnit:
    """A new unit with these facts; its id is higher than any committed before."""
    number = session.scalar(
        update(RightsClock)
        .values(newest_unit=RightsClock.newest_unit + 1, revision=RightsClock.revision + 1)
        .returning(RightsClock.newest_unit)
    )
    restriction = facts.restriction
    unit = RightsUnit(
        id=number,
        parent_id=parent,
        statement=facts.statement,
        level=facts.level,
        until=facts.until,
        closed_until=restriction.until if restriction else None,
    )
    session.add(unit)
    session.flush()
    return unit


def add_units(session: Session, count: int) -> list[RightsUnit]:
    """So many new units of which nothing is known yet, under one turn of the clock."""
    if not count:
        return []
    last = session.scalars(
        update(RightsClock)
        .values(newest_unit=RightsClock.newest_unit + count, revision=RightsClock.revision + 1)
        .returning(RightsClock.newest_unit)
    ).one()
    units = [RightsUnit(id=number) for number in range(last - count + 1, last + 1)]
    session.add_all(units)
    session.flush()
    return units


def change_unit(session: Session, unit: RightsUnit, facts: Facts) -> None:
    """Give a Work's unit other facts; every door sees them on its next request."""
    unit.statement, unit.level, unit.until = facts.statement, facts.level, facts.until
    bump_revision(session)


def bump_revision(session: Session) -> None:
    """Say that a rights fact has changed: no snapshot taken before is used again."""
    session.execute(update(RightsClock).values(revision=RightsClock.revision + 1))


def facts_of(unit: RightsUnit, parent: RightsUnit | None, terms: Terms = NOTHING_AGREED) -> Facts:
    """The facts of a unit as `rights.decide` takes them; `terms` are its work's."""
    source = parent or unit
    return Facts(
        statement=source.statement,
        level=Level(source.level),
        until=source.until,
        restriction=Restriction(unit.closed_until) if parent else None,
        taken_down=bool(source.taken_down),
        terms=terms,
    )


def facts_of_all(
    session: Session, units: Sequence[tuple[RightsUnit, RightsUnit | None]]
) -> list[Facts]:
    """The facts of units with their parents, agreements included."""
    works = {(above or unit).id: (above or unit).statement for unit, above in units}
    unjudged = [unit for unit, statement in works.items() if not gives_basis(statement)]
    terms = terms_of(session, works, unjudged)
    return [
        facts_of(unit, above, terms.get((above or unit).id, NOTHING_AGREED))
        for unit, above in units
    ]


_PARENT = aliased(RightsUnit)
_ALL_UNITS = select(RightsUnit, _PARENT).outerjoin(_PARENT, RightsUnit.parent_id == _PARENT.id)
# Made once: most requests ask it, and making it takes longer than answering it.
_THESE_UNITS = _ALL_UNITS.where(RightsUnit.id.in_(bindparam("units", expanding=True)))


def facts_by_unit(session: Session, units: frozenset[int] | None = None) -> dict[int, Facts]:
    """The facts of these units, or of all."""
    if units is not None:
        rows = session.execute(_THESE_UNITS, {"units": list(units)}).all()
        facts = facts_of_all(session, rows)
        return {unit.id: each for (unit, _), each in zip(rows, facts, strict=True)}
    terms = all_terms(session)
    return {
        unit.id: facts_of(unit, above, terms.get((above or unit).id, NOTHING_AGREED))
        for unit, above in session.execute(_ALL_UNITS)
    }


def revision(session: Session) -> int:
    """How often any rights fact has changed: the snapshot's key."""
    return session.scalars(select(RightsClock.revision)).one()


def rights_now(session: Session, requester: Requester, act: Act, today: date) -> RightsNow:
    """Which units are closed to this requester for this act today (design §3.9)."""
    clock = session.scalars(select(RightsClock)).one()
    closed = frozenset(
        unit
        for unit, facts in facts_by_unit(session).items()
        if isinstance(decide(facts, requester, act, today), Refuse)
    )
    hidden = stale_pages(session) | telling_of_closed(session) | closed_singly(session, closed)
    return RightsNow(clock.revision, clock.newest_unit, closed, hidden)


def stale_pages(session: Session) -> frozenset[int]:
    """Pages whose unit has changed since the index last saw them."""
    query = select(Page.id).where(
        Page.indexed_unit_id.is_not(None), Page.indexed_unit_id != Page.unit_id
    )
    return frozenset(session.scalars(query))


def telling_of_closed(session: Session) -> frozenset[int]:
    """Pages found by a word whose rest stands on a page that has since been withheld singly.

    They are left out until the index has been told without it.
    """
    rest, page = aliased(Page), aliased(Page)
    withheld = select(RightsUnit.id).where(RightsUnit.parent_id.is_not(None))
    query = (
        select(page.id)
        .select_from(rest)
        .join(BrokenWord, BrokenWord.rest_page_id == rest.id)
        .join(page, page.id == BrokenWord.page_id)
        .where(
            rest.unit_id.in_(withheld),
            rest.unit_id != page.unit_id,
            BrokenWord.exact.is_not(None),
        )
    )
    return frozenset(session.scalars(query))


def closed_singly(session: Session, closed: Collection[int]) -> frozenset[int]:
    """Pages with a unit of their own that is closed.

    The unit in their index document is not relied on: while an index is being
    rebuilt readers have the old one, which is told nothing any more, and a page
    withheld in the very moment of its first indexing has a document that no row
    knows of yet.
    """
    query = (
        select(Page.id, Page.unit_id)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .where(RightsUnit.parent_id.is_not(None))
    )
    return frozenset(page for page, unit in session.execute(query) if unit in closed)
