"""What the search index is told of a work and of a page, and with which schema.

Two kinds of document (design §3.7): a Work's description, found by the act
`discover`, and a Page's words, found by `search`. Neither holds a rights date or
a verdict, only the id of its rights unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.author_names import name_terms
from archive.page_words import PageWords
from archive.text.analyser import ANALYSER_VERSION, analyse_words
from archive.text.terms import Term
from storage.query import Field, Kind
from storage.search import Document, SearchSchema

STREAMS = ("exact", "kk", "ru", "skeleton")

# The first number is raised when a field is added or means something else.
SEARCH_SCHEMA = SearchSchema(version=f"3-{ANALYSER_VERSION}")


@dataclass(frozen=True, slots=True)
class Described:
    """The facts of a work that its pages can be narrowed by.

    `titles` are title and subtitle, `authors` every form of every author's name.
    """

    work: int
    language: str
    type: str
    year: int | None
    collections: Sequence[int]
    titles: Sequence[str] = ()
    authors: Sequence[str] = ()

    def fields(self) -> Mapping[Field, Mapping[str, str]]:
        """The terms of the title and of the authors' names."""
        titles = [placed.term for placed in analyse_words(self.titles)]
        authors = [term for name in self.authors for term in name_terms(name)]
        return {Field.TITLE: _streams(titles), Field.AUTHOR: _streams(authors)}


def _streams(terms: Sequence[Term]) -> Mapping[str, str]:
    return {stream: " ".join([getattr(term, stream) for term in terms]) for stream in STREAMS}


def work_document(
    described: Described, terms: Iterable[Term], *, revision: int, unit: int
) -> Document:
    """The document of a work's description."""
    return Document(
        kind=Kind.WORK,
        key=described.work,
        revision=revision,
        work=described.work,
        unit=unit,
        streams=_streams(list(terms)),
        language=described.language,
        type=described.type,
        year=described.year,
        collections=described.collections,
        fields=described.fields(),
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
        fields=described.fields(),
    )
