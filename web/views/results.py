"""The results of a question: ``/search``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import starmap
from math import ceil
from typing import NamedTuple, TypeVar

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from archive import finding
from archive.broken_words import BrokenWord, known_words, with_whole_word
from archive.browsing import every_collection
from archive.finding import FARTHEST_WORK, Asking, Findings, find, spoken_units
from archive.hits import Hit, find_hits
from archive.page_words import PageWords
from archive.queries import ParsedQuery
from archive.representations import Page
from archive.rewording import FEW, also_searched, perhaps_meant
from archive.rights import Act
from archive.snippets import snippet
from archive.works import Collection
from schemas.page_words import unpack
from storage.errors import Transient
from storage.query import Facets, Narrowing, Order, Query
from web.crops import line_crops
from web.language import current_language
from web.pages.parts import Card, Pages, Piece
from web.pages.results import (
    Asked,
    Decade,
    FacetColumn,
    FacetRow,
    FoundPage,
    FoundWork,
    ResultsPage,
)
from web.portal import portal, requester
from web.showing import cards, plain_card, thumbnail

blueprint = Blueprint("results", __name__)

T = TypeVar("T", str, int)

PER_LEAF = 10
MOST_COLLECTIONS = 8
YEARS_IN_DECADE = 10


@blueprint.get("/search")
def results() -> str:
    """The works found, best first, with the printed line of each."""
    asked = Asked.from_arguments(request.args)
    parsed = portal().parsed(asked.q, only_exact=asked.exact)
    try:
        page = ResultsPage(asked) if parsed.is_empty else _found(asked, parsed)
    except Transient:
        page = ResultsPage(asked, search_down=True)
    page = replace(page, literal=parsed.literal, ignored=_words_left_out(parsed))
    return render_template("results.html", page=page)


def _words_left_out(parsed: ParsedQuery) -> tuple[str, ...]:
    """Signs without a letter are missed by nobody."""
    return tuple(part for part in parsed.ignored if any(map(str.isalnum, part)))


def _found(asked: Asked, parsed: ParsedQuery) -> ResultsPage:
    query = parsed.query
    with portal().reading() as session:
        collections = _collections(session)
        who = requester()
        asking = Asking(
            query=query,
            narrowing=narrowing_of(asked, collections),
            order=Order(asked.sort),
            requester=who,
            today=portal().today(),
            rights=portal().rights(session, who, Act.SEARCH),
        )
        first = (asked.page - 1) * PER_LEAF
        index = portal().storage.index
        findings = find(session, index, asking, first=first, limit=PER_LEAF)
        read = _read_all(session, [found.page for found in findings.works], query)
        works = _cards(session, findings.works, read)
        page = _page(asked, findings, works, read, collections)
        spoken = spoken_units(session, asking.rights)
        few = findings.page_count + findings.work_count <= FEW
        return replace(
            page,
            forms=also_searched(session, query, parsed.variants, spoken),
            meant=perhaps_meant(session, index, asking, asked.q, spoken) if few else "",
        )


class _Read(NamedTuple):
    """The words of a found page, and where on it what was asked for stands."""

    words: PageWords
    hits: tuple[Hit, ...]


def _read_all(session: Session, pages: Sequence[Page | None], query: Query) -> list[_Read | None]:
    broken = known_words(session, [page.id for page in pages if page])
    return [_read(page, broken.get(page.id), query) if page else None for page in pages]


def _read(page: Page, broken: BrokenWord | None, query: Query) -> _Read | None:
    words = with_whole_word(words_of(page), broken)
    hits = find_hits(words, query)
    return _Read(words, hits) if hits else None


def _cards(
    session: Session, works: Sequence[finding.FoundWork], read: Sequence[_Read | None]
) -> list[Card]:
    """A work found by its description is shown by its cover, others by the page found."""
    covered = [found for found, page in zip(works, read, strict=True) if page is None]
    facts = {found.work.unit_id: found.facts for found in covered}
    drawn = {each.work: each for each in cards(session, [found.work for found in covered], facts)}
    return [drawn.get(found.work.name) or plain_card(found.work, found.facts) for found in works]


def words_of(page: Page) -> PageWords:
    """The packed words of a page that has a text."""
    assert page.text is not None
    return unpack(portal().storage.blobs.read(page.text.words.content_key))


def narrowing_of(asked: Asked, collections: Mapping[str, Collection]) -> Narrowing:
    """The facets a reader chose, for the index."""
    chosen = collections.get(asked.collection)
    return Narrowing(
        languages=frozenset({asked.language} - {""}),
        types=frozenset({asked.type} - {""}),
        collections=frozenset({chosen.id} if chosen else ({-1} if asked.collection else ())),
        first_year=asked.first_year,
        last_year=asked.last_year,
    )


def _collections(session: Session) -> dict[str, Collection]:
    return {each.name: each for each in every_collection(session)}


def _page(
    asked: Asked,
    findings: Findings,
    works: Sequence[Card],
    read: Sequence[_Read | None],
    collections: Mapping[str, Collection],
) -> ResultsPage:
    rows = tuple(starmap(_row, zip(findings.works, works, read, strict=True)))
    reachable = min(findings.work_count, FARTHEST_WORK)
    chosen = collections.get(asked.collection)
    return ResultsPage(
        asked=asked,
        pages=findings.page_count,
        documents=findings.work_count,
        found=rows,
        facets=facet_column(asked, findings.facets, collections),
        paging=Pages(current=asked.page, last=max(1, ceil(reachable / PER_LEAF))),
        collection=chosen.title(current_language()) if chosen else "",
    )


def _row(found: finding.FoundWork, card: Card, read: _Read | None) -> FoundPage | FoundWork:
    if found.page is None or read is None:
        refused = found.refused
        return FoundWork(
            card,
            reason=refused.reason if refused else "",
            until=refused.until if refused else None,
            in_copyright=bool(found.facts.statement and "/InC" in found.facts.statement),
        )
    page, (words, hits) = found.page, read
    wide, narrow = line_crops(page, words, hits[0], hits)
    return FoundPage(
        card=card,
        page=page.name,
        label=page.printed_label,
        snippet=tuple(Piece(run.text, marked=run.marked) for run in snippet(words, hits)),
        thumbnail=thumbnail(page),
        crop=wide,
        narrow=narrow,
        times=len(hits),
        more=found.pages - 1,
    )


def facet_column(
    asked: Asked, facets: Facets, collections: Mapping[str, Collection]
) -> FacetColumn:
    """The facets with what was chosen, commonest first."""
    by_id = {each.id: each for each in collections.values()}
    language = current_language()
    return FacetColumn(
        languages=_rows(facets.languages, asked.language),
        types=_rows(facets.types, asked.type),
        decades=_decades(facets.years, asked),
        collections=tuple(
            FacetRow(
                by_id[number].name,
                count,
                chosen=by_id[number].name == asked.collection,
                label=by_id[number].title(language),
            )
            for number, count in _commonest(facets.collections)[:MOST_COLLECTIONS]
            if number in by_id
        ),
    )


def _rows(counts: Mapping[str, int], chosen: str) -> tuple[FacetRow, ...]:
    return tuple(
        FacetRow(value, count, chosen=value == chosen) for value, count in _commonest(counts)
    )


def _commonest(counts: Mapping[T, int]) -> list[tuple[T, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _decades(years: Mapping[int, int], asked: Asked) -> tuple[Decade, ...]:
    counts: dict[int, int] = {}
    for year, count in years.items():
        first = year - year % YEARS_IN_DECADE
        counts[first] = counts.get(first, 0) + count
    return tuple(
        Decade(
            first,
            first + YEARS_IN_DECADE - 1,
            count,
            chosen=(asked.first_year, asked.last_year) == (first, first + YEARS_IN_DECADE - 1),
        )
        for first, count in sorted(counts.items())
    )
