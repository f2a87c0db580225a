"""How does the place of a hit read? A few words around it, with marks.

The words are those printed, punctuation and all; a word broken at a line end is
shown in one piece. Cuts fall between words, never within a hit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple

from archive.hits import Hit
from archive.page_words import PageWords
from archive.text.line_ends import HYPHENS

SNIPPET_LETTERS = 180
"""About two lines of a results list."""

LEFT_OUT = "…"
NO_HIT = -1

_PUNCTUATED = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_BREAKS_AT_HYPHEN = re.compile(r"[^\W_][-‐‑]$")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a snippet, marked or not."""

    text: str
    marked: bool


class _Piece(NamedTuple):
    """Printed words shown without a space between them, and the number of their hit."""

    text: str
    hit: int
    last_word: int


def snippet(
    page: PageWords, hits: Sequence[Hit], letters: int = SNIPPET_LETTERS
) -> tuple[Run, ...]:
    """The text around the place where the most hits stand close together.

    Without hits it is the beginning of the page. Marks are on words without their
    punctuation; the words of one phrase share a mark.

    Args:
        letters: about how long the snippet may be; a hit is never cut.
    """
    if not page.words:
        return ()
    inner = _densest(page, hits, letters)
    broken = _broken_after(page)
    window = _window(page, inner, letters, broken)
    pieces = _pieces(page, hits, window, broken)
    first, last = _widened(pieces, _holding(pieces, inner), letters)
    runs = [Run(LEFT_OUT + " ", marked=False)] if first > 0 else []
    runs += _runs(pieces[first : last + 1])
    if last + 1 < len(pieces):
        runs.append(Run(" " + LEFT_OUT, marked=False))
    return tuple(_merged(runs))


def _densest(page: PageWords, hits: Sequence[Hit], letters: int) -> tuple[int, int]:
    """First and last word of the stretch with the most different words hit."""
    letters_up_to = list(accumulate(map(len, page.words), initial=0))
    best, most = (0, 0), 0
    for place, hit in enumerate(hits):
        found: set[str] = set()
        start = hit.words[0]
        for other in hits[place:]:
            end = other.words[-1]
            length = letters_up_to[end + 1] - letters_up_to[start] + end - start
            if other is not hit and length > letters:
                break
            found.update(page.skeleton[term] for term in other.terms)
            if len(found) > most:
                best, most = (start, end), len(found)
    return best


def _window(
    page: PageWords, inner: tuple[int, int], letters: int, broken: Collection[int]
) -> range:
    """The words around a stretch, more than the snippet has room for."""
    first, last = inner
    before = after = 0
    while first > 0 and before <= letters:
        first -= 1
        before += len(page.words[first]) + 1
    while last + 1 < len(page.words) and after <= letters:
        last += 1
        after += len(page.words[last]) + 1
    while first > 0 and (first - 1 in broken or _is_kept_with_next(page, first - 1)):
        first -= 1
    while last in broken or _is_kept_with_next(page, last):
        last += 1
    return range(first, last + 1)


def _pieces(
    page: PageWords, hits: Sequence[Hit], window: range, broken: Collection[int]
) -> list[_Piece]:
    """The printed words as they are shown, with the number of the hit they belong to."""
    hit_of = {word: number for number, hit in enumerate(hits) for word in hit.words}
    pieces: list[_Piece] = []
    text, hit = "", NO_HIT
    for number in window:
        word = page.words[number]
        text += word.rstrip(HYPHENS) if number in broken else word
        hit = max(hit, hit_of.get(number, NO_HIT))
        if number not in broken and not _is_kept_with_next(page, number):
            pieces.append(_Piece(text, hit, number))
            text, hit = "", NO_HIT
    return pieces


def _holding(pieces: Sequence[_Piece], words: tuple[int, int]) -> tuple[int, int]:
    """The pieces that hold the first and the last of these words."""
    last_words = [piece.last_word for piece in pieces]
    return bisect_left(last_words, words[0]), bisect_left(last_words, words[1])


def _broken_after(page: PageWords) -> frozenset[int]:
    """Numbers of the printed words whose last letters go on in the next."""
    joined = [term for term, count in enumerate(page.word_counts) if count > 1]
    return frozenset(word for term in joined for word in page.words_of(term)[:-1])


def _is_kept_with_next(page: PageWords, number: int) -> bool:
    """Алма-|Ата, 1937-|1938: broken at a hyphen that belongs there.

    Not қала-|45: that goes on on the next page, and below it is the page's number.
    """
    if number + 1 == len(page.words) or page.lines[number] == page.lines[number + 1]:
        return False
    broken, following = page.words[number], page.words[number + 1]
    is_kept = _BREAKS_AT_HYPHEN.search(broken) is not None
    return is_kept and (broken[-2].isdigit() or not following[:1].isdigit())


def _widened(pieces: Sequence[_Piece], inner: tuple[int, int], letters: int) -> tuple[int, int]:
    """The stretch with as much around it as there is room for, half of it before."""
    first, last = inner
    room = letters - _length(pieces, first, last)
    before = room // 2
    while first > 0 and len(pieces[first - 1].text) < before:
        first -= 1
        before -= len(pieces[first].text) + 1
    room = letters - _length(pieces, first, last)
    while last + 1 < len(pieces) and len(pieces[last + 1].text) < room:
        last += 1
        room -= len(pieces[last].text) + 1
    while first > 0 and len(pieces[first - 1].text) < room:
        first -= 1
        room -= len(pieces[first].text) + 1
    return first, last


def _length(pieces: Sequence[_Piece], first: int, last: int) -> int:
    return sum(len(piece.text) + 1 for piece in pieces[first : last + 1]) - 1


def _runs(pieces: Iterable[_Piece]) -> Iterator[Run]:
    """The pieces with spaces between them; what stands around the letters of a hit is plain."""
    space = ""
    for hit, together in groupby(pieces, key=attrgetter("hit")):
        text = " ".join([piece.text for piece in together])
        match = _PUNCTUATED.fullmatch(text) if hit != NO_HIT else None
        before, core, after = match.groups() if match else (text, "", "")
        yield Run(space + before, marked=False)
        yield Run(core, marked=True)
        yield Run(after, marked=False)
        space = " "


def _merged(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs of a kind put together; none is empty."""
    text, marked = "", False
    for run in runs:
        if run.text and run.marked != marked:
            if text:
                yield Run(text, marked)
            text, marked = "", run.marked
        text += run.text
    if text:
        yield Run(text, marked)
