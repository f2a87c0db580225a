"""Which other words were searched for, and which was perhaps meant?

Both are told from the collection's own words, as counted in what this requester may
search: a word that only closed pages have is named to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from archive.finding import Asking, page_search, work_search
from archive.text import Term
from archive.text.normal_form import clean, normal_form
from archive.vocabulary import closest_word, words_like
from storage.query import Narrowing, Phrase, Query, Word
from storage.search import SearchIndex

MOST_FORMS = 6
"""Of one word."""

FEW = 2
"""So few pages and works may be a slip of the pen."""

RARE = 1
"""A word that stands so often may be misread itself."""

MOST_LOOKED_AT = 5
"""Words of one question."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def also_searched(
    session: Session, query: Query, variants: Collection[str], spoken: bytes
) -> tuple[str, ...]:
    """The forms, scripts and names that a question finds beside the words typed.

    Args:
        session: of the rows.
        query: the question; words that are wanted exactly as typed bring nothing.
        variants: the exact forms that stand in it and were not typed.
        spoken: the units whose words may be named.
    """
    words = [word for word in _words(query) if not (word.only_exact or word.prefix)]
    typed = {word.exact for word in words} - set(variants)
    found: dict[str, None] = {}
    for word in words[: 2 * MOST_LOOKED_AT]:
        like = words_like(session, _term(word), spoken, limit=MOST_FORMS + len(typed))
        forms = [each for each in like if each not in typed]
        found.update(dict.fromkeys(forms[:MOST_FORMS]))
    return tuple(found)


def perhaps_meant(
    session: Session, index: SearchIndex, asking: Asking, text: str, spoken: bytes
) -> str:
    """The question with a commoner word for each that finds next to nothing; "" if none.

    Raises:
        Transient: the index cannot be asked now.
    """
    better: dict[str, str] = {}
    for word in list(dict.fromkeys(_words(asking.query)))[:MOST_LOOKED_AT]:
        if word.prefix or _count(index, asking, word) > FEW:
            continue
        closest = closest_word(session, _term(word), spoken, commoner_than=RARE)
        if closest:
            better[word.exact] = closest
    return _reworded(text, better) if better else ""


def _count(index: SearchIndex, asking: Asking, word: Word) -> int:
    """How many pages and works hold this word alone, whatever else was chosen."""
    alone = replace(asking, query=Query(((word,),)), narrowing=Narrowing())
    return sum(
        index.search(replace(search, limit=0)).count
        for search in (page_search(alone, limit=0), work_search(alone))
    )


def _words(query: Query) -> Iterator[Word]:
    """The words of the text that are wanted."""
    for group in query.all_of:
        for clause in group:
            if isinstance(clause, Phrase):
                yield from clause.words
            elif isinstance(clause, Word):
                yield clause


def _reworded(text: str, better: Mapping[str, str]) -> str:
    return _WORD.sub(lambda word: better.get(normal_form(word[0]), word[0]), clean(text))


def _term(word: Word) -> Term:
    return Term(word.exact, word.kk, word.ru, word.skeleton)
