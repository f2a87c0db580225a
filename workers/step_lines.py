"""What do the lines of the log say of a step? Which page of which work it is, and how it ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep
from archive.representations import Page, Representation
from archive.works import Item, Work
from storage.errors import Plain
from storage.log_lines import about
from workers.queue import QUEUES

log = logging.getLogger(__name__)

Facts = dict[str, Plain]


def facts_of(session: Session, table: type[PageStep | BookBuild], step_id: int) -> Facts:
    """Step, queue, attempt, and the public names of work and page; one query by ids."""
    query = _of_page() if table is PageStep else _of_book()
    row = session.execute(query.where(table.id == step_id)).one()
    facts: Facts = {"step": row.step, "step_id": step_id, "queue": QUEUES.get(row.step)}
    return facts | {"attempt": row.attempts, **_names(row.page, row.work)}


def _names(page: str | None, work: str) -> Facts:
    return {"page": page, "work": work} if page else {"work": work}


def _of_page() -> Select[*tuple[object, ...]]:
    return (
        select(PageStep.step, PageStep.attempts, Page.name.label("page"), Work.name.label("work"))
        .join(Page, PageStep.page_id == Page.id)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
    )


def _of_book() -> Select[*tuple[object, ...]]:
    nobody = select(Page.name).where(Page.id.is_(None)).scalar_subquery().label("page")
    return (
        select(BookBuild.step, BookBuild.attempts, nobody, Work.name.label("work"))
        .join(Representation, BookBuild.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
    )


class Stopwatch:
    """How long has it been since this was made?"""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @contextmanager
    def told(self, **facts: Plain) -> Iterator[None]:
        """Lines in this block say how many milliseconds it took."""
        taken = round((time.perf_counter() - self._began) * 1000)
        with about(duration_ms=taken, **facts):
            yield
