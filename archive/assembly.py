"""When is a book complete, and which of its files have to be built?

No queue counts pages: the answer is a count in SQL under the representation's
lock, so that of two pages which finish together one is last. Each variant of a
book leaves out the pages withheld from one audience; its key names that set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from archive.ingest import lock_representation
from archive.ledger import ALIVE, BookBuild, PageStep, StepState, want_build
from archive.recipes.keys import Inputs, input_key, set_key
from archive.representations import ContentsEntry, Derivative, Page, Representation
from archive.rights import is_running
from archive.rights_units import RightsUnit, facts_of
from archive.works import Item, Work

BUILDS = ("manifest", "pdf", "pdf-small")
# Raised when a build lays out the same pages in another way.
BUILD_VERSION = 1

_BEFORE_READY = ("characterise", "derive", "recognise")


@dataclass(frozen=True, slots=True)
class Variant:
    """The pages of a book that one audience may have, in order, and the key of the rest."""

    pages: tuple[Page, ...]
    withheld_key: str


def want_builds_if_complete(
    session: Session, representation_id: int, *, today: date, now: datetime
) -> Sequence[BookBuild]:
    """Make the book's files due once no page step before them is alive."""
    lock_representation(session, representation_id)
    if _alive_steps(session, representation_id):
        return ()
    variant = open_variant(session, representation_id, today)
    if not variant.pages:
        return ()
    inputs = _inputs(session, work_of(session, representation_id), variant)
    wanted = (
        want_build(
            session,
            representation_id,
            step,
            input_key=input_key(step, inputs),
            withheld_key=variant.withheld_key,
            now=now,
        )
        for step in BUILDS
    )
    return [build for build in wanted if build is not None]


def _alive_steps(session: Session, representation_id: int) -> int:
    return session.scalars(
        select(func.count())
        .select_from(PageStep)
        .join(Page, PageStep.page_id == Page.id)
        .where(
            Page.representation_id == representation_id,
            PageStep.step.in_(_BEFORE_READY),
            PageStep.state.in_(ALIVE),
        )
    ).one()


def work_of(session: Session, representation_id: int) -> Work:
    """The work that a representation shows."""
    work: Work = session.scalars(_of_work(representation_id, Work)).one()
    return work


def language_of(session: Session, representation_id: int) -> str:
    """The recognition profile of the work that a representation shows."""
    return str(session.scalars(_of_work(representation_id, Work.language)).one())


def description_revision(session: Session, representation_id: int) -> int:
    """How often the description of the work that a representation shows has changed."""
    return int(session.scalars(_of_work(representation_id, Work.revision)).one())


def _of_work(representation_id: int, wanted: Any) -> Select[Any]:  # noqa: ANN401  (a column or the row)
    return (
        select(wanted)
        .select_from(Work)
        .join(Item, Item.work_id == Work.id)
        .join(Representation, Representation.item_id == Item.id)
        .where(Representation.id == representation_id)
    )


def open_variant(session: Session, representation_id: int, today: date) -> Variant:
    """The book without the pages that a restriction of their own closes today.

    The work's own terms are left aside: they close or open the whole variant when
    it is asked for, and a book that opens tomorrow must be ready then.
    """
    shown: list[Page] = []
    withheld: list[Page] = []
    for page, unit in session.execute(_pages_with_units(representation_id)):
        own = facts_of(unit, unit).restriction if unit.parent_id else None
        if own is not None and is_running(own, today):
            # One without an image too: files built before may still show its last one.
            withheld.append(page)
        elif page.access_id is not None:
            shown.append(page)
    return Variant(tuple(shown), set_key([page.name for page in withheld]))


def _pages_with_units(representation_id: int) -> Select[Page, RightsUnit]:
    return (
        select(Page, RightsUnit)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .where(Page.representation_id == representation_id, Page.sequence > 0)
        .order_by(Page.sequence)
        # What was measured is long to read, and no file of a book tells it.
        .options(defer(Page.facts), defer(Page.problems))
    )


def _inputs(session: Session, work: Work, variant: Variant) -> Inputs:
    """What every file of this variant depends on."""
    contents = session.scalars(
        select(ContentsEntry)
        .where(ContentsEntry.representation_id == variant.pages[0].representation_id)
        .order_by(ContentsEntry.position)
    )
    return {
        "version": BUILD_VERSION,
        "work": f"{work.name}/{work.revision}",
        "statement": session.get_one(RightsUnit, work.unit_id).statement,
        "contents": [f"{each.title}\t{each.page_label}" for each in contents],
        "pages": [
            f"{page.name}\t{page.printed_label}\t{page.scan_id}\t{page.access_id}\t{page.text_id}"
            for page in variant.pages
        ],
    }


def finished_build(
    session: Session, representation_id: int, step: str, withheld_key: str
) -> Derivative | None:
    """The file of this variant, if it is built and still fits; None is "being prepared"."""
    return session.scalars(
        select(Derivative)
        .join(BookBuild, BookBuild.derivative_id == Derivative.id)
        .where(
            BookBuild.representation_id == representation_id,
            BookBuild.step == step,
            BookBuild.withheld_key == withheld_key,
            BookBuild.state == StepState.DONE,
        )
    ).first()
