"""Which word is broken between a page and the next? Pure.

A page that ends in the middle of a word ends its last line of text with a hyphen, and
the next page's first line of text begins with a small letter. Between the two stand page
numbers, signatures and running heads, which are left out only where they are sure:
a false word costs more than one that stays in two pieces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from rapidfuzz import fuzz

from archive.page_words import PageWords
from archive.text.analyser import analyse_words
from archive.text.line_ends import HYPHENS, Run, runs
from archive.text.normal_form import clean
from archive.text.terms import Term

MOST_FURNITURE = 2
"""Lines at a page's edge that are not its text: a number, and a head or a signature."""

LONGEST_HEAD = 8  # words
ALIKE = 85  # percent of the letters of two heads, which recognition may have read differently
SMALL_TYPE = 0.88  # of the height of the page's lines: below it a line is a note's
_LONG_LINE = 4  # words: its box is as high as its type

_BROKEN_OFF = re.compile(f"[^\\W\\d_][{HYPHENS}]$")
_NO_LETTERS = re.compile(r"[\W\d_]*")
_NUMERAL = re.compile(r"\W*(\d{1,4})\W*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST_HEAD = 4  # letters
_SHORTEST_PART = 2  # letters: neither Kazakh nor Russian leaves one alone


@dataclass(frozen=True, slots=True)
class Leaf:
    """The words of a page, and the page number that was read on it, if one was for sure."""

    words: PageWords
    folio: int | None = None


@dataclass(frozen=True, slots=True)
class WholeWord:
    """A word of which a page has the beginning.

    It belongs at `place` in the page's streams. `rest` are the numbers of the first
    and the last printed word on the next page that it goes on in.
    """

    place: int
    term: Term
    rest: tuple[int, int]

    @property
    def rest_words(self) -> range:
        """The printed words on the next page that it goes on in."""
        return range(self.rest[0], self.rest[1] + 1)

    def put_into(self, words: PageWords) -> PageWords:
        """The page with the whole word where its beginning stood; no position moves."""
        return words.with_term(self.place, self.term)


def broken_off(leaf: Leaf) -> int | None:
    """The number of the printed word with which a page ends in the middle of a word.

    None where its last line of text ends with no hyphen, or is a note at its foot.
    """
    line = _last_line(leaf)
    if not line or not _BROKEN_OFF.search(clean(leaf.words.words[line[-1]])):
        return None
    return None if _is_small(leaf.words, line) else line[-1]


def whole_word(page: Leaf, following: Leaf, profile: str) -> WholeWord | None:
    """The word that is broken between two pages; None if none is for sure.

    Args:
        page: the one it begins on.
        following: the next one.
        profile: the language profile that the page was read with.
    """
    end = broken_off(page)
    line = _first_line(following, page) if end is not None else range(0)
    if end is None or not line or _is_small(following.words, line):
        return None
    run = _run_over(page.words, end, following.words, line[0])
    if run is None:
        return None
    placed = analyse_words([run.text], profile)
    place = _place(page.words, run.first, end)
    if len(placed) != 1 or place is None:
        return None  # a compound that keeps its hyphen: both parts are words already
    parts = run.first + len(run.ends) - 1 - (end + 1)
    return WholeWord(place, placed[0].term, (line[0], line[0] + parts))


def _run_over(before: PageWords, end: int, after: PageWords, start: int) -> Run | None:
    """The printed words read as one that stand on both pages, numbered on from the first."""
    lines = [[clean(before.words[n]) for n in line if n <= end] for line in _lines(before)]
    lines += [[clean(after.words[n]) for n in line if n >= start] for line in _lines(after)]
    for run in runs(lines):
        if run.first > end:
            return None
        if run.first + len(run.ends) > end + 1:
            return run if _is_of_two_parts(run, end) else None
    return None


def _is_of_two_parts(run: Run, end: int) -> bool:
    """Whether both pages have letters enough of it."""
    cut = run.ends[end - run.first]
    return all(
        sum(map(str.isalpha, part)) >= _SHORTEST_PART for part in (run.text[:cut], run.text[cut:])
    )


def _place(words: PageWords, first: int, last: int) -> int | None:
    """Where in the streams these printed words stand, if they are one term."""
    places = [n for n, word in enumerate(words.first_words) if first <= word <= last]
    alone = len(places) == 1 and words.words_of(places[0]) == tuple(range(first, last + 1))
    return places[0] if alone else None


# --- what is text at a page's edge ----------------------------------------------------


def _last_line(leaf: Leaf) -> range:
    """The last line of text; empty if there is none for sure."""
    return next((line for line in _from_the_foot(leaf) if not _is_number(leaf, line)), range(0))


def _from_the_foot(leaf: Leaf) -> Sequence[range]:
    return _lines(leaf.words)[: -MOST_FURNITURE - 2 : -1]


def _first_line(leaf: Leaf, before: Leaf) -> range:
    """The first line of text; empty if there is none for sure."""
    for line in _lines(leaf.words)[: MOST_FURNITURE + 1]:
        if not _is_number(leaf, line) and not _is_head(leaf.words, line, before.words):
            return line
    return range(0)


def _is_number(leaf: Leaf, line: range) -> bool:
    """A page number, alone or at one end of a running title, or a printer's signature."""
    printed = leaf.words.words
    if _NO_LETTERS.fullmatch("".join(printed[n] for n in line)):
        return True
    ends = [_NUMERAL.fullmatch(printed[n]) for n in (line[0], line[-1])]
    return len(line) <= LONGEST_HEAD and any(
        each is not None and int(each[1]) == leaf.folio for each in ends
    )


def _is_head(words: PageWords, line: range, before: PageWords) -> bool:
    """A running head: in capitals, or the same as that of the page before."""
    text = _letters(words, line)
    if len(line) > LONGEST_HEAD or len(text) < _SHORTEST_HEAD:
        return False
    heads = (_letters(before, each) for each in _lines(before)[:MOST_FURNITURE])
    return text.isupper() or any(
        fuzz.ratio(text.casefold(), head.casefold()) >= ALIKE for head in heads
    )


def _letters(words: PageWords, line: range) -> str:
    return " ".join(_LETTERS.findall(" ".join(words.words[n] for n in line)))


def _is_small(words: PageWords, line: range) -> bool:
    """Whether a line is set in a smaller type than the page: a note is no text to go on."""
    heights = [_height(words, each) for each in _lines(words) if len(each) >= _LONG_LINE]
    return (
        bool(heights)
        and len(line) >= _LONG_LINE
        and _height(words, line) < SMALL_TYPE * median(heights)
    )


def _height(words: PageWords, line: range) -> int:
    """Of a line in px of the Scan, from its highest letter to its lowest."""
    top = min(words.tops[n] for n in line)
    return max(words.tops[n] + words.heights[n] for n in line) - top


def _lines(words: PageWords) -> list[range]:
    """The printed lines in reading order as the numbers of their words."""
    grouped = groupby(range(len(words.words)), key=words.lines.__getitem__)
    numbers = [list(group) for _, group in grouped]
    return [range(line[0], line[-1] + 1) for line in numbers]
