"""Which printed words are parts of one word broken at the end of a line?

A hyphen at a line's end, a letter before it and a lower-case letter at the
start of the next line in reading order make one word of two (of three in a
narrow column). A compound that happens to be broken at its own hyphen keeps it:
known pairs, doubled words, and pairs that the page prints with a hyphen
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.text.normal_form import clean
from archive.words import PrintedPage

HYPHENS = "-‐‑\u00ad¬"

_BROKEN = re.compile(f"[^\\W\\d_][{HYPHENS}]$")
_INSIDE = re.compile(r"([^\W\d_]+)[-‐‑]([^\W\d_]+)")
_LAST_LETTERS = re.compile(r"([^\W\d_]+)\W*$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")

# First parts that are whole words, and hardly ever the beginning of another.
FIRST_PARTS = frozenset(
    """
    ақпараттық әдеби әлеуметтік анықтамалық әскери бұқаралық ғылыми жобалық жаратылыстану
    кітапханалық қаржылық қоғамдық қылмыстық қуғын қарым қимыл материалдық мәдени моральдық
    рухани спорттық студент танымдық тарихи экономикалық военно историко культурно массово
    материально научно общественно социально торгово учебно кое юго северо
    """.split()
)
# Second parts that are only ever the second part of these pairs.
PAIRS = frozenset(
    """
    іс-шара іс-әрекет іс-қимыл іс-сапар ата-ана әке-шеше бала-шаға үй-жай ой-пікір ой-өріс
    тау-кен жай-күй жан-жақ өз-өз керек-жарақ салт-дәстүр әдет-ғұрып азық-түлік ойын-сауық
    оқу-тәрбие сондай-ақ ән-күй жер-су ел-жұрт құрал-жабдық мал-жан оқу-танымдық алма-ата из-за
    из-под кто-то что-то как-то где-то когда-то какой-то какая-то какие-то кто-либо что-либо
    кто-нибудь что-нибудь как-нибудь какой-нибудь все-таки по-русски по-казахски по-видимому
    по-прежнему
    """.split()
)
_LONGEST_OF_SHORT_BREAKS = 2


class Run(NamedTuple):
    """Printed words that are read as one text; `first` is the number of the first.

    `ends` holds, for each printed word, the offset in `text` where it ends.
    """

    text: str
    first: int
    ends: tuple[int, ...]


def runs(lines: Sequence[Sequence[str]]) -> list[Run]:
    """All printed words of a page as runs, one word each as a rule.

    Args:
        lines: for each line in reading order its words, as `clean` leaves them.
    """
    compounds = _Compounds(lines)
    found: list[Run] = []
    number = 0
    open_run: Run | None = None
    for line in (line for line in lines if line):
        for place, word in enumerate(line):
            run = Run(word, number, (len(word),))
            if place == 0 and open_run is not None:
                run = _continued(open_run, word, compounds) or run
            if len(run.ends) > 1:
                found[-1] = run
            else:
                found.append(run)
            number += 1
        open_run = found[-1]
    return found


def broken_words(page: PrintedPage) -> dict[int, int]:
    """The words broken at a line's end: number of a half to that of the next half.

    A compound that keeps its hyphen is two words, not one broken word.
    """
    lines = [[clean(word.text) for word in line.words] for line in page.lines()]
    return {
        run.first + n: run.first + n + 1
        for run in runs(lines)
        for n, end in enumerate(run.ends[:-1])
        if run.text[end - 1] not in HYPHENS
    }


def _continued(run: Run, word: str, compounds: _Compounds) -> Run | None:
    """The run with the next line's first word, if it was broken before it."""
    if not _BROKEN.search(run.text) or not word[:1].islower():
        return None
    kept = run.text if compounds.keep_hyphen(run.text, word) else run.text[:-1]
    joined = kept + word
    return Run(joined, run.first, (*run.ends[:-1], len(kept), len(joined)))


class _Compounds:
    """Decides whether the hyphen at a line's end belongs to the word."""

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        self._printed = {
            (match[1].casefold(), match[2].casefold())
            for line in lines
            for word in line
            if "-" in word or "‐" in word or "‑" in word
            for match in _INSIDE.finditer(word)
        }

    def keep_hyphen(self, before: str, after: str) -> bool:
        """Whether `before` (with its hyphen) and `after` are two parts of a compound."""
        left_match = _LAST_LETTERS.search(before)
        right_match = _FIRST_LETTERS.match(after)
        if left_match is None or right_match is None:
            return False
        left, right = left_match[1].casefold(), right_match[0].casefold()
        return left in FIRST_PARTS or self._is_pair(left, right) or self._is_printed(left, right)

    @staticmethod
    def _is_pair(left: str, right: str) -> bool:
        doubled = len(left) > _LONGEST_OF_SHORT_BREAKS and right.startswith(left)
        return doubled or any(
            left == first and right.startswith(second)
            for first, _, second in (pair.partition("-") for pair in PAIRS)
        )

    def _is_printed(self, left: str, right: str) -> bool:
        return any(
            left == first and (right.startswith(second) or second.startswith(right))
            for first, second in self._printed
            if len(second) > _LONGEST_OF_SHORT_BREAKS
        )
