"""How is our Query told to tantivy, and its answer read?

A clause is a dis_max over the streams: a page counts by its best stream, with a
little for the others. In a description it counts where a word stands, and hardly
how rare it is, so that its score can be set against any page's. Filters are
wrapped so that they add nothing to a score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import tantivy

from storage.index_columns import (
    BOOSTS,
    FIELD_WORTH,
    NEAR,
    NEAR_WORTH,
    RARITY,
    TIE_BREAKER,
    document_id,
    text_field,
)
from storage.query import (
    MOST_VALUES,
    MOST_WORKS,
    Clause,
    Field,
    InField,
    Kind,
    Narrowing,
    Phrase,
    Query,
    Search,
    Span,
    Visible,
    Word,
    Years,
    neighbours,
)

_SIZES = dict.fromkeys(("language", "type", "year", "collection"), MOST_VALUES)
FACETS = {
    name: {"terms": {"field": name, "size": size}}
    for name, size in {**_SIZES, "work": MOST_WORKS}.items()
}

_LONG_SPAN = 2_000
"""A span from here on costs less to ask for than its values: it looks at every document once."""

_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_Part = tuple[tantivy.Occur, tantivy.Query]


class Translator:
    """Translates questions about one kind of document in one index."""

    def __init__(self, schema: tantivy.Schema, kind: Kind, *, scored: bool = True) -> None:
        self._schema = schema
        self._kind = kind
        # Equal exact forms have equal stems, so the exact stream adds nothing to
        # what is found, only to how it is ranked.
        self._streams = tuple(BOOSTS) if scored else tuple(BOOSTS)[1:]
        self._scored = scored

    def search(self, search: Search) -> tantivy.Query:
        """The whole question: what is wanted, chosen and visible."""
        if not search.query.all_of:
            return tantivy.Query.empty_query()
        return tantivy.Query.boolean_query(
            [
                *self._asked(search.query),
                *self._narrowed(search.narrowing),
                *self._hidden(search.visible),
            ]
        )

    def _one_of(self, field: str, values: Sequence[int] | Sequence[str]) -> tantivy.Query:
        """Documents with one of these values, without effect on the score."""
        return _unscored(tantivy.Query.term_set_query(self._schema, field, values))

    def _asked(self, query: Query) -> Iterator[_Part]:
        for group in query.all_of:
            clauses = [self._clause(clause) for clause in group]
            yield _MUST, clauses[0] if len(clauses) == 1 else _any_of(clauses)
        for clause in query.none_of:
            yield _MUST_NOT, self._clause(clause)
        if self._scored and self._kind is Kind.PAGE:
            yield from ((_SHOULD, self._near(pair)) for pair in neighbours(query))

    def _narrowed(self, narrowing: Narrowing) -> Iterator[_Part]:
        if narrowing.languages:
            yield _MUST, self._one_of("language", sorted(narrowing.languages))
        if narrowing.types:
            yield _MUST, self._one_of("type", sorted(narrowing.types))
        if narrowing.collections:
            yield _MUST, self._one_of("collection", sorted(narrowing.collections))
        if narrowing.work is not None:
            yield _MUST, self._one_of("work", [narrowing.work])
        if narrowing.first_year is not None or narrowing.last_year is not None:
            yield _MUST, _unscored(self._between("year", narrowing.first_year, narrowing.last_year))

    def _hidden(self, visible: Visible) -> Iterator[_Part]:
        """What this requester may not search. An unknown, newer unit is hidden."""
        first, closed = visible.newest_unit + 1, visible.closed_units
        if closed and closed[-1][1] == visible.newest_unit:
            # The newest records seldom have a basis yet: what is newer follows on them.
            first, closed = closed[-1][0], closed[:-1]
        yield _MUST_NOT, self._between("unit", first, None)
        yield from ((_MUST_NOT, query) for query in self._within("unit", closed))
        if visible.stale_pages:
            pages = [document_id(Kind.PAGE, page) for page in sorted(visible.stale_pages)]
            yield _MUST_NOT, self._one_of("document", pages)

    def _within(self, field: str, spans: Sequence[Span]) -> Iterator[tantivy.Query]:
        """Documents whose value lies in one of the spans: long ones asked for as such."""
        for first, last in spans:
            if last - first >= _LONG_SPAN:
                yield self._between(field, first, last)
        few = (range(first, last + 1) for first, last in spans if last - first < _LONG_SPAN)
        if values := list(chain.from_iterable(few)):
            yield self._one_of(field, values)

    def _between(self, field: str, lowest: int | None, highest: int | None) -> tantivy.Query:
        return tantivy.Query.range_query(
            self._schema, field, tantivy.FieldType.Integer, lowest, highest
        )

    def _clause(self, clause: Clause) -> tantivy.Query:
        if isinstance(clause, Years):
            # documents of both kinds have a year
            years = self._between("year", clause.first, clause.last)
            return _unscored(_all_of([self._one_of("kind", [str(self._kind)]), years]))
        if isinstance(clause, InField):
            asked = _all_of([self._in_field(group, clause.field) for group in clause.all_of])
            return asked if self._kind is Kind.WORK else _unscored(asked)
        return self._words(clause)

    def _in_field(self, group: Sequence[Word | Phrase], field: Field) -> tantivy.Query:
        return _any_of([self._words(each, field) for each in group])

    def _words(self, clause: Word | Phrase, field: Field | None = None) -> tantivy.Query:
        if isinstance(clause, Phrase):
            return self._phrase(clause.words, field)
        if clause.prefix:
            return self._prefix(clause, field)
        return self._phrase((clause,), field)

    def _phrase(self, words: Sequence[Word], field: Field | None) -> tantivy.Query:
        """Words in a row, in one stream; one word is a row of one."""
        streams = (
            ("exact",) if any(word.only_exact or word.prefix for word in words) else self._streams
        )
        rows = [(stream, [getattr(word, stream) for word in words]) for stream in streams]
        if self._kind is Kind.WORK:
            return _best_of(
                part
                for place in _places(field)
                for stream, terms in rows
                for part in _steady(
                    self._row(stream, terms, place), BOOSTS[stream] * FIELD_WORTH[place]
                )
            )
        boost = tantivy.Query.boost_query
        return _best_of(
            boost(self._row(stream, terms, field), BOOSTS[stream]) for stream, terms in rows
        )

    def _near(self, words: tuple[Word, Word]) -> tantivy.Query:
        """Words that stand near one another in any order, without regard to how rare they are."""
        stream = "exact" if any(word.only_exact for word in words) else "skeleton"
        name, terms = text_field(self._kind, stream), [getattr(word, stream) for word in words]
        near = tantivy.Query.phrase_query(self._schema, name, list(terms), NEAR)
        return tantivy.Query.const_score_query(near, NEAR_WORTH)

    def _row(self, stream: str, terms: list[str], field: Field | None) -> tantivy.Query:
        name = text_field(self._kind, stream, field)
        # tantivy panics at a phrase of one term
        if len(terms) == 1:
            return tantivy.Query.term_query(self._schema, name, terms[0])
        return tantivy.Query.phrase_query(self._schema, name, list(terms))

    def _prefix(self, word: Word, field: Field | None) -> tantivy.Query:
        """All words that begin so; the word itself ranks higher."""
        const, pattern = tantivy.Query.const_score_query, re.escape(word.exact) + ".*"
        parts = [self._phrase([word], field)]
        for place in _places(field) if self._kind is Kind.WORK else (field,):
            name = text_field(self._kind, "exact", place)
            any_ending = tantivy.Query.regex_query(self._schema, name, pattern)
            worth = FIELD_WORTH[place] if self._kind is Kind.WORK else 1.0
            parts.append(const(any_ending, worth))
        return _best_of(parts)


def _places(field: Field | None) -> Sequence[Field | None]:
    """Where in a description to look."""
    return (field,) if field else tuple(FIELD_WORTH)


def _steady(query: tantivy.Query, worth: float) -> Iterator[tantivy.Query]:
    """Worth about the same however rare it is."""
    yield tantivy.Query.const_score_query(query, worth)
    yield tantivy.Query.boost_query(query, worth * RARITY)


def _best_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.disjunction_max_query(list(queries), TIE_BREAKER)


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
