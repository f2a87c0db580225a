"""One analyser for pages, descriptions and questions: words in, terms out.

Analysis is by word form, not by place, and forms repeat: results are kept by
form, so that a page costs little more than its line ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.text import kazakh, line_ends, russian, skeleton
from archive.text.kazakh_rules import rules_as_written
from archive.text.normal_form import clean, normal_form
from archive.text.terms import PlacedTerm, Term
from archive.text.tokens import tokens
from archive.words import PrintedPage

_RULES = hashlib.sha256(rules_as_written().encode()).hexdigest()[:8]
ANALYSER_VERSION = f"kk3-ru2-sk3-{_RULES}"
"""Part of every `input_key` and of the index's version; raise it with any rule.

The files of endings and roots are in it by themselves: who adds a root changes it.
"""

OLD_RUSSIAN = "ru-petr"


def analyse_page(page: PrintedPage, profile: str) -> tuple[PlacedTerm, ...]:
    """The terms of a page in reading order, each with the numbers of its words.

    Args:
        page: what was read; a word's number is its index in `page.words()`.
        profile: the document's language profile (kk, ru, mixed, ru-petr,
            kk-latn-1929, kk-arab).
    """
    lines = [[clean(word.text) for word in line.words] for line in page.lines()]
    return tuple(_placed(line_ends.runs(lines), profile))


def analyse_words(texts: Sequence[str], profile: str = "") -> tuple[PlacedTerm, ...]:
    """The terms of words that stand in no lines: a title, an author, a question.

    A term's word numbers are indices of `texts`; a text may hold spaces.
    """
    return tuple(
        PlacedTerm(term, (n,))
        for n, text in enumerate(texts)
        for term, _, _ in _terms(clean(text), profile)
    )


class WrittenTerm(NamedTuple):
    """A term beside the letters it was made from, a word broken at a line's end joined."""

    written: str
    term: Term


def analyse_lines(lines: Sequence[str], profile: str = "") -> Iterator[WrittenTerm]:
    """The terms of lines of text as they stand on a page; their order is their position."""
    words = [[clean(word) for word in line.split()] for line in lines]
    for run in line_ends.runs(words):
        for term, start, end in _terms(run.text, profile):
            yield WrittenTerm(run.text[start:end], term)


def analyse_word(text: str, profile: str = "") -> Term | None:
    """The first term of a text, or None if it holds neither letter nor digit."""
    placed = analyse_words([text], profile)
    return placed[0].term if placed else None


def _placed(runs: Sequence[line_ends.Run], profile: str) -> Iterator[PlacedTerm]:
    for run in runs:
        if len(run.ends) == 1:
            words = (run.first,)
            for term, _, _ in _terms(run.text, profile):
                yield PlacedTerm(term, words)
        else:
            for term, start, end in _terms(run.text, profile):
                yield PlacedTerm(term, _words_between(run, start, end))


def _words_between(run: line_ends.Run, start: int, end: int) -> tuple[int, ...]:
    """The numbers of the printed words that the text from start to end lies on."""
    begins = (0, *run.ends)
    return tuple(
        run.first + n for n, word_end in enumerate(run.ends) if start < word_end and end > begins[n]
    )


@lru_cache(maxsize=200_000)
def _terms(text: str, profile: str) -> tuple[tuple[Term, int, int], ...]:
    """The terms of a cleaned text with their offsets in it."""
    if text.isalpha():
        return ((_term(text, profile), 0, len(text)),)
    return tuple((_term(token.text, profile), token.start, token.end) for token in tokens(text))


def _term(token: str, profile: str) -> Term:
    exact = russian.modern_spelling(normal_form(token), old=profile == OLD_RUSSIAN)
    return _four_ways(exact, profile)


@lru_cache(maxsize=200_000)
def _four_ways(exact: str, profile: str) -> Term:
    """The term of a normal form; Қала, қала and «қала» share it."""
    # №15 is found by 15 too: recognition takes № for many things.
    bare = exact.removeprefix("№")
    return Term(exact, kazakh.stem(bare), russian.stem(bare), skeleton.key(bare, profile))
