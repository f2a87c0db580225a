"""What the search index is told of a work and of a page, and with which schema.

Two kinds of document (design §3.7): a Work's description, found by the act
`discover`, and a Page's words, found by `search`. Neither holds a rights date or
a verdict, only the id of its rights unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.page_words import PageWords
from archive.text.analyser import ANALYSER_VERSION
from archive.text.terms import Term
from storage.query import Kind
from storage.search import Document, SearchSchema

STREAMS = ("exact", "kk", "ru", "skeleton")

# The first number is raised when a field is added or means something else.
SEARCH_SCHEMA = SearchSchema(version=f"1-{ANALYSER_VERSION}")


@dataclass(frozen=True, slots=True)
class Described:
    """The facts of a work that its pages can be narrowed by."""

    work: int
    language: str
    type: str
    year: int | None
    collections: Sequence[int]


def work_document(
    described: Described, terms: Iterable[Term], *, revision: int, unit: int
) -> Document:
    """The document of a work's description."""
    placed = list(terms)
    return Document(
        kind=Kind.WORK,
        key=described.work,
        revision=revision,
        work=described.work,
        unit=unit,
        streams={stream: " ".join(getattr(t, stream) for t in placed) for stream in STREAMS},
        language=described.language,
        type=described.type,
        year=described.year,
        collections=described.collections,
    )


def page_document(
    described: Described,
    words: PageWords,
    *,
    page: int,
    sequence: int,
    revision: int,
    unit: int,
) -> Document:
    """The document of a page's words."""
    return Document(
        kind=Kind.PAGE,
        key=page,
        revision=revision,
        work=described.work,
        unit=unit,
        streams={stream: " ".join(getattr(words, stream)) for stream in STREAMS},
        sequence=sequence,
        language=described.language,
        type=described.type,
        year=described.year,
        collections=described.collections,
    )
