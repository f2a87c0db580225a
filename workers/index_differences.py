"""Does the index hold what the rows say that it holds, page by page and revision by revision?

Documents that are due to be written are no difference: a worker will. Somebody indexes
meanwhile, so what differs is looked at twice, and only what differs both times is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.broken_words import told_otherwise
from archive.ledger import ALIVE, PageStep
from archive.representations import Page, Representation
from archive.works import Item, Work
from storage.query import Kind
from workers.index_documents import digitized_works
from workers.indexing import index_batch
from workers.queue import transaction
from workers.reindexing import write_again
from workers.workshop import Workshop


class Wrong(StrEnum):
    """How a document of the index differs from the rows."""

    LACKING = "lacking"  # the rows say that it is there
    OLDER = "older"
    NEWER = "newer"  # the rows were restored, and would never be written over it
    STALE = "stale"  # of another text, unit or next page than it has now, and nothing is due
    TOO_MANY = "too-many"  # the rows have no such page or work, or it was taken out


@dataclass(frozen=True, slots=True, order=True)
class Differing:
    """One document; `held` is the revision that the index has of it, None if it has none."""

    title: str
    sequence: int
    work: str
    page: str
    kind: Kind
    key: int
    wrong: Wrong
    held: int | None


def index_differences(workshop: Workshop) -> list[Differing]:
    """Every document that differs.

    Raises:
        Transient: ``index-unavailable``.
    """
    first = set(_looked_at(workshop))
    return sorted(first & set(_looked_at(workshop))) if first else []


def _looked_at(workshop: Workshop) -> Iterator[Differing]:
    held = dict(workshop.storage.index.contents())
    with workshop.storage.rows.reading() as session:
        known = {*_pages(session, held), *_works(session, held)}
        due = set(_due(session))
    for each in known:
        if each.wrong is not Wrong.TOO_MANY and (each.kind, each.key) not in due:
            yield each
    with workshop.storage.rows.reading() as session:
        yield from _strangers(session, held, due)


def _due(session: Session) -> Iterator[tuple[Kind, int]]:
    """What a worker is about to write."""
    alive = select(PageStep.page_id).where(PageStep.step == "index", PageStep.state.in_(ALIVE))
    yield from ((Kind.PAGE, page) for page in session.scalars(alive))
    waiting = select(Work.id).where(Work.indexed_revision < Work.revision)
    yield from ((Kind.WORK, work) for work in session.scalars(waiting))


def _pages(session: Session, held: Mapping[tuple[Kind, int], int]) -> Iterator[Differing]:
    is_stale = func.coalesce(Page.indexed_text_id, 0) != Page.text_id
    otherwise = Page.id.in_(told_otherwise().with_only_columns(Page.id))
    query = (
        select(Page.id, Page.name, Page.sequence, Page.indexed_revision,
               (is_stale | (Page.indexed_unit_id != Page.unit_id) | otherwise).label("stale"),
               Work.name, Work.title)
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .where(Page.text_id.is_not(None))
    )  # fmt: skip
    for page, name, place, revision, stale, work, title in session.execute(query):
        found = held.get((Kind.PAGE, page))
        wrong = Wrong.STALE if stale else _wrong(found, revision)
        if wrong is not None:
            yield Differing(title, place, work, name, Kind.PAGE, page, wrong, found)


def _works(session: Session, held: Mapping[tuple[Kind, int], int]) -> Iterator[Differing]:
    query = select(Work.id, Work.name, Work.title, Work.indexed_revision).where(
        Work.id.in_(digitized_works())
    )
    for number, name, title, revision in session.execute(query):
        found = held.get((Kind.WORK, number))
        wrong = _wrong(found, revision)
        if wrong is not None:
            yield Differing(title, 0, name, "", Kind.WORK, number, wrong, found)


def _wrong(held: int | None, revision: int) -> Wrong | None:
    if held is None:
        return Wrong.LACKING
    if held == revision:
        return None
    return Wrong.OLDER if held < revision else Wrong.NEWER


def _strangers(
    session: Session, held: Mapping[tuple[Kind, int], int], due: set[tuple[Kind, int]]
) -> Iterator[Differing]:
    pages = set(session.scalars(select(Page.id).where(Page.text_id.is_not(None))))
    known = {(Kind.PAGE, page) for page in pages}
    known |= {(Kind.WORK, work) for work in session.scalars(select(Work.id))}
    for kind, key in held.keys() - known - due:
        yield Differing("", 0, "", "", kind, key, Wrong.TOO_MANY, held[kind, key])


def put_right(workshop: Workshop, differing: list[Differing]) -> None:
    """Let the index hold what the rows say; a worker may be at it at the same time.

    Raises:
        Transient: ``index-busy``, ``index-unavailable``.
    """
    gone = {
        (each.kind, each.key): each.held
        for each in differing
        if each.wrong is Wrong.TOO_MANY and each.held is not None
    }
    if gone:
        workshop.storage.index.write((), gone)
    others = [each for each in differing if each.wrong is not Wrong.TOO_MANY]
    _raise_revisions(workshop, others)
    write_again(workshop, [each.key for each in others if each.kind is Kind.PAGE])
    index_batch(workshop, 0)  # the works


def _raise_revisions(workshop: Workshop, differing: list[Differing]) -> None:
    """Nothing is written over a newer revision: the rows go beyond what the index has."""
    with transaction(workshop.storage.rows, workshop.queue) as (session, _):
        for each in differing:
            if each.kind is Kind.WORK:
                values = {"indexed_revision": 0}
                if each.wrong is Wrong.NEWER and each.held is not None:
                    values["revision"] = each.held + 1
                session.execute(update(Work).where(Work.id == each.key).values(**values))
            elif each.wrong is Wrong.NEWER:
                newer = update(Page).where(Page.id == each.key)
                session.execute(newer.values(indexed_revision=each.held))
