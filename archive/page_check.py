"""Which pages of a book should a person look at?

Nothing of this is stored: the facts are measured once, a person's word is a fact too, and
what they mean is worked out whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.ledger import ALIVE, PageStep, StepState
from archive.milestones import MISREAD_TEXT, POOR_TEXT
from archive.recipes.folios import Gap, gaps
from archive.recipes.likeness import doubles
from archive.recipes.quality import ImageFacts, Problem, problems
from archive.representations import Page, PageText, Representation
from archive.text_doubts import text_is_misread, text_is_poor
from archive.works import Item, Work

# True of a whole book alike, and nothing a look at the page could tell.
OF_THE_WHOLE_BOOK = frozenset({"unknown-resolution"})

BEFORE_A_PICTURE = ("characterise", "derive")

_MEASURED = frozenset(each.name for each in fields(ImageFacts))


class Judgement(StrEnum):
    """What a person said of a page."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """A page with what the checks found on it, and what a person said of it."""

    id: int
    name: str
    sequence: int
    label: str
    kind: str | None
    judged: str | None
    judged_reason: str | None
    thumbnail_id: int | None
    is_measured: bool
    flags: tuple[Problem, ...]

    @property
    def is_doubtful(self) -> bool:
        """Whether it waits for a person's look, or for a new scan."""
        return self.judged == Judgement.REJECTED or (bool(self.flags) and self.judged is None)

    @property
    def is_clean(self) -> bool:
        """Whether the checks are done and found nothing, and nobody has said anything yet."""
        return self.is_measured and not self.flags and self.judged is None


@dataclass(frozen=True, slots=True)
class BookCheck:
    """All pages in order, and the gaps between them that nobody has accepted."""

    pages: tuple[CheckedPage, ...]
    gaps: tuple[Gap, ...]

    @property
    def doubtful(self) -> int:
        """How many pages and gaps wait for a look."""
        return sum(page.is_doubtful for page in self.pages) + len(self.gaps)

    @property
    def clean(self) -> int:
        return sum(page.is_clean for page in self.pages)

    @property
    def accepted(self) -> int:
        return sum(page.judged == Judgement.ACCEPTED for page in self.pages)


def check_book(session: Session, representation_id: int) -> BookCheck:
    """Every page of the book with its flags, and what seems to be missing between them."""
    rows = session.execute(
        select(Page.id, Page.name, Page.sequence, Page.label, Page.kind, Page.judged,
               Page.judged_reason, Page.thumbnail_id, Page.facts, PageText.folio,
               text_is_poor().label("poor"), text_is_misread().label("misread"))
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(Page.representation_id == representation_id, Page.sequence > 0)
        .order_by(Page.sequence)
    ).all()  # fmt: skip
    failed = _failures(session, representation_id)
    measured = [facts_in(row.facts) for row in rows]
    repeats = doubles([facts.fingerprint if facts else None for facts in measured])
    labels = [row.label or str(row.sequence) for row in rows]
    pages = []
    for place, (row, facts) in enumerate(zip(rows, measured, strict=True)):
        flags = [*failed.get(row.id, ())]
        flags += [flag for flag in problems(facts) if _is_of_the_page(flag)] if facts else []
        if place in repeats:
            flags.append(Problem("doubled-page", {"page": labels[repeats[place]]}))
        flags += [Problem(POOR_TEXT)] if row.poor else []
        flags += [Problem(MISREAD_TEXT)] if row.misread else []
        pages.append(
            CheckedPage(
                row.id,
                row.name,
                row.sequence,
                labels[place],
                row.kind,
                row.judged,
                row.judged_reason,
                row.thumbnail_id,
                is_measured=facts is not None,
                flags=tuple(flags),
            )
        )
    return BookCheck(tuple(pages), _open_gaps([row.folio for row in rows], pages))


def _open_gaps(folios: Sequence[int | None], pages: Sequence[CheckedPage]) -> tuple[Gap, ...]:
    """The gaps, but those that a person accepted by accepting the page behind them."""
    return tuple(gap for gap in gaps(folios) if pages[gap.after + 1].judged != Judgement.ACCEPTED)


