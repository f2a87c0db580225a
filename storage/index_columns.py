"""What do the indexes of all engines have in common: columns, numbers and weights?

Descriptions and pages have text fields of their own, so that one kind costs a
search of the other nothing and neither changes what is rare in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from storage.errors import Broken
from storage.query import Facets, Field, Kind, Order
from storage.search import Document

_Value = TypeVar("_Value", str, int)

BOOSTS = {"exact": 4.0, "kk": 2.0, "ru": 2.0, "skeleton": 1.0}
"""What a match in each stream is worth; a clause counts by its best stream."""

TIE_BREAKER = 0.1
"""What the other streams of a clause add."""

STREAMS = tuple(BOOSTS)

FIELD_WORTH: Mapping[Field | None, float] = {None: 0.25, Field.TITLE: 1.0, Field.AUTHOR: 1.0}
"""What it is worth where in a description a word stands: in the title, or say in a folder's."""

RARITY = 0.01
"""How much it tells in a description that a word is rare and the title short: it parts equals."""

NEAR, NEAR_WORTH = 4, 4.0
"""So many moves apart two words are near (to change places are two); what that is worth.

One number for near and side by side: the engines do not weigh distances alike.
"""


def description_score(groups: int) -> float:
    """The least that a work's document is worth whose title has so many words as typed."""
    return BOOSTS["exact"] * max(1, groups)


# Row ids of works and pages share one column: twice the id, one more for a page.
_IS_PAGE = {Kind.WORK: 0, Kind.PAGE: 1}
_KINDS = (Kind.WORK, Kind.PAGE)

_UNDATED = 9_999
_WORK_BITS, _SEQUENCE_BITS = 28, 20
ORDER_FIELDS = {
    Order.YEAR_ASCENDING: "oldest_first",
    Order.YEAR_DESCENDING: "newest_first",
    Order.SEQUENCE: "place",
}


def text_field(kind: Kind, stream: str, field: Field | None = None) -> str:
    """Where one stream of one kind of document is: of all its words, or of a field's."""
    return f"{kind}_{field}_{stream}" if field else f"{kind}_{stream}"


def text_fields() -> Iterator[str]:
    """All that hold terms."""
    for kind in Kind:
        for field in (None, *Field):
            yield from (text_field(kind, stream, field) for stream in STREAMS)


def document_id(kind: Kind, key: int) -> int:
    """One number for a document of either kind."""
    return 2 * key + _IS_PAGE[kind]


def kind_and_key(document: int) -> tuple[Kind, int]:
    """The inverse of `document_id`."""
    return _KINDS[document % 2], document // 2


def fields_of(document: Document) -> dict[str, object]:
    """A Document as the fields of an index; facts that are not known are left out.

    Raises:
        Broken: ``unknown-stream``; an engine would drop its words without a word.
    """
    streams: dict[str, str] = {}
    for field, told in ((None, document.streams), *document.fields.items()):
        unknown = told.keys() - set(STREAMS)
        if unknown:
            raise Broken("unknown-stream", stream=min(unknown))
        streams |= {text_field(document.kind, name, field): terms for name, terms in told.items()}
    fields = {
        **fields_of_gone(document.kind, document.key, document.revision),
        "kind": str(document.kind),
        "work": document.work,
        "unit": document.unit,
        "year": document.year,
        "collection": list(document.collections),
        "language": document.language or None,
        "type": document.type or None,
        **_order_columns(document),
        **streams,
    }
    return {name: value for name, value in fields.items() if value is not None}


def fields_of_gone(kind: Kind, key: int, revision: int) -> dict[str, object]:
    """What stays of a document that was removed: without words it is found by nobody, but
    an older revision that comes late finds its place taken.
    """
    return {"document": document_id(kind, key), "revision": revision}


def _order_columns(document: Document) -> dict[str, int]:
    """Integers to sort by, all ascending; undated documents are last in each."""
    work = document.work % (1 << _WORK_BITS)
    place = work << _SEQUENCE_BITS | document.sequence % (1 << _SEQUENCE_BITS)
    year = document.year
    shift = _WORK_BITS + _SEQUENCE_BITS
    return {
        "place": place,
        "oldest_first": (_UNDATED if year is None else year) << shift | place,
        "newest_first": (_UNDATED if year is None else _UNDATED - 1 - year) << shift | place,
    }


def read_facets(counted: Mapping[str, Any]) -> Facets:
    """The facets of an answer, in the form of both engines: buckets with a key and a count."""
    return Facets(
        languages=_buckets(counted, "language", str),
        types=_buckets(counted, "type", str),
        years=_buckets(counted, "year", int),
        collections=_buckets(counted, "collection", int),
        works=_buckets(counted, "work", int),
    )


def _buckets(counted: Mapping[str, Any], name: str, as_type: type[_Value]) -> dict[_Value, int]:
    return {as_type(bucket["key"]): bucket["doc_count"] for bucket in counted[name]["buckets"]}
