"""What was asked of the archive, and what the results page shows.

The address of a question holds all of it, so that results can be sent on:
``/search?q=&language=&type=&from=&to=&collection=&access=&sort=&exact=&page=``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from web.addresses import Value, search
from web.pages.parts import ONE_PAGE, Card, Crop, Image, Pages, Text

SORTS = ("relevance", "year", "-year")
_YEAR_DIGITS = 4
_LONGEST_QUESTION = 300  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the facets a reader chose; an empty value means all."""

    q: str = ""
    language: str = ""
    type: str = ""
    first_year: int | None = None
    last_year: int | None = None
    collection: str = ""
    access: str = ""
    sort: str = "relevance"
    exact: bool = False
    page: int = 1

    @classmethod
    def from_arguments(cls, given: Mapping[str, str]) -> Asked:
        """Read the address; what makes no sense is left out, never an error."""
        sort = given.get("sort", "")
        page = given.get("page", "")
        return cls(
            q=" ".join(given.get("q", "").split())[:_LONGEST_QUESTION],
            language=given.get("language", ""),
            type=given.get("type", ""),
            first_year=_year(given.get("from", "")),
            last_year=_year(given.get("to", "")),
            collection=given.get("collection", ""),
            access=given.get("access", ""),
            sort=sort if sort in SORTS else "relevance",
            exact=given.get("exact") == "1",
            page=max(1, int(page)) if page.isascii() and page.isdigit() else 1,
        )

    def arguments(self) -> dict[str, Value]:
        """The question as arguments of an address, without what is usual anyway."""
        return {
            "language": self.language,
            "type": self.type,
            "from_": self.first_year,
            "to": self.last_year,
            "collection": self.collection,
            "access": self.access,
            "sort": None if self.sort == "relevance" else self.sort,
            "exact": self.exact,
            "page": None if self.page == 1 else self.page,
        }

    def href(self, **changes: Value) -> str:
        """The address of the same question with changes, from its first page on."""
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        return search(changed.q, **changed.arguments())


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A value of a facet; `label` only where the value does not name itself."""

    value: str
    count: int
    chosen: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Decade:
    """Years `first`..`last` and how many pages were found in them."""

    first: int
    last: int
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The facets, counting only what this visitor may search.

    `access` counts works found by their description, by who may read them.
    """

    languages: tuple[FacetRow, ...] = ()
    types: tuple[FacetRow, ...] = ()
    decades: tuple[Decade, ...] = ()
    collections: tuple[FacetRow, ...] = ()
    access: tuple[FacetRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page found by its words; `times` on the page, `more` other pages of the work.

    `crop` is three printed lines, `narrow` the same cut for a phone. `hit` is
    the hit to open, counted from 1 on its page.
    """

    card: Card
    page: str
    label: str
    snippet: Text
    thumbnail: Image | None = None
    crop: Crop | None = None
    narrow: Crop | None = None
    times: int = 1
    more: int = 0
    hit: int = 1


@dataclass(frozen=True, slots=True)
class FoundWork:
    """A work found by its description alone: no extract, no count.

    `reason` says why no extract is shown (`archive.rights.Reason`), "" when the
    visitor may search it and its words simply do not hold the question.
    """

    card: Card
    reason: str = ""
    until: date | None = None
    in_copyright: bool = False


@dataclass(frozen=True, slots=True)
class WordCount:
    """One word of a question that found nothing, and where it alone is found."""

    word: str
    pages: int


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """`pages` and `documents` are counts over what this visitor may search.

    `forms` are other forms, scripts and names that were searched beside the words
    asked for; `meant` is the question that was perhaps meant, "" if none;
    `collection` is the title of the chosen collection. `literal` looked like a
    condition and was searched as plain words, `ignored` was left out.
    """

    asked: Asked
    pages: int = 0
    documents: int = 0
    found: tuple[FoundPage | FoundWork, ...] = ()
    forms: tuple[str, ...] = ()
    facets: FacetColumn = FacetColumn()
    paging: Pages = ONE_PAGE
    words: tuple[WordCount, ...] = ()
    collection: str = ""
    search_down: bool = False
    meant: str = ""
    literal: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def _year(written: str) -> int | None:
    plain = written.isascii() and written.isdigit() and len(written) <= _YEAR_DIGITS
    return int(written) if plain else None
