"""In which line does a page's call wait? So that nobody's long book holds up the others.

A server's worker takes calls from its queues in turn, however many wait in each. So the
first pages of every book have a line of their own, in which a clipping is whole, and the
rest waits in lines that branches share by their number (decision 0037).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from archive.ledger import PageStep, is_due
from archive.representations import Page, Representation
from archive.works import Item

FIRST_PAGES = 8  # a clipping, a leaflet, the beginning of a book
LINES = 4  # for all other pages
PART = 400  # rows in one statement: databases limit their parameters

Call = tuple[str, int]


def lines(queue: str) -> list[str]:
    """The names under which the calls of a queue of pages wait."""
    return [queue, *(f"{queue}-{number}" for number in range(LINES))]


def queue_of(line: str) -> str:
    """The queue whose calls wait in this line."""
    return line.partition("-")[0]


def lines_of(
    session: Session, calls: Collection[Call], queues: Mapping[str, str]
) -> dict[Call, str]:
    """The line of each call for a page's step; `queues` by step, of those that have lines."""
    asked = {number: step for step, number in calls if step in queues}
    return {
        (asked[number], number): queues[asked[number]] + tail
        for part in _parts(list(asked))
        for number, tail in session.execute(
            _with_item(select(PageStep.id, _tail()).where(PageStep.id.in_(part)))
        )
    }


def waiting_pages(
    session: Session, lines: Collection[str], queues: Mapping[str, str], now: datetime
) -> Counter[str]:
    """How many due steps of pages wait in each of these lines; `queues` by step."""
    query = _with_item(select(PageStep.step, _tail().label("tail"), func.count()))
    waiting: Counter[str] = Counter()
    for step, tail, steps in session.execute(
        query.where(is_due(PageStep, now)).group_by(PageStep.step, "tail")
    ):
        line = queues[step] + tail
        waiting[line if line in lines else queues[step]] += steps
    return waiting


def is_in(line: str) -> ColumnElement[bool]:
    """Whether the calls for a page's step wait here, if its queue has lines."""
    tail = line.removeprefix(queue_of(line))
    page = select(Page.id).where(Page.id == PageStep.page_id, _tail() == tail)
    return _from_page(page).correlate(PageStep).exists()


def _tail() -> ColumnElement[str]:
    """What the name of a line has after the name of its queue."""
    turn = cast(func.coalesce(Item.branch_id, 0) % LINES, String)
    return case((Page.sequence <= FIRST_PAGES, ""), else_=literal("-") + turn)


def _with_item(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return _from_page(query.join(Page, PageStep.page_id == Page.id))


def _from_page(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.join(Representation, Page.representation_id == Representation.id).join(
        Item, Representation.item_id == Item.id
    )


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), PART):
        yield numbers[begin : begin + PART]
