"""Every digitized book with its counts: what the board is arranged from.

A handful of grouped queries for the whole library, whatever its size; no page is walked
over. Books are the newest digitization of each work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from archive.doubts import Doubts, doubts_by_book
from archive.events import Event, EventType
from archive.ledger import ALIVE, VARIANT_CHANGED, BookBuild, PageStep, StepState
from archive.milestones import FILES, Audience, BookCounts
from archive.representations import Page, Representation
from archive.rights import Act, Facts, Refuse, Requester, decide, gives_basis
from archive.rights_units import RightsUnit
from archive.works import Contribution, Item, Work, WorkIdentifier

# The scheme of the folder that a book came from, which describes nothing.
_FOLDER = "folder"
_FAILED = (StepState.REFUSED, StepState.QUARANTINED)
_BEFORE_AN_IMAGE = ("characterise", "derive")

Counted = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class SurveyedBook:
    """One book of the library; ids of its rows, and how far it is."""

    representation_id: int
    work_id: int
    unit_id: int
    branch_id: int | None
    counts: BookCounts


@dataclass(frozen=True, slots=True)
class _Library:
    """The grouped queries' answers by representation; `decided` by unit."""

    pages: Counted
    steps: Counted
    builds: Counted
    doubts: Mapping[int, Doubts]
    delays: Mapping[int, str]
    decided: Mapping[int, datetime]


def survey(session: Session, since: datetime) -> Sequence[SurveyedBook]:
    """The books, those handed in first first; for whom they are open is not asked yet.

    Left out are those, by far the most, that need nothing and were finished before `since`.
    """
    library = _Library(
        pages=_by_id(session, _pages()),
        steps=_by_id(session, _steps()),
        builds=_by_id(session, _builds()),
        doubts=doubts_by_book(session),
        delays=_delays(session),
        decided=_decided(session),
    )
    return [
        SurveyedBook(row.id, row.work_id, row.unit_id, row.branch_id, _counts(library, row))
        for row in session.execute(_books())
        if not _is_quiet(library, row, since)
    ]


def _is_quiet(library: _Library, row: Any, since: datetime) -> bool:  # noqa: ANN401  (a row of _books)
    builds = library.builds.get(row.id)
    if row.id in library.steps or row.id in library.doubts or builds is None:
        return False
    if builds.made < FILES or builds.alive or builds.set_aside:
        return False
    answered = row.described and gives_basis(row.statement)
    return bool(answered and max(_ends(library, row)) < since)


def _ends(library: _Library, row: Any) -> Sequence[datetime]:  # noqa: ANN401
    """When the book's files were made, and when its rights were decided, as far as they were."""
    builds = library.builds.get(row.id)
    ends = (builds.finished_at if builds else None, library.decided.get(row.unit_id))
    return [end for end in ends if end is not None]


def _by_id(session: Session, query: Select[*tuple[Any, ...]]) -> Counted:
    return {row[0]: row for row in session.execute(query)}


def _books() -> Select[*tuple[Any, ...]]:
    newest = (
        select(func.max(Representation.id))
        .join(Item, Representation.item_id == Item.id)
        .group_by(Item.work_id)
    )
    return (
        select(
            Representation.id,
            Item.work_id,
            Item.branch_id,
            Work.unit_id,
            RightsUnit.statement,
            _is_described().label("described"),
        )
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .join(RightsUnit, Work.unit_id == RightsUnit.id)
        .where(Representation.id.in_(newest))
        .order_by(Representation.id)
    )


def _is_described() -> ColumnElement[bool]:
    """More than a title: a year, a day, an author, or a number in some catalogue."""
    catalogued = select(WorkIdentifier.work_id).where(WorkIdentifier.scheme != _FOLDER)
    return or_(
        Work.year.is_not(None),
        Work.issued.is_not(None),
        Work.id.in_(select(Contribution.work_id)),
        Work.id.in_(catalogued),
    )


def _pages() -> Select[*tuple[Any, ...]]:
    return select(
        Page.representation_id,
        func.count().label("pages"),
        func.count(Page.access_id).label("with_image"),
        func.count(Page.text_id).label("with_text"),
    ).group_by(Page.representation_id)


