"""What was found in a book, as the reader shows it: boxes on the page and a list beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive.hits import boxes_of
from archive.inside import PAGES_IN_PART, Inside, PageHits
from archive.page_words import PageWords
from archive.snippets import snippet
from web.pages.parts import Mark, Piece
from web.pages.reading import HitList, InsideHit

INSIDE_SNIPPET = 90  # characters, two lines of the narrow list


def marks(here: PageHits | None, current: int) -> tuple[Mark, ...]:
    """The boxes of the hits on one page; `current` is the hit looked at, from 1."""
    return tuple(
        Mark(box, current=number == current, hit=number)
        for number, hit in enumerate(here.hits if here else (), start=1)
        for box in hit.boxes
    )


def rest_marks(words: PageWords, rest: Sequence[int]) -> tuple[Mark, ...]:
    """The boxes of the words in which a hit on the page before goes on."""
    return tuple(Mark(box) for box in boxes_of(words, rest)) if rest else ()


def hit_list(
    inside: Inside, current: tuple[int, int], part: int, address: Callable[[int], str]
) -> HitList:
    """One part of the hits in page order.

    `current` is the id of the page and the number of the hit looked at; `address`
    gives where another part is shown.
    """
    more = (part + 1) * PAGES_IN_PART < inside.page_count
    return HitList(
        pages=inside.page_count,
        times=inside.times,
        hits=tuple(
            _row(each, number, current=(each.page.id, number) == current)
            for each in inside.pages
            for number in range(1, len(each.hits) + 1)
        ),
        before=address(part - 1) if part else None,
        after=address(part + 1) if more else None,
    )


def _row(found: PageHits, number: int, *, current: bool) -> InsideHit:
    runs = snippet(found.words, [found.hits[number - 1]], INSIDE_SNIPPET)
    return InsideHit(
        page=found.page.name,
        label=found.page.printed_label,
        pieces=tuple(Piece(run.text, marked=run.marked) for run in runs),
        number=number,
        of=len(found.hits),
        current=current,
    )
