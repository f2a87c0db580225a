"""What stands behind an address, with the rights facts that every door asks about.

Each function reads the rows of this very request: nothing is cached, so a changed
fact closes or opens every door on the next request. The verdict itself is
`rights.decide`; these functions only bring it its facts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Case, Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from archive.consents import NOTHING_AGREED, Terms
from archive.ledger import PageStep, StepState
from archive.page_kinds import Kind
from archive.representations import ContentsEntry, Derivative, Page, PageText, Representation
from archive.rights import Facts, Level, Restriction, gives_basis
from archive.rights_units import RightsUnit, facts_of_all
from archive.terms_of_works import is_agreed, terms_of
from archive.works import Item, Work

_Parent = aliased(RightsUnit)
_WORK_UNIT = func.coalesce(RightsUnit.parent_id, RightsUnit.id)


@dataclass(frozen=True, slots=True)
class ImageDoor:
    """A page's access image: the pyramid's content key and the facts that guard it."""

    content_key: str
    width: int
    height: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class PageDoor:
    """A page with its work and its facts."""

    page: Page
    work: Work
    facts: Facts


@dataclass(frozen=True, slots=True)
class WorkDoor:
    """A work with its newest digitization, if any, and its facts."""

    work: Work
    representation: Representation | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a book is: pages in all, with an image, with a text, and set aside."""

    pages: int
    with_image: int
    with_text: int
    refused: int

    @property
    def is_complete(self) -> bool:
        return (
            self.pages > 0
            and self.with_image + self.refused >= self.pages
            and (self.with_text + self.refused >= self.pages)
        )


def _image_query(derivative_id: InstrumentedAttribute[int | None]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Derivative.content_key,
            Page.width,
            Page.height,
            RightsUnit.parent_id,
            RightsUnit.closed_until,
            _of_work(RightsUnit.statement, _Parent.statement).label("statement"),
            _of_work(RightsUnit.level, _Parent.level).label("level"),
            _of_work(RightsUnit.until, _Parent.until).label("until"),
            _of_work(RightsUnit.taken_down, _Parent.taken_down).label("taken_down"),
            _WORK_UNIT.label("work_unit"),
            is_agreed(_WORK_UNIT).label("agreed"),
        )
        .select_from(Page)
        .join(Derivative, derivative_id == Derivative.id)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .outerjoin(_Parent, RightsUnit.parent_id == _Parent.id)
        .where(Page.name == bindparam("page_name"))
    )


def _of_work(own: InstrumentedAttribute[Any], parents: InstrumentedAttribute[Any]) -> Case[Any]:
    """The work's fact, unknown if it is unknown there: never the page's own instead."""
    return case((RightsUnit.parent_id.is_(None), own), else_=parents)


# Made once: a tile may cost four constant responses at most.
_ACCESS = _image_query(Page.access_id)
_THUMBNAIL = _image_query(Page.thumbnail_id)


def image_door(session: Session, page_name: str, version: str) -> ImageDoor | None:
    """The access image of a page, if its digest begins with `version` (8 hex digits)."""
    return _image(session, _ACCESS, page_name, version)


def thumbnail_door(session: Session, page_name: str, version: str) -> ImageDoor | None:
    """The thumbnail of a page, likewise."""
    return _image(session, _THUMBNAIL, page_name, version)


def _image(
    session: Session, query: Select[*tuple[Any, ...]], page_name: str, version: str
) -> ImageDoor | None:
    row = session.execute(query, {"page_name": page_name}).first()
    if row is None or not row.content_key.startswith(version):
        return None
    facts = Facts(
        statement=row.statement,
        level=Level(row.level),
        until=row.until,
        restriction=Restriction(row.closed_until) if row.parent_id else None,
        taken_down=bool(row.taken_down),
        terms=_image_terms(session, row),
    )
    return ImageDoor(row.content_key, row.width, row.height, facts)


def _image_terms(session: Session, row: Row[*tuple[Any, ...]]) -> Terms:
    """No further query for what is judged and of which nothing was agreed: most tiles."""
    unjudged = () if gives_basis(row.statement) else (row.work_unit,)
    if not row.agreed and not unjudged:
        return NOTHING_AGREED
    return terms_of(session, (row.work_unit,), unjudged).get(row.work_unit, NOTHING_AGREED)


def page_door(session: Session, page_name: str) -> PageDoor | None:
    """A page by its public name; one that was taken out of its book is not found."""
    row = session.execute(
        select(Page, Work, RightsUnit, _Parent)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .outerjoin(_Parent, RightsUnit.parent_id == _Parent.id)
        .options(joinedload(Page.access), joinedload(Page.thumbnail), joinedload(Page.text))
        .where(Page.name == page_name, Page.sequence > 0)
    ).first()
    if row is None:
        return None
    [facts] = facts_of_all(session, [(row[2], row[3])])
    return PageDoor(row[0], row[1], facts)


def work_door(session: Session, work_name: str) -> WorkDoor | None:
    """A work by its public name."""
    row = session.execute(
        select(Work, RightsUnit)
        .join(RightsUnit, Work.unit_id == RightsUnit.id)
        .where(Work.name == work_name)
    ).first()
    if row is None:
        return None
    [facts] = facts_of_all(session, [(row[1], None)])
    return WorkDoor(row[0], newest_representation(session, row[0].id), facts)


