"""Which fields a tantivy index has, and how a Document fills them.

Descriptions and pages have text fields of their own, so that one kind costs a
search of the other nothing and neither changes what is rare in the other.
Integers must be `add_integer_field`: a term made from a Python int is signed.
"""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from storage.errors import Broken
from storage.query import Kind, Order
from storage.search import Document

STREAMS = ("exact", "kk", "ru", "skeleton")

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
_INTEGERS = ("document", "revision", "work", "unit", "year", "collection", *ORDER_FIELDS.values())
_WORDS = ("language", "type")


def text_field(kind: Kind, stream: str) -> str:
    """The field that holds one stream of one kind of document."""
    return f"{kind}_{stream}"


def document_id(kind: Kind, key: int) -> int:
    """One number for a document of either kind."""
    return 2 * key + _IS_PAGE[kind]


def kind_and_key(document: int) -> tuple[Kind, int]:
    """The inverse of `document_id`."""
    return _KINDS[document % 2], document // 2


def build_schema() -> tantivy.Schema:
    """The fields of an index."""
    builder = tantivy.SchemaBuilder()
    for kind in Kind:
        for stream in STREAMS:
            builder.add_text_field(text_field(kind, stream), tokenizer_name="whitespace")
    for name in _INTEGERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in _WORDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def to_tantivy(document: Document, schema: tantivy.Schema) -> tantivy.Document:
    """A Document as the fields of the index; facts that are not known are left out.

    Raises:
        Broken: ``unknown-stream``; tantivy would drop its words without a word.
    """
    unknown = document.streams.keys() - set(STREAMS)
    if unknown:
        raise Broken("unknown-stream", stream=min(unknown))
    streams = {text_field(document.kind, name): terms for name, terms in document.streams.items()}
    fields = {
        "document": document_id(document.kind, document.key),
        "revision": document.revision,
        "work": document.work,
        "unit": document.unit,
        "year": document.year,
        "collection": list(document.collections),
        "language": document.language or None,
        "type": document.type or None,
        **_order_columns(document),
        **streams,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return tantivy.Document.from_dict(known, schema)


def newest_of(documents: Iterable[Document]) -> dict[int, Document]:
    """The newest revision of each document, by its number."""
    newest: dict[int, Document] = {}
    for document in documents:
        number = document_id(document.kind, document.key)
        held = newest.get(number)
        if held is None or held.revision <= document.revision:
            newest[number] = document
    return newest


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
