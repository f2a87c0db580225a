"""Does a question find a word that stands on a page, and by what? For whoever asks why not.

The same comparison as the index's (`storage.query`): a word meets a word that is
equal to it in one of the four streams; what gives several words (іс-шара) is a
phrase, to be met in one and the same stream. Names that are one meet by their list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.text import Term, analyse_words
from archive.text.gazetteer import Gazetteer

STREAMS = ("exact", "kk", "ru", "skeleton")
"""The fields of a Term, in the order of the ranking."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One word of a question, the streams in which a page's words are equal to it.

    `by_name`: the page has another name of what the question names.
    """

    asked: str
    streams: tuple[str, ...]
    by_name: bool = False

    @property
    def found(self) -> bool:
        """Whether a search for this finds the page's word."""
        return bool(self.streams) or self.by_name


def meetings(question: str, held: Sequence[Term], names: Gazetteer) -> tuple[Meeting, ...]:
    """Each word of a question with what it meets; all must meet something.

    Args:
        question: as a reader types it; its signs are not heeded. As in a search, it
            is analysed without a language profile.
        held: the page's words, analysed with the page's.
        names: the names that are one.
    """
    return tuple(_meetings(question.split(), held, names))


def _meetings(parts: Sequence[str], held: Sequence[Term], names: Gazetteer) -> Iterator[Meeting]:
    asked = [tuple(placed.term for placed in analyse_words([part])) for part in parts]
    terms = [term for words in asked for term in words]
    named = [
        (variant.start, variant.end)
        for variant in names.variants(terms)
        if _streams(variant.words, held)
    ]
    start = 0
    for part, words in zip(parts, asked, strict=True):
        end = start + len(words)
        if words:
            by_name = any(first <= start and end <= last for first, last in named)
            yield Meeting(part, _streams(words, held), by_name)
        start = end


def _streams(wanted: Sequence[Term], held: Sequence[Term]) -> tuple[str, ...]:
    """The streams in which these words stand side by side among those."""
    return tuple(stream for stream in STREAMS if _stands(wanted, held, stream))


def _stands(wanted: Sequence[Term], held: Sequence[Term], stream: str) -> bool:
    row = [getattr(term, stream) for term in held]
    sought = [getattr(term, stream) for term in wanted]
    return any(row[n : n + len(sought)] == sought for n in range(len(row)))