def _is_of_the_page(flag: Problem) -> bool:
    return flag.reason not in OF_THE_WHOLE_BOOK


def facts_in(told: Mapping[str, Any] | None) -> ImageFacts | None:
    """The facts as a page's row keeps them; those of older versions know less."""
    if told is None:
        return None
    known = {name: value for name, value in told.items() if name in _MEASURED}
    known["cut_edges"] = tuple(known.get("cut_edges", ()))
    return ImageFacts(**known)


def _failures(session: Session, representation_id: int) -> dict[int, tuple[Problem, ...]]:
    """Why a page's own steps were refused or set aside, by page."""
    query = (
        select(PageStep.page_id, PageStep.error)
        .join(Page, PageStep.page_id == Page.id)
        .where(
            Page.representation_id == representation_id,
            PageStep.state.in_((StepState.REFUSED, StepState.QUARANTINED)),
        )
        .order_by(PageStep.id)
    )
    found: dict[int, tuple[Problem, ...]] = {}
    for page_id, error in session.execute(query):
        told = error or {}
        problem = Problem(told.get("reason", "unexpected"), told.get("values", {}))
        found.setdefault(page_id, (problem,))
    return found


def pictures_ended(
    session: Session, representation_id: int, names: Sequence[str]
) -> dict[str, int]:
    """Which of these pages wait for no picture any more, each with its thumbnail's id.

    0 is the thumbnail of a page whose steps have ended without one.
    """
    at_work = select(PageStep.id).where(
        PageStep.page_id == Page.id,
        PageStep.step.in_(BEFORE_A_PICTURE),
        PageStep.state.in_(ALIVE),
    )
    query = select(Page.name, Page.thumbnail_id).where(
        Page.representation_id == representation_id,
        Page.name.in_(names),
        or_(Page.thumbnail_id.is_not(None), ~at_work.exists()),
    )
    return {name: thumbnail or 0 for name, thumbnail in session.execute(query)}


@dataclass(frozen=True, slots=True)
class CheckedBook:
    """A digitized work with the branch that holds it (id)."""

    work: Work
    representation: Representation
    item: Item


def book_called(session: Session, work_name: str) -> CheckedBook | None:
    """The newest digitization of a work by its public name."""
    row = session.execute(_books().where(Work.name == work_name)).first()
    return None if row is None else CheckedBook(row[0], row[1], row[2])


def page_called(session: Session, page_name: str) -> tuple[Page, CheckedBook] | None:
    """A page by its public name, in the book or taken out of it, with its book."""
    row = session.execute(
        _books()
        .add_columns(Page)
        .join(Page, Page.representation_id == Representation.id)
        .where(Page.name == page_name)
    ).first()
    return None if row is None else (row[3], CheckedBook(row[0], row[1], row[2]))


def _books() -> Any:  # noqa: ANN401  (a select of three rows)
    return (
        select(Work, Representation, Item)
        .select_from(Representation)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .order_by(Representation.id.desc())
    )


@dataclass(frozen=True, slots=True)
class BookToCheck:
    """A book with the number of its pages, and of those that nobody has looked at."""

    work: Work
    item: Item
    pages: int
    unseen: int


def books_to_check(
    session: Session, branch_id: int | None, *, limit: int = 60
) -> Sequence[BookToCheck]:
    """The newest books with pages that nobody has accepted; of one branch, or of all."""
    unseen = func.count(Page.id) - func.count(Page.judged).filter(Page.judged == Judgement.ACCEPTED)
    query = (
        select(Work, Item, func.count(Page.id), unseen)
        .select_from(Page)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .where(Page.sequence > 0)
        .group_by(Work.id, Item.id, Representation.id)
        .having(unseen > 0)
        .order_by(Representation.id.desc())
        .limit(limit)
    )
    if branch_id is not None:
        query = query.where(Item.branch_id == branch_id)
    return [BookToCheck(*row) for row in session.execute(query)]
