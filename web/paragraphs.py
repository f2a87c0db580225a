"""A page's words as paragraphs to read, with the found places marked.

A word broken at a line's end stands whole, where it began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from archive.hits import Hit
from archive.page_words import PageWords
from archive.text.line_ends import HYPHENS
from web.pages.parts import Piece, Text

_REST = -1  # in place of a number: the end of a hit that began on the page before


def marked_paragraphs(
    words: PageWords, hits: Sequence[Hit], current: int, rest: Sequence[int] = ()
) -> tuple[Text, ...]:
    """Every paragraph as pieces; `current` is the number of the hit looked at, from 1.

    `rest` are the words in which a hit on the page before goes on.
    """
    hit_of_word = dict.fromkeys(rest, _REST)
    hit_of_word |= {word: n for n, hit in enumerate(hits, start=1) for word in hit.words}
    halves = second_halves(words)
    numbers = [n for n in range(len(words.words)) if n not in set(halves.values())]
    return tuple(
        _pieces([(_whole(words, n, halves), hit_of_word.get(n, 0)) for n in group], current)
        for _, group in groupby(numbers, key=lambda n: words.paragraphs[n])
    )


def second_halves(words: PageWords) -> Mapping[int, int]:
    """Word number of a first half to that of its second."""
    return {
        first: second
        for term in range(len(words.exact))
        for first, second in pairwise(words.words_of(term))
    }


def _whole(words: PageWords, number: int, halves: Mapping[int, int]) -> str:
    text = words.words[number]
    while number in halves:
        number = halves[number]
        text = text.rstrip(HYPHENS) + words.words[number]
    return text


def _pieces(texts: Sequence[tuple[str, int]], current: int) -> Text:
    """Words with spaces between; neighbours of one hit share a mark."""
    pieces: list[Piece] = []
    for hit, group in groupby(texts, key=lambda pair: pair[1]):
        if pieces:
            pieces.append(Piece(" "))
        told = " ".join(text for text, _ in group)
        pieces.append(Piece(told, marked=hit != 0, current=hit > 0 and hit == current))
    return tuple(pieces)
