"""Which words belong together, and which must not be found for one another?

Reads the word lists beside this module. A family is a word in several forms; a
pair of confusables is two words that mean different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).with_name("families")

Family = tuple[str, ...]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WordLists:
    """One part of the lists: what rules were written with, or what was held out."""

    families: tuple[Family, ...]
    confusables: tuple[Pair, ...]

    def together(self, other: WordLists) -> WordLists:
        """Both parts as one, so that words of one may be confused with words of the other."""
        return WordLists(self.families + other.families, self.confusables + other.confusables)

    def words(self) -> Iterator[str]:
        """Every form as it is written, some more than once."""
        for row in self.families + self.confusables:
            yield from row


def tuned() -> WordLists:
    """The lists that rules may be written with."""
    return _lists("tuned.txt", "confusable_tuned.txt")


def held_out() -> WordLists:
    """The lists that nobody reads who writes rules."""
    return _lists("held_out.txt", "confusable_held_out.txt")


def _lists(families: str, confusables: str) -> WordLists:
    pairs = tuple((first, second) for first, second in _rows(confusables))
    return WordLists(tuple(_rows(families)), pairs)


def _rows(name: str) -> Iterator[tuple[str, ...]]:
    for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split())
