"""What is in the archive, for those who walk along the shelves instead of asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload

from archive.agents import Agent, AgentName
from archive.page_kinds import Kind
from archive.representations import Page, Representation
from archive.works import Collection, CollectionWork, Contribution, Item, Work

# The page that stands for its book: the one marked as cover, else the first.
_SHOWN_FIRST = case((Page.kind == Kind.COVER, 0), else_=Page.sequence)


def count_works(session: Session) -> int:
    """How many works have at least one page that can be shown."""
    return session.scalars(select(func.count()).select_from(_digitized().subquery())).one()


def count_pages(session: Session) -> int:
    """How many pages have an image."""
    return session.scalars(select(func.count(Page.id)).where(Page.access_id.is_not(None))).one()


def newest_works(session: Session, limit: int) -> Sequence[Work]:
    """The works digitized last, newest first."""
    return session.scalars(_digitized().order_by(Work.id.desc()).limit(limit)).all()


def collections_with_counts(session: Session) -> Sequence[tuple[Collection, int]]:
    """Every folder with the number of its works."""
    query = (
        select(Collection, func.count(CollectionWork.work_id))
        .outerjoin(CollectionWork, CollectionWork.collection_id == Collection.id)
        .group_by(Collection.id)
        .order_by(func.count(CollectionWork.work_id).desc(), Collection.title_kk)
    )
    return [(collection, count) for collection, count in session.execute(query)]


def collection_works(
    session: Session, collection: Collection, *, first: int, limit: int
) -> tuple[Sequence[Work], int]:
    """A leaf of a folder's works in the folder's order, and how many there are in all."""
    mine = select(Work).join(CollectionWork).where(CollectionWork.collection_id == collection.id)
    total = session.scalars(select(func.count()).select_from(mine.subquery())).one()
    ordered = mine.order_by(CollectionWork.position, Work.title)
    return session.scalars(ordered.offset(first).limit(limit)).all(), total


def articles(session: Session, *, first: int, limit: int) -> tuple[Sequence[Work], int]:
    """A leaf of all newspaper articles, by newspaper and date, and how many there are."""
    mine = select(Work).where(Work.type == "newspaper-article", Work.id.in_(_in_hand()))
    total = session.scalars(select(func.count()).select_from(mine.subquery())).one()
    ordered = mine.order_by(
        Work.source_title.nulls_first(),
        Work.issued.nulls_first(),
        Work.year.nulls_first(),
        Work.title,
    )
    return session.scalars(ordered.offset(first).limit(limit)).all(), total


def authors_with_counts(session: Session) -> Sequence[tuple[Agent, int]]:
    """Every author with the number of works."""
    query = (
        select(Agent, func.count(func.distinct(Contribution.work_id)))
        .join(Contribution, Contribution.agent_id == Agent.id)
        .where(Contribution.work_id.in_(_in_hand()))
        .group_by(Agent.id)
    )
    return [(agent, count) for agent, count in session.execute(query)]


def works_of(session: Session, agent: Agent) -> Sequence[Work]:
    """An author's works by year."""
    return session.scalars(
        select(Work)
        .join(Contribution, Contribution.work_id == Work.id)
        .where(Contribution.agent_id == agent.id, Work.id.in_(_in_hand()))
        .order_by(Work.year.nulls_first(), Work.title)
    ).all()


def _in_hand() -> Select[int]:
    """Works of which something was handed in: thousands of records have no scans (yet)."""
    return select(Item.work_id).join(Representation, Representation.item_id == Item.id)


def _digitized() -> Select[Work]:
    shown = (
        select(Item.work_id)
        .join(Representation, Representation.item_id == Item.id)
        .join(Page, Page.representation_id == Representation.id)
        .where(Page.access_id.is_not(None))
    )
    return select(Work).where(Work.id.in_(shown))


def every_collection(session: Session) -> Sequence[Collection]:
    """All folders, in no order."""
    return session.scalars(select(Collection)).all()


def collection_named(session: Session, name: str) -> Collection | None:
    """A folder by its public name."""
    return session.scalars(select(Collection).where(Collection.name == name)).first()


def author_named(session: Session, name: str) -> Agent | None:
    """An author by the public name."""
    return session.scalars(select(Agent).where(Agent.name == name)).first()


def works_with(session: Session, words: str, limit: int) -> Sequence[Work]:
    """Works whose title holds these folded words, those that begin with them first."""
    begins = Work.folded_title.startswith(words, autoescape=True)
    return session.scalars(
        select(Work)
        .where(Work.folded_title.contains(words, autoescape=True), Work.id.in_(_in_hand()))
        .order_by(~begins, Work.title)
        .limit(limit)
    ).all()


def names_with(session: Session, words: str, limit: int) -> Sequence[tuple[str, str]]:
    """Forms of authors' names that hold these folded words, with the author's public name."""
    query = (
        select(AgentName.form, Agent.name)
        .join(Agent, AgentName.agent_id == Agent.id)
        .where(
            AgentName.folded.contains(words, autoescape=True),
            Agent.id.in_(select(Contribution.agent_id).where(Contribution.work_id.in_(_in_hand()))),
        )
        .order_by(AgentName.form)
        .limit(limit)
    )
    return [(form, name) for form, name in session.execute(query)]


def first_pages(session: Session, works: Sequence[int]) -> dict[int, tuple[Page, int]]:
    """For each work the page on its cover, and how many pages with an image it has.

    That is the page marked as cover, or the first one that has an image.
    """
    found = session.execute(_FIRST_PAGES, {"works": list(works)})
    return {work: (page, pages) for work, pages, page in found}


def _first_pages() -> Select[*tuple[Any, ...]]:
    counted = (
        select(
            Item.work_id,
            func.min(_SHOWN_FIRST).label("first"),
            func.count(Page.id).label("pages"),
            Page.representation_id,
        )
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id.in_(bindparam("works", expanding=True)), Page.access_id.is_not(None))
        .group_by(Item.work_id, Page.representation_id)
        .subquery()
    )
    return (
        select(counted.c.work_id, counted.c.pages, Page)
        .join(
            Page,
            (Page.representation_id == counted.c.representation_id)
            & (counted.c.first == _SHOWN_FIRST),
        )
        .options(joinedload(Page.access), joinedload(Page.thumbnail))
        .order_by(counted.c.representation_id)
    )


_FIRST_PAGES = _first_pages()  # made once: every list of works asks it
