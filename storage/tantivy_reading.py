"""How are documents, facets and revisions read out of a tantivy searcher?"""

from __future__ import annotations

from collections.abc import Iterator

import tantivy

from storage.index_columns import ORDER_FIELDS, kind_and_key, read_facets
from storage.query import FARTHEST, Facets, FoundDocument, Kind, Order, Search
from storage.tantivy_query import FACETS

LISTED_AT_ONCE = 50_000


def found_documents(
    searcher: tantivy.Searcher, query: tantivy.Query, search: Search
) -> tuple[tuple[FoundDocument, ...], int]:
    """The documents asked for, and how many there are in all."""
    room = min(search.limit, FARTHEST - search.offset)
    by_relevance = search.order is Order.RELEVANCE
    result = searcher.search(
        query,
        # tantivy panics at a limit of 0
        limit=max(room, 1),
        offset=min(search.offset, FARTHEST),
        order_by_field=None if by_relevance else ORDER_FIELDS[search.order],
        order=tantivy.Order.Asc,
    )
    hits = result.hits[: max(room, 0)]
    scores = [float(score) if by_relevance else 0.0 for score, _ in hits]
    addresses = [address for _, address in hits]
    columns = (_column(searcher, name, addresses) for name in ("document", "work", "unit"))
    documents = tuple(
        FoundDocument(work, _page(number), unit, score)
        for number, work, unit, score in zip(*columns, scores, strict=True)
    )
    return documents, int(result.count)  # type: ignore[attr-defined]  # not in its stub


def _page(number: int) -> int | None:
    kind, key = kind_and_key(number)
    return key if kind is Kind.PAGE else None


def found_facets(searcher: tantivy.Searcher, query: tantivy.Query) -> Facets:
    """Counts over all that match."""
    return read_facets(searcher.aggregate(query, FACETS))


def _column(
    searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]
) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values(name, addresses)]


def revisions(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> Iterator[tuple[int, int]]:
    """Number and revision of the documents that match, by number."""
    found = searcher.search(
        query, limit=limit, count=False, order_by_field="document", order=tantivy.Order.Asc
    )
    addresses = [address for _, address in found.hits]
    yield from zip(
        _column(searcher, "document", addresses),
        _column(searcher, "revision", addresses),
        strict=True,
    )


def all_revisions(searcher: tantivy.Searcher, schema: tantivy.Schema) -> Iterator[tuple[int, int]]:
    """Number and revision of every document that was not removed, a bounded list at a time."""
    last = -1
    must, kept = tantivy.Occur.Must, tantivy.Query.exists_query("work")
    while True:
        later = tantivy.Query.range_query(
            schema, "document", tantivy.FieldType.Integer, last + 1, None
        )
        query = tantivy.Query.boolean_query([(must, later), (must, kept)])
        listed = list(revisions(searcher, query, LISTED_AT_ONCE))
        yield from listed
        if len(listed) < LISTED_AT_ONCE:
            return
        last = listed[-1][0]
