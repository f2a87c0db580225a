"""In which line does a page's call wait? So that nobody's long book holds up the others.

A server's worker takes calls from its queues in turn, however many wait in each. So the
first pages of every book have a line of their own, in which a clipping is whole, and the
rest waits in lines that branches share by their number (decision 0037).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.ledger import PageStep
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
        (asked[number], number): _line(queues[asked[number]], sequence, branch)
        for part in _parts(list(asked))
        for number, sequence, branch in session.execute(
            select(PageStep.id, Page.sequence, Item.branch_id)
            .join(Page, PageStep.page_id == Page.id)
            .join(Representation, Page.representation_id == Representation.id)
            .join(Item, Representation.item_id == Item.id)
            .where(PageStep.id.in_(part))
        )
    }


def _line(queue: str, sequence: int, branch: int | None) -> str:
    if sequence <= FIRST_PAGES:
        return queue
    return f"{queue}-{(branch or 0) % LINES}"


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), PART):
        yield numbers[begin : begin + PART]
