"""What may be asked of a search index, in our own few words.

No engine's query language leaks upwards: `archive` builds these values, each
engine translates them. A clause is matched in the four parallel term streams of
`archive.text`; the ranking is exact > kk, ru > skeleton (dis_max).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby, pairwise


@dataclass(frozen=True, slots=True)
class Word:
    """One word in its four streams; `only_exact` leaves the other three out.

    With `prefix`, every word whose exact form begins with `exact` matches, and
    the other streams are left out; in a Phrase `prefix` has no meaning.
    """

    exact: str
    kk: str
    ru: str
    skeleton: str
    only_exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words at consecutive positions, all matched in one and the same stream."""

    words: tuple[Word, ...]


class Field(StrEnum):
    """A part of a work's description that can be asked for by itself."""

    TITLE = "title"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class InField:
    """For each group, the title or the author's name holds one of its words or phrases.

    A page has the title and the author of its work. On pages it adds nothing to a score.
    """

    field: Field
    all_of: tuple[tuple[Word | Phrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """The work is of one of these years, both ends included; None is without end."""

    first: int | None
    last: int | None


Clause = Word | Phrase | InField | Years


@dataclass(frozen=True, slots=True)
class Query:
    """Every group must match by one of its clauses; no clause of `none_of` may.

    Without groups nothing is found: what is unwanted alone is no question.
    """

    all_of: tuple[tuple[Clause, ...], ...] = ()
    none_of: tuple[Clause, ...] = ()

    @property
    def asks_for_words(self) -> bool:
        """Whether words of the text are wanted, not only a title, an author or years."""
        return any(isinstance(each, Word | Phrase) for group in self.all_of for each in group)


MOST_NEAR = 5
"""In a longer question one has pasted a sentence; to look for its words side by side costs."""


def neighbours(query: Query) -> tuple[tuple[Word, Word], ...]:
    """Words that were typed one after another, as far as where they stand should count."""
    words = [group[0] if len(group) == 1 else None for group in query.all_of]
    plain = [word if isinstance(word, Word) and not word.prefix else None for word in words]
    pairs = pairwise(plain) if len(plain) <= MOST_NEAR else ()
    return tuple((one, other) for one, other in pairs if one and other)


Span = tuple[int, int]
"""All whole numbers from the first to the last."""


def spans(numbers: Iterable[int]) -> tuple[Span, ...]:
    """These numbers as the fewest spans, in order."""
    ordered = sorted(set(numbers))
    # what follows on the number before it keeps its distance from its place in the row
    rows = groupby(enumerate(ordered), key=lambda placed: placed[1] - placed[0])
    together = ([number for _, number in row] for _, row in rows)
    return tuple((row[0], row[-1]) for row in together)


@dataclass(frozen=True, slots=True)
class Visible:
    """Which rights units may be matched at all (design 3.9).

    A document is visible if its unit is not newer than `newest_unit`, is not in
    `closed_units` (spans: thousands of catalogue records without a basis come in
    a row), and its page is not in `stale_pages` (pages whose unit has
    changed since they were indexed).
    """

    newest_unit: int
    closed_units: tuple[Span, ...] = ()
    stale_pages: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The facets a reader chose; empty means all. Years are inclusive."""

    languages: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    collections: frozenset[int] = frozenset()
    first_year: int | None = None
    last_year: int | None = None
    work: int | None = None


FARTHEST = 10_000
"""How far into a result one may page."""


class Kind(StrEnum):
    """A work is found by its description, a page by its words."""

    WORK = "work"
    PAGE = "page"


class Order(StrEnum):
    """How found documents are ordered.

    Documents without a year come last in both orders by year; within a year, and
    by SEQUENCE, they stand by work and then by the page's place in it.
    """

    RELEVANCE = "relevance"
    YEAR_ASCENDING = "year"
    YEAR_DESCENDING = "-year"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Search:
    """One question to the index; `limit` and `offset` count documents.

    No engine goes deeper than FARTHEST documents into a result; beyond it the
    list is empty, the count still right.
    """

    query: Query
    kind: Kind
    visible: Visible
    narrowing: Narrowing = field(default_factory=Narrowing)
    order: Order = Order.RELEVANCE
    limit: int = 20
    offset: int = 0
    facets: bool = False


MOST_VALUES = 1_000
MOST_WORKS = 10_000


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """`page` is None for a document of kind WORK; `score` is 0.0 unless by relevance."""

    work: int
    page: int | None
    unit: int
    score: float


@dataclass(frozen=True, slots=True)
class Facets:
    """Number of matching documents for each value; all over the visible set.

    Every value is counted, but no more than the most frequent MOST_VALUES of a
    facet, MOST_WORKS of `works`.
    """

    languages: Mapping[str, int]
    types: Mapping[str, int]
    years: Mapping[int, int]
    collections: Mapping[int, int]
    works: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The documents asked for, how many there are in all, and their facets."""

    documents: tuple[FoundDocument, ...]
    count: int
    facets: Facets | None = None
