"""Where inside one book is what was asked for? Page by page, in the book's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from archive.finding import Asking, is_shown, page_search, pages_by_id
from archive.hits import Hit, find_hits
from archive.page_words import PageWords
from archive.representations import Page
from archive.rights_units import facts_by_unit
from storage.query import Order
from storage.search import SearchIndex

# A part of a long book's hits: each page costs half a millisecond to match.
PAGES_IN_PART = 200


@dataclass(frozen=True, slots=True)
class PageHits:
    """A page with what was found on it."""

    page: Page
    words: PageWords
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """One part of the hits; `page_count` counts matching pages of the whole book."""

    pages: tuple[PageHits, ...]
    page_count: int

    @property
    def times(self) -> int:
        """How many hits this part has."""
        return sum(len(page.hits) for page in self.pages)

    @property
    def boxes(self) -> int:
        """How many boxes these hits have: one over a line end has two."""
        return sum(len(hit.boxes) for page in self.pages for hit in page.hits)


def find_inside(
    session: Session,
    index: SearchIndex,
    asking: Asking,
    work_id: int,
    words_of: Callable[[Page], PageWords],
    *,
    part: int = 0,
) -> Inside:
    """The hits on the pages of one work that the requester may search.

    `part` counts from 0; `words_of` brings a page's packed words.

    Raises:
        Transient: the index cannot be asked now.
    """
    if not asking.query.asks_for_words:
        return Inside((), 0)
    inside = replace(
        asking, narrowing=replace(asking.narrowing, work=work_id), order=Order.SEQUENCE
    )
    search = replace(page_search(inside, limit=PAGES_IN_PART), offset=part * PAGES_IN_PART)
    found = index.search(search)
    pages = pages_by_id(session, [each.page for each in found.documents if each.page is not None])
    facts = facts_by_unit(session, frozenset(page.unit_id for page in pages))
    shown = [page for page in pages if is_shown(page, facts[page.unit_id], asking)]
    matched = _matched(sorted(shown, key=lambda page: page.sequence), asking, words_of)
    return Inside(tuple(matched), found.count)


def _matched(
    pages: Sequence[Page], asking: Asking, words_of: Callable[[Page], PageWords]
) -> list[PageHits]:
    matched = []
    for page in pages:
        words = words_of(page)
        hits = find_hits(words, asking.query)
        if hits:
            matched.append(PageHits(page, words, hits))
    return matched
