"""Which author is meant, when one writes initials and the other whole names?

М.О. Әуезов, Әуезов М.О. and Мұхтар Әуезов may be one man. Words of a name stand in
any order. An initial asked for is found in a name whose word begins with it, and a
whole word asked for is found in a name that has only its initial; but one word at
least must be there whole, or every М.О. would be every other.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.text import Term, analyse_word, analyse_words
from storage.query import Word

_MARK = "·"
"""Stands before a letter with which a whole word of a name begins: М. was printed, ·м was not."""

Groups = tuple[tuple[Word, ...], ...]


def name_terms(name: str) -> tuple[Term, ...]:
    """The terms that a name is found by: its words and what each whole one begins with."""
    return tuple(_with_beginnings(name))


def _with_beginnings(name: str) -> Iterator[Term]:
    for placed in analyse_words([name]):
        yield placed.term
        if not _is_initial(placed.term):
            yield _marked(_initial(placed.term))


def asked_name(text: str, *, only_exact: bool = False) -> Groups:
    """What a name must hold, group by group; nothing if `text` has no letter or digit."""
    terms = [placed.term for placed in analyse_words([text])]
    whole = tuple(word_of(term, only_exact=only_exact) for term in terms if not _is_initial(term))
    groups = tuple(
        tuple(word_of(each, only_exact=only_exact) for each in _matches(term)) for term in terms
    )
    return (*groups, whole) if whole else groups


def _matches(term: Term) -> tuple[Term, Term]:
    if _is_initial(term):
        return term, _marked(term)
    return term, _initial(term)


def word_of(term: Term, *, only_exact: bool = False) -> Word:
    """A term as it is asked for."""
    return Word(term.exact, term.kk, term.ru, term.skeleton, only_exact=only_exact)


def _is_initial(term: Term) -> bool:
    return len(term.exact) == 1


def _initial(term: Term) -> Term:
    letter = term.exact[0]
    return analyse_word(letter) or Term(letter, letter, letter, letter)


def _marked(initial: Term) -> Term:
    streams = (initial.exact, initial.kk, initial.ru, initial.skeleton)
    return Term(*(_MARK + each for each in streams))
