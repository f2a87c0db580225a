"""How far every book is, which pages wait for a person, and which one should look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive.doubts import Doubt, doubtful_pages
from archive.ledger import ALIVE, BookBuild, PageStep, StepState
from archive.representations import Page, Representation, Scan
from archive.works import Item, Work
from storage.errors import Refused

# The steps that every page goes through; derive and recognise follow characterise.
PAGE_STEPS = ("characterise", "derive", "recognise", "index")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page that waits for a person, with the reason of the ledger."""

    page: str
    sequence: int
    label: str
    file: str
    step: str
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BookState:
    """One book: its pages and how many of their steps have ended.

    `waiting` is the reason of a step that will be tried again, such as
    ``storage-full``. `doubts` are pages that are in the book all the same, but that
    somebody should look at.
    """

    work: str
    title: str
    pages: int
    with_text: int
    steps: int
    steps_ended: int
    alive: int
    troubles: tuple[Trouble, ...]
    waiting: Mapping[str, Any] | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.alive == 0


def book_state(session: Session, work_name: str) -> BookState:
    """The state of one book by the work's public name.

    Raises:
        Refused: ``not-found`` with the name.
    """
    work = session.scalars(select(Work).where(Work.name == work_name)).first()
    if work is None:
        raise Refused("not-found", name=work_name)
    mine = session.scalars(
        select(Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == work.id)
    ).all()
    pages, texts = session.execute(
        select(func.count(Page.id), func.count(Page.text_id)).where(
            Page.representation_id.in_(mine), Page.sequence > 0
        )
    ).one()
    of_pages = select(Page.id).where(Page.representation_id.in_(mine), Page.sequence > 0)
    states = _counts(session, PageStep, PageStep.page_id.in_(of_pages))
    builds = _counts(session, BookBuild, BookBuild.representation_id.in_(mine))
    troubles = _flat(troubles_of(session, mine))
    ended = states.get(StepState.DONE, 0) + len(troubles) * len(PAGE_STEPS)
    return BookState(
        work=work.name,
        title=work.title,
        pages=pages,
        with_text=texts,
        steps=pages * len(PAGE_STEPS),
        steps_ended=min(ended, pages * len(PAGE_STEPS)),
        alive=sum(counts.get(state, 0) for counts in (states, builds) for state in ALIVE),
        troubles=troubles,
        waiting=_waiting(session, of_pages),
        doubts=_flat(doubtful_pages(session, mine)),
    )


def _counts(session: Session, table: Any, mine: Any) -> dict[str, int]:  # noqa: ANN401
    query = select(table.state, func.count()).where(mine).group_by(table.state)
    return dict(session.execute(query).all())


def troubles_of(
    session: Session, representations: Collection[int], most: int | None = None
) -> Mapping[int, Sequence[Trouble]]:
    """What was refused or set aside of each of these representations, `most` of each."""
    found: dict[int, list[Trouble]] = {}
    for step, page, file in session.execute(_failed_steps(representations, most)):
        error = step.error or {}
        found.setdefault(page.representation_id, []).append(
            Trouble(
                page=page.name,
                sequence=page.sequence,
                label=page.printed_label,
                file=file,
                step=step.step,
                reason=error.get("reason", ""),
                values=error.get("values", {}),
            )
        )
    return found


def _failed_steps(representations: Collection[int], most: int | None) -> Select[*tuple[Any, ...]]:
    order = (Page.sequence, PageStep.id)
    place = func.row_number().over(partition_by=Page.representation_id, order_by=order)
    failed = (
        select(PageStep.id, place.label("place"))
        .join(Page, PageStep.page_id == Page.id)
        .where(
            Page.representation_id.in_(representations),
            PageStep.state.in_((StepState.REFUSED, StepState.QUARANTINED)),
        )
        .subquery()
    )
    query = (
        select(PageStep, Page, Scan.original_name)
        .join(failed, failed.c.id == PageStep.id)
        .join(Page, PageStep.page_id == Page.id)
        .join(Scan, Page.scan_id == Scan.id)
        .order_by(*order)
    )
    return query if most is None else query.where(failed.c.place <= most)


T = TypeVar("T")


def _flat(by_book: Mapping[int, Sequence[T]]) -> tuple[T, ...]:
    return tuple(each for several in by_book.values() for each in several)


def _waiting(session: Session, of_pages: Any) -> Mapping[str, Any] | None:  # noqa: ANN401
    return session.scalars(
        select(PageStep.error)
        .where(
            PageStep.page_id.in_(of_pages),
            PageStep.state == StepState.PENDING,
            PageStep.error.is_not(None),
        )
        .limit(1)
    ).first()


def all_books(session: Session) -> Sequence[str]:
    """The public names of all works that have been digitized, newest first."""
    return session.scalars(
        select(Work.name)
        .join(Item, Item.work_id == Work.id)
        .join(Representation, Representation.item_id == Item.id)
        .order_by(Representation.id.desc())
    ).all()
