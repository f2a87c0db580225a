"""How much of what was read is wrong? Edit distance (Levenshtein) for each unit of the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from archive.text import analyse_page, analyse_words
from archive.text.terms import Term
from archive.words import PrintedPage

STREAMS = ("exact", "kk", "ru", "skeleton")
SHORTEST = 4  # letters: shorter words are hardly asked for


def edits(truth: Sequence[str], read: Sequence[str]) -> int:
    """The fewest letters or words to put in, take out or change."""
    numbers = {unit: number for number, unit in enumerate({*truth, *read})}
    found = np.array([numbers[unit] for unit in read], dtype=np.int64)
    places = np.arange(len(read) + 1)
    row = places.copy()
    for number, unit in enumerate(truth, 1):
        least = np.minimum(row[:-1] + (found != numbers[unit]), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate(([number], least)) - places) + places
    return int(row[-1])


def text_of(page: PrintedPage) -> str:
    """The words in reading order, a space between them."""
    return " ".join(word.text for word in page.words())


def findable(whole_words: Sequence[str], page: PrintedPage, profile: str) -> tuple[int, int]:
    """How many distinct words of the truth are found on the page as read, and of how many.

    A word is found when one of its four terms is in the same stream of the page.
    """
    read = [placed.term for placed in analyse_page(page, profile)]
    there = {(stream, getattr(term, stream)) for term in read for stream in STREAMS}
    asked = {each.term for each in analyse_words(whole_words, profile) if _is_asked(each.term)}
    return sum(_is_there(term, there) for term in asked), len(asked)


def _is_asked(term: Term) -> bool:
    return len(term.exact) >= SHORTEST and term.exact.isalpha()


def _is_there(term: Term, there: set[tuple[str, str]]) -> bool:
    return any((stream, getattr(term, stream)) in there for stream in STREAMS)
