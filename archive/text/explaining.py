"""Which rules made the terms of a word? For people who ask why it was not found.

The analyser keeps only what it compares; here a word is taken apart once more, by
the same rules, with the letters that were cut. Nothing here is asked by a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from archive.text.analyser import analyse_lines
from archive.text.kazakh import Reading, reading
from archive.text.kazakh_rules import Ending, rules
from archive.text.terms import Term


class Root(StrEnum):
    """What is known of what is left of a word when its endings are off."""

    LISTED = "listed"
    IRREGULAR = "irregular"
    NOT_LISTED = "not-listed"
    NOT_CYRILLIC = "not-cyrillic"


class Cut(NamedTuple):
    """The letters that an ending had in a word."""

    letters: str
    ending: Ending


@dataclass(frozen=True, slots=True)
class Explained:
    """A word as written, its terms, and how its Kazakh stem was found.

    `left` are the letters before the first ending, `cuts` the endings from the stem
    outwards: put together they are the word. `term.kk` may differ from `left` in its
    last letters, as a stem does before its endings (кітабы, кітап).
    """

    written: str
    term: Term
    left: str
    cuts: tuple[Cut, ...]
    root: Root


def explain(text: str, profile: str = "") -> Iterator[Explained]:
    """The words of a text as `analyse_words` sees them, each with its rules.

    Args:
        text: one line; what stands between two spaces may give several words.
        profile: the language profile of the page that it stands on.
    """
    for written, term in analyse_lines([text], profile):
        word = term.exact.removeprefix("№")
        found = reading(word)
        left, cuts = _taken_apart(word, found.endings if found else ())
        yield Explained(written, term, left, cuts, _root(word, found))


def _taken_apart(word: str, endings: Sequence[Ending]) -> tuple[str, tuple[Cut, ...]]:
    """A word cut again: an ending stands there in one of its two shapes.

    Letters that a stem gets back never reach the next ending's own letters.
    """
    left, cuts = word, []
    for ending in endings:
        shape = ending.back if left.endswith(ending.back) else ending.front
        left = left.removesuffix(shape)
        cuts.append(Cut(shape, ending))
    return left, tuple(reversed(cuts))


def _root(word: str, found: Reading | None) -> Root:
    if found is None:
        return Root.NOT_CYRILLIC
    if word in rules().irregular:
        return Root.IRREGULAR
    return Root.LISTED if found.is_known else Root.NOT_LISTED
