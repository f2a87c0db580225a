"""Which fields a tantivy index has, and how a Document fills them.

Integers must be `add_integer_field`: a term made from a Python int is signed.
"""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from storage.index_columns import (
    ORDER_FIELDS,
    document_id,
    fields_of,
    fields_of_gone,
    kind_and_key,
    text_fields,
)
from storage.search import Document

_INTEGERS = ("document", "revision", "work", "unit", "year", "collection", *ORDER_FIELDS.values())
_WORDS = ("kind", "language", "type")


def build_schema() -> tantivy.Schema:
    """The fields of an index."""
    builder = tantivy.SchemaBuilder()
    for name in text_fields():
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in _INTEGERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in _WORDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def to_tantivy(document: Document, schema: tantivy.Schema) -> tantivy.Document:
    """A Document as tantivy takes it.

    Raises:
        Broken: ``unknown-stream``.
    """
    return tantivy.Document.from_dict(fields_of(document), schema)


def to_tantivy_gone(number: int, revision: int, schema: tantivy.Schema) -> tantivy.Document:
    """What stays of a document that was removed."""
    return tantivy.Document.from_dict(fields_of_gone(*kind_and_key(number), revision), schema)


def newest_of(documents: Iterable[Document]) -> dict[int, Document]:
    """The newest revision of each document, by its number."""
    newest: dict[int, Document] = {}
    for document in documents:
        number = document_id(document.kind, document.key)
        held = newest.get(number)
        if held is None or held.revision <= document.revision:
            newest[number] = document
    return newest