def _steps() -> Select[*tuple[Any, ...]]:
    """Only what is alive or has failed: the rest is by far the most, and tells nothing."""
    failed = PageStep.state.in_(_FAILED)
    early = PageStep.step.in_(_BEFORE_AN_IMAGE)
    return (
        select(
            Page.representation_id,
            _sum(PageStep.state.in_(ALIVE)).label("alive"),
            _pages_with(and_(failed, early)).label("unreadable"),
            _pages_with(and_(failed, ~early)).label("unrecognised"),
            _pages_with(PageStep.state == StepState.REFUSED).label("refused"),
            _pages_with(PageStep.state == StepState.QUARANTINED).label("set_aside"),
        )
        .join(Page, PageStep.page_id == Page.id)
        .where(PageStep.state.in_((*ALIVE, *_FAILED)))
        .group_by(Page.representation_id)
    )


def _builds() -> Select[*tuple[Any, ...]]:
    """A build that was overtaken by a restriction is no trouble: today's is another one."""
    overtaken = func.coalesce(BookBuild.error["reason"].as_string(), "") == VARIANT_CHANGED
    return (
        select(
            BookBuild.representation_id,
            _sum(BookBuild.state.in_(ALIVE)).label("alive"),
            _sum(BookBuild.state == StepState.DONE).label("made"),
            _sum(and_(BookBuild.state.in_(_FAILED), ~overtaken)).label("set_aside"),
            func.max(BookBuild.finished_at).label("finished_at"),
        )
        .where(BookBuild.state != StepState.SUPERSEDED)
        .group_by(BookBuild.representation_id)
    )


def _delays(session: Session) -> Mapping[int, str]:
    """The reasons of steps that wait to be tried again, such as ``storage-full``."""
    reason = PageStep.error["reason"].as_string()
    query = (
        select(Page.representation_id, func.min(reason))
        .join(Page, PageStep.page_id == Page.id)
        .where(PageStep.state == StepState.PENDING, reason.is_not(None))
        .group_by(Page.representation_id)
    )
    return dict(session.execute(query).all())


def _decided(session: Session) -> Mapping[int, datetime]:
    """When the rights of each unit were decided last."""
    query = (
        select(Event.about_id, func.max(Event.at))
        .where(
            Event.about_kind == RightsUnit.__tablename__,
            Event.type == EventType.POLICY_ASSIGNMENT,
        )
        .group_by(Event.about_id)
    )
    return dict(session.execute(query).all())


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _pages_with(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(func.distinct(case((condition, PageStep.page_id))))


def _counts(library: _Library, row: Any) -> BookCounts:  # noqa: ANN401  (a row of _books)
    pages, steps = library.pages.get(row.id), library.steps.get(row.id)
    builds, doubts = library.builds.get(row.id), library.doubts.get(row.id)
    return BookCounts(
        pages=pages.pages if pages else 0,
        with_image=pages.with_image if pages else 0,
        with_text=pages.with_text if pages else 0,
        unreadable=steps.unreadable if steps else 0,
        unrecognised=steps.unrecognised if steps else 0,
        refused=steps.refused if steps else 0,
        set_aside=steps.set_aside if steps else 0,
        doubtful=doubts.pages if doubts else 0,
        doubts=doubts.reasons if doubts else {},
        files=builds.made if builds else 0,
        files_alive=builds.alive if builds else 0,
        files_set_aside=builds.set_aside if builds else 0,
        alive=(steps.alive if steps else 0) + (builds.alive if builds else 0),
        described=bool(row.described),
        has_basis=gives_basis(row.statement),
        finished_at=max(_ends(library, row), default=None),
        delayed_by=library.delays.get(row.id),
    )


def audience_today(facts: Facts, today: date) -> Audience:
    """For whom these facts open a book."""
    for audience, requester in (
        (Audience.EVERYBODY, Requester()),
        (Audience.PREMISES, Requester(on_premises=True)),
    ):
        if not isinstance(decide(facts, requester, Act.VIEW, today), Refuse):
            return audience
    return Audience.NOBODY
