"""What the page says that tells why a word was found, or was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CutLetters:
    """An ending as it stands in the word, and what it is called."""

    letters: str
    label: str


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One of the four ways to compare: its name, and the word seen so."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word as search sees it. `root` is a sentence about what the list of roots says."""

    written: str
    rows: tuple[StreamRow, ...]
    left: str
    cuts: tuple[CutLetters, ...]
    stem: str
    root: str


@dataclass(frozen=True, slots=True)
class Field:
    """What was typed into a field, the words in it, and whether it held more than is shown."""

    name: str
    typed: str
    words: tuple[SeenWord, ...] = ()
    has_more: bool = False

    @property
    def is_wordless(self) -> bool:
        """Whether something was typed that holds neither letter nor digit."""
        return bool(self.typed) and not self.words


@dataclass(frozen=True, slots=True)
class Met:
    """A searched word and the ways in which it is equal to what stands on the page."""

    asked: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the search finds the page; `met` has a line for each searched word."""

    found: bool
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class WordsPage:
    """The two fields, the profile chosen among `profiles`, and what came of them."""

    on_page: Field
    searched: Field
    profile: str
    profiles: Sequence[str]
    verdict: Verdict | None = None
    letters: int = 100
    example: tuple[str, str] = ("қалалардың", "қала")
