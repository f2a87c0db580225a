"""Where inside one book is what was asked for? Page by page, in the book's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from archive.broken_words import BrokenWord, known_words, with_whole_word
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
    """One part of the hits; `page_count` counts matching pages of the whole book.

    `rests` has, by page id, the printed words in which a hit on the page before goes on;
    they are not counted again.
    """

    pages: tuple[PageHits, ...]
    page_count: int
    rests: Mapping[int, range] = field(default_factory=dict)

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
    broken = known_words(session, [page.id for page in shown])
    found_on = (
        PageHits(page, words, find_hits(words, asking.query))
        for page in sorted(shown, key=lambda page: page.sequence)
        for words in [with_whole_word(words_of(page), broken.get(page.id))]
    )
    matched = tuple(each for each in found_on if each.hits)
    return Inside(matched, found.count, _rests(matched, broken))


def _rests(matched: Sequence[PageHits], broken: Mapping[int, BrokenWord]) -> dict[int, range]:
    """Where the hits that end within a word go on."""
    found = [(broken[each.page.id], each.hits) for each in matched if each.page.id in broken]
    return {
        row.rest_page_id: row.whole.rest_words
        for row, hits in found
        if row.rest_page_id and row.whole and any(row.whole.place in hit.terms for hit in hits)
    }
