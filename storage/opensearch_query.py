"""How is our Query told to OpenSearch, and its answer read? Pure: values to values.

As in tantivy a clause is a dis_max over the streams, and filters add nothing to
a score. https://docs.opensearch.org/latest/query-dsl/ has the words used here.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyroaring import BitMap

from storage.index_columns import (
    BOOSTS,
    FIELD_WORTH,
    NEAR,
    NEAR_WORTH,
    ORDER_FIELDS,
    RARITY,
    TIE_BREAKER,
    document_id,
    kind_and_key,
    read_facets,
    text_field,
)
from storage.opensearch_schema import Body
from storage.query import (
    FARTHEST,
    MOST_VALUES,
    MOST_WORKS,
    Clause,
    Field,
    Found,
    FoundDocument,
    InField,
    Kind,
    Narrowing,
    Order,
    Phrase,
    Query,
    Search,
    Span,
    Visible,
    Word,
    Years,
    neighbours,
)

FEW = 1_000
"""So many values are listed; more are sent as a bitmap."""

_LONG_SPAN = 2_000
"""A span from here on is asked for by its ends."""

_MOST_SPANS = 200
"""A question has at most 1,024 clauses; more spans than these go into the bitmap."""

_K1_PLUS_1 = 2.2
"""Lucene leaves this constant factor out of BM25, tantivy does not."""

_SIZES = dict.fromkeys(("language", "type", "year", "collection"), MOST_VALUES)
_FACETS = {
    name: {"terms": {"field": name, "size": size}}
    for name, size in {**_SIZES, "work": MOST_WORKS}.items()
}


def request(search: Search, seconds: int) -> Body:
    """The body of a search that may take so long.

    Equally good pages come by number, so that paging is right whichever copy answers.
    """
    order: list[object] = [{"document": "asc"}]
    first = "_score" if search.order is Order.RELEVANCE else ORDER_FIELDS[search.order]
    order.insert(0, {first: "desc" if search.order is Order.RELEVANCE else "asc"})
    start = min(search.offset, FARTHEST)
    return {
        "query": _asked_and_seen(search),
        "sort": order,
        "from": start,
        "size": max(min(search.limit, FARTHEST - start), 0),
        "docvalue_fields": ["document", "work", "unit"],
        "_source": False,
        "track_total_hits": True,
        "timeout": f"{seconds}s",
        **({"aggs": _FACETS} if search.facets else {}),
    }


def _asked_and_seen(search: Search) -> Body:
    """The whole question: what is wanted, chosen and visible."""
    if not search.query.all_of:
        return {"match_none": {}}
    unwanted = [_clause(search.kind, clause) for clause in search.query.none_of]
    return {
        "bool": {
            "must": list(_asked(search.kind, search.query)),
            "should": list(_near(search)),
            "filter": list(_narrowed(search.narrowing)),
            "must_not": [*unwanted, *_hidden(search.visible)],
        }
    }


def _asked(kind: Kind, query: Query) -> Iterator[Body]:
    for group in query.all_of:
        yield _any_of([_clause(kind, clause) for clause in group])


def _near(search: Search) -> Iterator[Body]:
    """What pages are worth more by: words that stand near one another in any order."""
    if search.kind is Kind.PAGE and search.order is Order.RELEVANCE:
        for pair in neighbours(search.query):
            stream = "exact" if any(word.only_exact for word in pair) else "skeleton"
            terms = " ".join(getattr(word, stream) for word in pair)
            name = text_field(search.kind, stream)
            near = {"match_phrase": {name: {"query": terms, "slop": NEAR}}}
            yield _constant(near, NEAR_WORTH)


def _constant(query: Body, worth: float) -> Body:
    return {"constant_score": {"filter": query, "boost": worth / _K1_PLUS_1}}


def _narrowed(narrowing: Narrowing) -> Iterator[Body]:
    chosen: dict[str, Collection[Any]] = {
        "language": narrowing.languages,
        "type": narrowing.types,
        "collection": narrowing.collections,
        "work": () if narrowing.work is None else (narrowing.work,),
    }
    for field, values in chosen.items():
        if values:
            yield {"terms": {field: sorted(values)}}
    if narrowing.first_year is not None or narrowing.last_year is not None:
        yield _years(narrowing.first_year, narrowing.last_year)


def _years(first: int | None, last: int | None) -> Body:
    ends = {"gte": first, "lte": last}
    return {"range": {"year": {end: year for end, year in ends.items() if year is not None}}}


def _hidden(visible: Visible) -> Iterator[Body]:
    """What this requester may not search. An unknown, newer unit is hidden."""
    yield {"range": {"unit": {"gt": visible.newest_unit}}}
    yield from _within("unit", visible.closed_units)
    stale = BitMap(document_id(Kind.PAGE, page) for page in visible.stale_pages)
    yield from _one_of("document", stale)


def _within(field: str, spans: Sequence[Span]) -> Iterator[Body]:
    """Documents whose value lies in one of the spans."""
    by_ends = [span for span in spans if span[1] - span[0] >= _LONG_SPAN][:_MOST_SPANS]
    for first, last in by_ends:
        yield {"range": {field: {"gte": first, "lte": last}}}
    values = BitMap()
    for first, last in set(spans).difference(by_ends):
        values.add_range(first, last + 1)
    yield from _one_of(field, values)


def _one_of(field: str, values: BitMap) -> Iterator[Body]:
    if len(values) > FEW:
        values.run_optimize()
        told = base64.b64encode(values.serialize()).decode()
        yield {"terms": {field: [told], "value_type": "bitmap"}}
    elif values:
        yield {"terms": {field: list(values)}}


def _clause(kind: Kind, clause: Clause) -> Body:
    if isinstance(clause, Years):
        # documents of both kinds have a year
        asked = [{"term": {"kind": str(kind)}}, _years(clause.first, clause.last)]
        return {"bool": {"filter": asked}}
    if isinstance(clause, InField):
        groups = [_any_of([_words(kind, each, clause.field) for each in g]) for g in clause.all_of]
        return {"bool": {"must" if kind is Kind.WORK else "filter": groups}}
    return _words(kind, clause)


def _words(kind: Kind, clause: Word | Phrase, field: Field | None = None) -> Body:
    if isinstance(clause, Phrase):
        return _phrase(kind, clause.words, field)
    if clause.prefix:
        return _prefix(kind, clause, field)
    return _phrase(kind, (clause,), field)


def _phrase(kind: Kind, words: Sequence[Word], field: Field | None) -> Body:
    """Words in a row, in one stream; one word is a row of one."""
    streams = ("exact",) if any(word.only_exact or word.prefix for word in words) else tuple(BOOSTS)
    rows = {stream: [getattr(word, stream) for word in words] for stream in streams}
    if kind is Kind.WORK:
        return _best_of(
            part
            for place in _places(field)
            for stream, terms in rows.items()
            for part in _steady(stream, terms, place)
        )
    return _best_of(
        _row(text_field(kind, stream, field), terms, BOOSTS[stream])
        for stream, terms in rows.items()
    )


def _places(field: Field | None) -> Sequence[Field | None]:
    """Where in a description to look."""
    return (field,) if field else tuple(FIELD_WORTH)


def _steady(stream: str, terms: Sequence[str], place: Field | None) -> Iterator[Body]:
    """Worth about the same however rare it is."""
    name, worth = text_field(Kind.WORK, stream, place), BOOSTS[stream] * FIELD_WORTH[place]
    yield _constant(_row(name, terms, 1.0), worth)
    yield _row(name, terms, worth * RARITY)


def _row(name: str, terms: Sequence[str], boost: float) -> Body:
    if len(terms) == 1:
        return {"term": {name: {"value": terms[0], "boost": boost}}}
    # the field's analyser parts them at the spaces again
    return {"match_phrase": {name: {"query": " ".join(terms), "boost": boost}}}


def _prefix(kind: Kind, word: Word, field: Field | None) -> Body:
    """All words that begin so; the word itself ranks higher."""
    parts = [_phrase(kind, [word], field)]
    for place in _places(field) if kind is Kind.WORK else (field,):
        any_ending = {"prefix": {text_field(kind, "exact", place): word.exact}}
        parts.append(_constant(any_ending, FIELD_WORTH[place] if kind is Kind.WORK else 1.0))
    return _best_of(parts)


def _any_of(queries: Sequence[Body]) -> Body:
    return queries[0] if len(queries) == 1 else {"bool": {"should": list(queries)}}


def _best_of(queries: Iterable[Body]) -> Body:
    return {"dis_max": {"queries": list(queries), "tie_breaker": TIE_BREAKER}}


def read_found(answer: Mapping[str, Any], search: Search) -> Found:
    """What an answer to `request` says."""
    scored = search.order is Order.RELEVANCE
    documents = tuple(
        _document(hit["fields"], float(hit["_score"]) * _K1_PLUS_1 if scored else 0.0)
        for hit in answer["hits"]["hits"]
    )
    facets = read_facets(answer["aggregations"]) if search.facets else None
    return Found(documents, int(answer["hits"]["total"]["value"]), facets)


def _document(fields: Mapping[str, Sequence[int]], score: float) -> FoundDocument:
    kind, key = kind_and_key(fields["document"][0])
    page = key if kind is Kind.PAGE else None
    return FoundDocument(fields["work"][0], page, fields["unit"][0], score)
