"""Which pages are in the book all the same, but somebody should look at them?

Two judgements meet here: the image has a problem (`archive.recipes.quality`), or the best
text that the ladder gave is still poor (`needs_a_person`). Both are asked of the rows, so
that a library is counted without its pages being walked over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import Session

from archive.milestones import POOR_TEXT
from archive.page_check import Judgement
from archive.recipes.quality import REASONS
from archive.recipes.recognition import PROFILES
from archive.representations import Page, PageText, Scan

_PROBLEMS = cast(Page.problems, String)


@dataclass(frozen=True, slots=True)
class Doubts:
    """How many pages of one book to look at, and for which reasons (a page may have several)."""

    pages: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to look at one page; `values` are those of the reason's sentence."""

    page: str
    sequence: int
    label: str
    file: str
    reason: str
    values: Mapping[str, Any]


def awaits_a_look() -> ColumnElement[bool]:
    """Whether a person should look at the page; for queries that join the page's text.

    The one place that says so: what somebody has looked at and accepted is left out here.
    """
    accepted = Page.judged == Judgement.ACCEPTED
    return and_(or_(Page.judged.is_(None), not_(accepted)), or_(_has_problems(), text_is_poor()))


def _has_problems() -> ColumnElement[bool]:
    return _PROBLEMS.not_in(("[]", "null"))


@cache
def text_is_poor() -> ColumnElement[bool]:
    """`needs_a_person` of the rows; the ink of a page without words is that of its image."""
    ink = Page.facts["ink"].as_float()
    return or_(
        *(
            and_(
                PageText.profile == profile.code,
                or_(
                    and_(
                        PageText.word_count > 0,
                        PageText.mean_confidence < profile.limits.hopeless_confidence,
                    ),
                    and_(PageText.word_count == 0, ink > profile.limits.ink),
                ),
            )
            for profile in PROFILES.values()
        )
    )


def doubts_by_book(session: Session) -> Mapping[int, Doubts]:
    """The doubts of every representation that has any."""
    columns = [func.count(), func.sum(case((text_is_poor(), 1), else_=0))]
    columns += [func.sum(case((_PROBLEMS.contains(f'"{each}"'), 1), else_=0)) for each in REASONS]
    query = (
        select(Page.representation_id, *columns)
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(awaits_a_look())
        .group_by(Page.representation_id)
    )
    return {
        book: Doubts(pages, _counted(reasons, poor))
        for book, pages, poor, *reasons in session.execute(query)
    }


def _counted(reasons: Sequence[int], poor: int) -> Mapping[str, int]:
    counted = {**dict(zip(REASONS, reasons, strict=True)), POOR_TEXT: poor}
    return {reason: count for reason, count in counted.items() if count}


def doubtful_pages(
    session: Session, representations: Collection[int], most: int | None = None
) -> Mapping[int, Sequence[Doubt]]:
    """The reasons of the doubtful pages of each of these representations, `most` pages of each."""
    found: dict[int, list[Doubt]] = {}
    for book, page, name, text_is_poor_ in session.execute(_first_pages(representations, most)):
        reasons = [(each["reason"], each["values"]) for each in page.problems or ()]
        reasons += [(POOR_TEXT, {})] if text_is_poor_ else []
        found.setdefault(book, []).extend(
            Doubt(page.name, page.sequence, page.printed_label, name, reason, values)
            for reason, values in reasons
        )
    return found


def _first_pages(representations: Collection[int], most: int | None) -> Select[Any]:
    place = func.row_number().over(partition_by=Page.representation_id, order_by=Page.sequence)
    doubtful = (
        select(Page.id, text_is_poor().label("poor"), place.label("place"))
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(Page.representation_id.in_(representations), awaits_a_look())
        .subquery()
    )
    query = (
        select(Page.representation_id, Page, Scan.original_name, doubtful.c.poor)
        .join(doubtful, doubtful.c.id == Page.id)
        .join(Scan, Page.scan_id == Scan.id)
        .order_by(Page.representation_id, Page.sequence)
    )
    return query if most is None else query.where(doubtful.c.place <= most)
