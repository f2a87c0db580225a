"""What does this question find, for this requester, today?

A page is found by its words and a work by its description; both are shown as
works, with their best page. The engine answers over what the requester may
search (design §3.9); every page that is then shown is asked about once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload

from archive.representations import Page, PageText, Representation
from archive.rights import Act, Facts, Refuse, Requester, decide
from archive.rights_units import RightsNow, facts_by_unit, open_flags
from archive.works import Work
from storage.index_columns import description_score
from storage.query import Facets, FoundDocument, Kind, Narrowing, Order, Query, Search, Visible
from storage.search import SearchIndex

FARTHEST_WORK = 1000  # a reader narrows the question rather than turn a hundred leaves
MOST_DESCRIBED = 1000

# A title that holds the words as typed is worth two of the best page; one that holds other
# forms of them about as much as it, one that only looks like them half as much.
DESCRIPTION_WEIGHT = 2.0


# Made once: to make them at each question takes longer than to answer them.
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_WORKS = (
    select(Work)
    .where(Work.id.in_(_IDS))
    .options(lazyload(Work.identifiers), lazyload(Work.collections))  # no list shows them
)
_PAGES = (
    select(Page)
    .where(Page.id.in_(_IDS))
    .options(
        joinedload(Page.text).joinedload(PageText.words),
        joinedload(Page.access),
        joinedload(Page.thumbnail),
        joinedload(Page.representation).joinedload(Representation.item),
    )
)


@dataclass(frozen=True, slots=True)
class Asking:
    """One question by one requester; `rights` is as of this very moment."""

    query: Query
    narrowing: Narrowing
    order: Order
    requester: Requester
    today: date
    rights: RightsNow


@dataclass(frozen=True, slots=True)
class FoundWork:
    """A work in the results: its best page if its words may be searched.

    `pages` is how many of its pages match. `refused` says why its words are not
    searched, when it was found by its description alone.
    """

    work: Work
    facts: Facts
    page: Page | None
    pages: int
    refused: Refuse | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """One leaf of results, with counts over all of them."""

    works: tuple[FoundWork, ...]
    page_count: int
    work_count: int
    facets: Facets


def find(
    session: Session, index: SearchIndex, asking: Asking, *, first: int, limit: int
) -> Findings:
    """The works at places `first` to `first + limit` (from 0) of the results.

    Raises:
        Transient: the index cannot be asked now.
    """
    described = index.search(work_search(asking))
    pages = _ask_pages(index, asking, min(first + limit, FARTHEST_WORK))
    order = _ranked(session, asking, pages.best, described.documents)
    works = tuple(_found_works(session, index, asking, pages, order[first : first + limit]))
    known = set(pages.facets.works) | {document.work for document in described.documents}
    return Findings(works, pages.count, len(known), pages.facets)


@dataclass(frozen=True, slots=True)
class _Pages:
    """The best page of each of the first works, and the counts over all pages."""

    best: Mapping[int, FoundDocument]
    count: int
    facets: Facets


def work_search(asking: Asking) -> Search:
    """The question about descriptions."""
    # Everybody may discover, so no unit is closed here; a unit that this snapshot
    # does not know yet is left out all the same.
    return Search(
        query=asking.query,
        kind=Kind.WORK,
        visible=Visible(newest_unit=asking.rights.newest_unit),
        narrowing=asking.narrowing,
        order=asking.order,
        limit=MOST_DESCRIBED,
    )


def page_search(asking: Asking, *, limit: int, facets: bool = False) -> Search:
    """The question about pages, with the filter of what the requester may search."""
    return Search(
        query=asking.query,
        kind=Kind.PAGE,
        visible=Visible(
            newest_unit=asking.rights.newest_unit,
            closed_units=asking.rights.closed_spans,
            stale_pages=asking.rights.stale_pages,
        ),
        narrowing=asking.narrowing,
        order=asking.order,
        limit=limit,
        facets=facets,
    )


def _ask_pages(index: SearchIndex, asking: Asking, wanted: int) -> _Pages:
    """Ask for pages until `wanted` different works are among them, or there are no more."""
    best: dict[int, FoundDocument] = {}
    # where no words are asked for, no page of a work is better than another
    limit = max(50, 5 * wanted) if asking.query.asks_for_words else 0
    counted = found = index.search(page_search(asking, limit=limit, facets=True))
    while True:
        for document in found.documents:
            best.setdefault(document.work, document)
        if not limit or len(best) >= wanted or limit >= counted.count:
            break
        limit *= 4
        found = index.search(page_search(asking, limit=limit))
    assert counted.facets is not None
    return _Pages(best, counted.count, counted.facets)


def _ranked(
    session: Session,
    asking: Asking,
    best: Mapping[int, FoundDocument],
    described: Sequence[FoundDocument],
) -> list[int]:
    """Works in the order of the results."""
    if asking.order is not Order.RELEVANCE:
        works = dict.fromkeys([*best, *(document.work for document in described)])
        return _by_year(session, list(works), newest_first=asking.order is Order.YEAR_DESCENDING)
    highest = max((document.score for document in best.values()), default=0.0) or 1.0
    scores = {work: document.score / highest for work, document in best.items()}
    weight = DESCRIPTION_WEIGHT / description_score(len(asking.query.all_of))
    for document in described:
        scores[document.work] = scores.get(document.work, 0.0) + weight * document.score
    return sorted(scores, key=lambda work: (-scores[work], work))


def _by_year(session: Session, works: Sequence[int], *, newest_first: bool) -> list[int]:
    """Works by year and, within a year, by number; those without a year come last."""
    years = dict(session.execute(select(Work.id, Work.year).where(Work.id.in_(works))).all())
    sign = -1 if newest_first else 1

    def place(work: int) -> tuple[bool, int, int]:
        year = years.get(work)
        return year is None, sign * (year or 0), work

    return sorted(works, key=place)


def _found_works(
    session: Session,
    index: SearchIndex,
    asking: Asking,
    answer: _Pages,
    shown: Sequence[int],
) -> Iterator[FoundWork]:
    works = {work.id: work for work in session.scalars(_WORKS, {"ids": list(shown)})}
    pages = _pages_of(session, _page_ids(index, asking, answer, shown))
    units = {work.unit_id for work in works.values()} | {page.unit_id for page in pages.values()}
    facts = facts_by_unit(session, frozenset(units))
    for number in shown:
        work = works.get(number)
        if work is None:
            continue
        verdict = decide(facts[work.unit_id], asking.requester, Act.SEARCH, asking.today)
        page = pages.get(number)
        if page is not None and not is_shown(page, facts[page.unit_id], asking):
            page = None
        yield FoundWork(
            work=work,
            facts=facts[work.unit_id],
            page=page,
            pages=answer.facets.works.get(number, 0) if page else 0,
            refused=verdict if isinstance(verdict, Refuse) else None,
        )


def _page_ids(
    index: SearchIndex, asking: Asking, answer: _Pages, shown: Sequence[int]
) -> list[int]:
    """The best page of each shown work; a work found by its title is asked again."""
    documents = []
    for work in shown:
        document = answer.best.get(work)
        if document is None and asking.query.asks_for_words and work in answer.facets.works:
            inside = replace(asking, narrowing=replace(asking.narrowing, work=work))
            document = next(iter(index.search(page_search(inside, limit=1)).documents), None)
        documents += [document] if document else []
    return [document.page for document in documents if document.page is not None]


def _pages_of(session: Session, ids: Sequence[int]) -> dict[int, Page]:
    """Pages by the id of their work."""
    return {page.representation.item.work_id: page for page in pages_by_id(session, ids)}


def spoken_units(session: Session, rights: RightsNow) -> bytes:
    """The units whose words may be told: open ones without stale words (`open_flags`).

    Words are counted by the unit that the index knows. While a page has left that
    unit and the index has not heard, none of the unit's words are told: which of
    them are the page's alone is not known.
    """
    if not rights.stale_pages:
        return rights.open_units
    left = session.scalars(
        select(Page.indexed_unit_id).where(Page.id.in_(rights.stale_pages)).distinct()
    )
    stale = {unit for unit in left if unit is not None}
    return open_flags(rights.newest_unit, rights.closed_units | stale)


def pages_by_id(session: Session, ids: Sequence[int]) -> Sequence[Page]:
    """Pages with what a hit needs of them."""
    return session.scalars(_PAGES, {"ids": list(ids)}).all()


def is_shown(page: Page, facts: Facts, asking: Asking) -> bool:
    """Whether a found page may be shown: asked once more, on the rows of now.

    Its text must still be the one that was searched.
    """
    verdict = decide(facts, asking.requester, Act.SEARCH, asking.today)
    current = page.text_id is not None and page.text_id == page.indexed_text_id
    return not isinstance(verdict, Refuse) and current and page.access_id is not None
