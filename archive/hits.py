"""Where on a page is what was asked for?

The engine says which pages match; here the same question is matched by position
against the page's stored term streams, for every engine alike. A phrase marks
only its own words. A hit's boxes are in px of the Scan: neighbours on one line
share a box, a word broken over a line end has two (IIIF Content Search 2.0,
https://iiif.io/api/search/2.0/: one hit, several targets).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.page_words import PageWords
from archive.words import Box
from storage.query import Phrase, Query, Word


@dataclass(frozen=True, slots=True)
class Hit:
    """One place on a page; `terms` are positions in the streams."""

    terms: tuple[int, ...]
    words: tuple[int, ...]
    boxes: tuple[Box, ...]


def find_hits(page: PageWords, query: Query) -> tuple[Hit, ...]:
    """Every place that the query's wanted clauses match, in reading order.

    A place inside a longer one (a word within a phrase also asked for) is not
    given twice.
    """
    clauses = [
        clause
        for group in query.all_of
        for clause in group
        if isinstance(clause, Word | Phrase)  # titles, authors and years stand on no page
    ]
    places = {place for clause in clauses for place in _places(page, clause)}
    return tuple(_hit(page, place) for place in _outermost(places))


def _places(page: PageWords, clause: Word | Phrase) -> Iterator[tuple[int, int]]:
    """First and last position of each match of a clause."""
    words = clause.words if isinstance(clause, Phrase) else (clause,)
    for wanted, held in _streams(page, words):
        yield from _consecutive(held, wanted)
    if isinstance(clause, Word) and clause.prefix:
        yield from ((n, n) for n, form in enumerate(page.exact) if form.startswith(clause.exact))


def _streams(
    page: PageWords, words: Sequence[Word]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What is wanted and what the page holds, stream by stream."""
    yield tuple(word.exact for word in words), page.exact
    if not any(word.only_exact or word.prefix for word in words):
        yield tuple(word.kk for word in words), page.kk
        yield tuple(word.ru for word in words), page.ru
        yield tuple(word.skeleton for word in words), page.skeleton


def _consecutive(held: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    # count and index look through the column much faster than a loop does here
    first, length = wanted[0], len(wanted)
    start = -1
    for _ in range(held.count(first)):
        start = held.index(first, start + 1)
        if held[start : start + length] == wanted:
            yield start, start + length - 1


def _outermost(places: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places that lie in no other, in order."""
    kept: list[tuple[int, int]] = []
    for first, last in sorted(places, key=lambda place: (place[0], -place[1])):
        if not kept or last > kept[-1][1]:
            kept.append((first, last))
    return kept


def _hit(page: PageWords, place: tuple[int, int]) -> Hit:
    terms = tuple(range(place[0], place[1] + 1))
    words = tuple(dict.fromkeys(word for term in terms for word in page.words_of(term)))
    return Hit(terms, words, tuple(boxes_of(page, words)))


def boxes_of(page: PageWords, words: Sequence[int]) -> Iterator[Box]:
    """Boxes around printed words, one for the neighbours on each line."""
    start = 0
    for n in range(1, len(words) + 1):
        if n == len(words) or not _are_neighbours(page, words[n - 1], words[n]):
            yield _around([page.box(word) for word in words[start:n]])
            start = n


def _are_neighbours(page: PageWords, before: int, after: int) -> bool:
    return after == before + 1 and page.lines[before] == page.lines[after]


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)