def newest_representation(session: Session, work_id: int) -> Representation | None:
    """The digitization that readers are shown."""
    return session.scalars(
        select(Representation)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == work_id)
        .order_by(Representation.id.desc())
    ).first()


@dataclass(frozen=True, slots=True)
class UnitPages:
    """How many pages of a book share one rights unit, and how many of them have a text."""

    unit_id: int
    facts: Facts
    pages: int
    texts: int


def pages_by_unit(session: Session, representation_id: int) -> Sequence[UnitPages]:
    """The pages that have an image, counted by rights unit: a decision for each, not a page."""
    query = (
        select(RightsUnit, _Parent, func.count(Page.id), func.count(Page.text_id))
        .select_from(Page)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .outerjoin(_Parent, RightsUnit.parent_id == _Parent.id)
        .where(Page.representation_id == representation_id, Page.access_id.is_not(None))
        .group_by(RightsUnit.id, _Parent.id)
    )
    rows = session.execute(query).all()
    facts = facts_of_all(session, [(unit, above) for unit, above, _, _ in rows])
    return [
        UnitPages(unit.id, each, pages, texts)
        for (unit, _, pages, texts), each in zip(rows, facts, strict=True)
    ]


def pages_with_facts(
    session: Session, representation_id: int, *, first: int = 0, limit: int | None = None
) -> Sequence[tuple[Page, Facts]]:
    """`limit` pages that have an image, in order, from place `first` (from 0) on."""
    query = _pages(representation_id).offset(first).limit(limit)
    return _with_facts(session, query)


def _with_facts(
    session: Session, query: Select[Page, RightsUnit, RightsUnit]
) -> list[tuple[Page, Facts]]:
    rows = session.execute(query).all()
    facts = facts_of_all(session, [(unit, above) for _, unit, above in rows])
    return [(page, each) for (page, _, _), each in zip(rows, facts, strict=True)]


def first_page(session: Session, representation_id: int, units: Collection[int]) -> Page | None:
    """The first page with an image whose unit is one of these."""
    query = _pages(representation_id).where(Page.unit_id.in_(units)).limit(1)
    row = session.execute(query).first()
    return None if row is None else row[0]


def cover_page(session: Session, representation_id: int, units: Collection[int]) -> Page | None:
    """The page marked as cover, if its unit is one of these; else the first of them."""
    query = _pages(representation_id).where(Page.unit_id.in_(units), Page.kind == Kind.COVER)
    row = session.execute(query.limit(1)).first()
    return first_page(session, representation_id, units) if row is None else row[0]


def place_of(session: Session, page: Page) -> int:
    """How many pages with an image stand before this one in its book."""
    return session.scalars(
        select(func.count(Page.id)).where(
            Page.representation_id == page.representation_id,
            Page.access_id.is_not(None),
            Page.sequence < page.sequence,
        )
    ).one()


def _pages(representation_id: int) -> Select[Page, RightsUnit, RightsUnit]:
    return (
        select(Page, RightsUnit, _Parent)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .outerjoin(_Parent, RightsUnit.parent_id == _Parent.id)
        .options(
            joinedload(Page.access),
            joinedload(Page.thumbnail),
            joinedload(Page.text).joinedload(PageText.plain),
        )
        .where(Page.representation_id == representation_id, Page.access_id.is_not(None))
        .order_by(Page.sequence)
    )


def progress_of(session: Session, representation_id: int) -> Progress:
    """How far a book is."""
    pages, with_image, with_text = session.execute(
        select(func.count(Page.id), func.count(Page.access_id), func.count(Page.text_id)).where(
            Page.representation_id == representation_id, Page.sequence > 0
        )
    ).one()
    ended_badly = (StepState.REFUSED, StepState.QUARANTINED)
    refused = session.scalars(
        select(func.count(func.distinct(PageStep.page_id)))
        .join(Page, PageStep.page_id == Page.id)
        .where(Page.representation_id == representation_id, PageStep.state.in_(ended_badly))
    ).one()
    return Progress(pages, with_image, with_text, refused)


@dataclass(frozen=True, slots=True)
class ContentsLink:
    """A line of the table of contents and the page it leads to, if that is here."""

    title: str
    label: str
    page: Page | None = None
    facts: Facts | None = None


def contents_of(session: Session, representation_id: int) -> Sequence[ContentsLink]:
    """The table of contents in its printed order."""
    entries = session.scalars(
        select(ContentsEntry)
        .where(ContentsEntry.representation_id == representation_id)
        .order_by(ContentsEntry.position)
    ).all()
    found = _pages_labelled(session, representation_id, {entry.page_label for entry in entries})
    return [
        ContentsLink(entry.title, entry.page_label, *found.get(entry.page_label, ()))
        for entry in entries
    ]


def _pages_labelled(
    session: Session, representation_id: int, labels: Collection[str]
) -> dict[str, tuple[Page, Facts]]:
    """The first page with each printed label; without one, its place is its label."""
    numbers = [int(label) for label in labels if label.isascii() and label.isdigit()]
    labelled = or_(Page.label.in_(labels), Page.label.is_(None) & Page.sequence.in_(numbers))
    found: dict[str, tuple[Page, Facts]] = {}
    for page, facts in _with_facts(session, _pages(representation_id).where(labelled)):
        found.setdefault(page.printed_label, (page, facts))
    return found
