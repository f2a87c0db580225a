"""Which pages are in the book all the same, but somebody should look at them?

Three judgements meet here: the image has a problem (`archive.recipes.quality`), the best
text that the ladder gave is still poor (`needs_a_person`), or its Kazakh letters were lost
(``archive.text_layers``). All are asked of the rows, so that a library is counted without
its pages being walked over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import Session

from archive.milestones import MISREAD_TEXT, POOR_TEXT
from archive.page_check import Judgement
from archive.recipes.quality import REASONS
from archive.representations import Page, PageText, Scan
from archive.text_doubts import text_is_misread, text_is_poor

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
    doubted = or_(_has_problems(), text_is_poor(), text_is_misread())
    return and_(or_(Page.judged.is_(None), not_(accepted)), doubted)


def _has_problems() -> ColumnElement[bool]:
    return _PROBLEMS.not_in(("[]", "null"))


def doubts_by_book(session: Session) -> Mapping[int, Doubts]:
    """The doubts of every representation that has any."""
    reasons = {each: _PROBLEMS.contains(f'"{each}"') for each in REASONS}
    reasons |= {POOR_TEXT: text_is_poor(), MISREAD_TEXT: text_is_misread()}
    columns = [func.sum(case((each, 1), else_=0)) for each in reasons.values()]
    query = (
        select(Page.representation_id, func.count(), *columns)
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(awaits_a_look())
        .group_by(Page.representation_id)
    )
    return {
        book: Doubts(pages, {reason: n for reason, n in zip(reasons, counts, strict=True) if n})
        for book, pages, *counts in session.execute(query)
    }


def doubtful_pages(
    session: Session, representations: Collection[int], most: int | None = None
) -> Mapping[int, Sequence[Doubt]]:
    """The reasons of the doubtful pages of each of these representations, `most` pages of each."""
    found: dict[int, list[Doubt]] = {}
    rows = session.execute(_first_pages(representations, most))
    for book, page, name, is_poor, is_misread in rows:
        reasons = [(each["reason"], each["values"]) for each in page.problems or ()]
        reasons += [(POOR_TEXT, {})] if is_poor else []
        reasons += [(MISREAD_TEXT, {})] if is_misread else []
        found.setdefault(book, []).extend(
            Doubt(page.name, page.sequence, page.printed_label, name, reason, values)
            for reason, values in reasons
        )
    return found


def _first_pages(representations: Collection[int], most: int | None) -> Select[Any]:
    place = func.row_number().over(partition_by=Page.representation_id, order_by=Page.sequence)
    doubtful = (
        select(
            Page.id,
            text_is_poor().label("poor"),
            text_is_misread().label("misread"),
            place.label("place"),
        )
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(Page.representation_id.in_(representations), awaits_a_look())
        .subquery()
    )
    query = (
        select(
            Page.representation_id, Page, Scan.original_name, doubtful.c.poor, doubtful.c.misread
        )
        .join(doubtful, doubtful.c.id == Page.id)
        .join(Scan, Page.scan_id == Scan.id)
        .order_by(Page.representation_id, Page.sequence)
    )
    return query if most is None else query.where(doubtful.c.place <= most)
