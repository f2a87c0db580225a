"""What does a reader's question ask for?

Words are all wanted; "words in quotes" (also «…» and “…”) are a phrase; -word is
not wanted; OR (НЕМЕСЕ, ИЛИ) between two gives a choice; word* takes every word
that begins so. Nothing a reader types is an error: what cannot be understood is
left out and said so. Words go through the analyser of the pages, so a compound
(қуғын-сүргін) or a date is a phrase of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.text import Term, analyse_words
from archive.text.normal_form import clean
from storage.query import Clause, Phrase, Query, Word

LONGEST_QUERY = 256
MOST_TERMS = 16
SHORTEST_PREFIX = 3
"""A shorter beginning would match a large part of all words."""

OR_WORDS = frozenset(("OR", "НЕМЕСЕ", "ИЛИ"))

_PART = re.compile(
    r"""
    (?P<minus> [-−–] (?=[\w"«“„]) )?
    (?: "(?P<straight>[^"]*)(?:"|$) | «(?P<french>[^»]*)(?:»|$) | [“„](?P<curly>[^”“]*)(?:[”“]|$)
      | (?P<word>[^\s"«“„]+) )
    """,
    re.VERBOSE,
)
_STARRED = re.compile(r"[^\W_]\*\W*$")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The question for the index and what a page of results says about it.

    `words_as_typed` are the wanted words and phrases in the reader's spelling;
    `ignored` is what had no effect.
    """

    query: Query
    words_as_typed: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: such a query finds nothing."""
        return not self.query.all_of


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or a quoted stretch of the question, before analysis."""

    text: str
    unwanted: bool = False
    quoted: bool = False

    @property
    def is_or(self) -> bool:
        return self.text in OR_WORDS and not self.quoted and not self.unwanted

    @property
    def is_prefix(self) -> bool:
        return not self.quoted and _STARRED.search(self.text) is not None


def parse_query(text: str, *, only_exact: bool = False) -> ParsedQuery:
    """The question that a reader typed. Never raises.

    Args:
        text: as typed, of any length; only the first LONGEST_QUERY characters
            and the first MOST_TERMS terms count.
        only_exact: the other forms and spellings of the words are not wanted.
    """
    parts, ignored = _understood(tuple(_parts(text[:LONGEST_QUERY])), only_exact=only_exact)
    query = Query(
        all_of=tuple(_groups(parts)),
        none_of=tuple(clause for part, clause in parts if part.unwanted and clause),
    )
    typed = tuple(part.text for part, clause in parts if clause and not part.unwanted)
    beyond = text[LONGEST_QUERY:].strip()
    return ParsedQuery(query, typed, (*ignored, beyond) if beyond else ignored)


def _parts(text: str) -> Iterator[_Part]:
    """The words and quoted stretches of a question, in order."""
    for match in _PART.finditer(clean(text)):
        quoted = match["straight"] or match["french"] or match["curly"]
        unwanted = match["minus"] is not None
        if match["word"]:
            yield _Part(match["word"], unwanted)
        elif quoted and quoted.strip():
            yield _Part(quoted.strip(), unwanted, quoted=True)


def _understood(
    parts: Sequence[_Part], *, only_exact: bool
) -> tuple[list[tuple[_Part, Clause | None]], tuple[str, ...]]:
    """Each part with its clause (an OR has none), and the parts that have no effect."""
    kept: list[tuple[_Part, Clause | None]] = []
    ignored: list[str] = []
    room = MOST_TERMS
    for part in parts:
        clause = None if part.is_or else _clause(part, only_exact=only_exact)
        size = _size(clause) if clause else 0
        if (clause or part.is_or) and size <= room:
            kept.append((part, clause))
            room -= size
        else:
            ignored.append(part.text)
    return kept, tuple(ignored)


def _groups(parts: Sequence[tuple[_Part, Clause | None]]) -> Iterator[tuple[Clause, ...]]:
    """The wanted clauses, those with OR between them in one group."""
    group: tuple[Clause, ...] = ()
    joins = False
    for part, clause in parts:
        if part.is_or:
            joins = True
        elif clause and not part.unwanted:
            if group and not joins:
                yield group
                group = ()
            group = (*group, clause)
            joins = False
    if group:
        yield group


def _clause(part: _Part, *, only_exact: bool) -> Clause | None:
    """What a part asks for; None if it holds neither letter nor digit."""
    terms = [placed.term for placed in analyse_words([part.text])]
    words = tuple(_word(term, only_exact=only_exact) for term in terms)
    if not words:
        return None
    if len(words) > 1:
        return Phrase(words)
    if part.is_prefix and len(words[0].exact) >= SHORTEST_PREFIX:
        return replace(words[0], prefix=True)
    return words[0]


def _word(term: Term, *, only_exact: bool) -> Word:
    return Word(term.exact, term.kk, term.ru, term.skeleton, only_exact=only_exact)


def _size(clause: Clause) -> int:
    return len(clause.words) if isinstance(clause, Phrase) else 1
