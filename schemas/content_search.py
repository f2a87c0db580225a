"""How are the places where a word was found in one book told to a IIIF viewer?

Content Search API 2.0 (https://iiif.io/api/search/2.0/), and 1.0
(https://iiif.io/api/search/1.0/) for the viewers that know no other: each box
of a hit is one annotation, so a hit over a line end has two. Autocomplete is part
of the same specifications.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.words import Box
from schemas.iiif_addresses import IiifAddresses, Version

Json = dict[str, Any]

_CONTEXT_2 = "http://iiif.io/api/search/2/context.json"
_CONTEXT_1 = "http://iiif.io/api/search/1/context.json"
_PRESENTATION_2 = "http://iiif.io/api/presentation/2/context.json"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One place where the query was found; boxes, at least one, in px of the canvas `page`."""

    page: str
    boxes: tuple[Box, ...]
    before: str
    exact: str
    after: str


@dataclass(frozen=True, slots=True)
class HitPage:
    """One page of the hits of a query in one work.

    `number` and `last` count pages from 1; `hits_before` and `boxes_before` are
    what earlier pages hold, the totals what all pages hold. `ignored` are the
    parameters of the request that were not taken into account.
    """

    work: str
    q: str
    hits: Sequence[SearchHit]
    total_hits: int
    total_boxes: int
    number: int = 1
    last: int = 1
    hits_before: int = 0
    boxes_before: int = 0
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that would complete what was typed, and how often the work has it."""

    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Completions:
    """The answer to what was typed in one work; `ignored` as in `HitPage`."""

    work: str
    q: str
    words: Sequence[Completion]
    ignored: Sequence[str] = ()


# Version 2 ---------------------------------------------------------------------


def search_answer_2(found: HitPage, addresses: IiifAddresses) -> Json:
    """Return the AnnotationPage of Content Search 2.0 for one page of hits."""
    marks = list(_marks(2, found, addresses))
    answer = {
        "@context": _CONTEXT_2,
        "id": _page_address(2, found, found.number, addresses),
        "type": "AnnotationPage",
        **(_paging_2(found, addresses) if found.last > 1 else {}),
        **({"ignored": list(found.ignored)} if found.ignored else {}),
        "items": [
            _annotation_2(address, hit, box, found.work, addresses)
            for hit, addressed in marks
            for address, box in addressed
        ],
    }
    if marks:
        about = [note for hit, addressed in marks for note in _notes_2(hit, addressed)]
        answer["annotations"] = [{"type": "AnnotationPage", "items": about}]
    return answer


def _annotation_2(
    address: str, hit: SearchHit, box: Box, work: str, addresses: IiifAddresses
) -> Json:
    return {
        "id": address,
        "type": "Annotation",
        "motivation": "supplementing",
        "body": {"type": "TextualBody", "value": hit.exact, "format": "text/plain"},
        "target": addresses.region(work, hit.page, box),
    }


def _notes_2(hit: SearchHit, addressed: Sequence[tuple[str, Box]]) -> Iterator[Json]:
    """The words around the hit ("Match Context" in the specification) and, if it has
    several boxes, which annotations are one hit ("Multi-Annotation Matches")."""
    first = addressed[0][0]
    quoted = {
        "type": "TextQuoteSelector",
        "prefix": hit.before,
        "exact": hit.exact,
        "suffix": hit.after,
    }
    targets = [
        {"type": "SpecificResource", "source": address, "selector": [quoted]}
        for address, _ in addressed
    ]
    yield {
        "id": f"{first}-context",
        "type": "Annotation",
        "motivation": "contextualizing",
        "target": targets[0],
    }
    if len(targets) > 1:
        yield {
            "id": f"{first}-whole",
            "type": "Annotation",
            "motivation": "highlighting",
            "target": targets,
        }


def _paging_2(found: HitPage, addresses: IiifAddresses) -> Json:
    def page(number: int) -> Json:
        return {"id": _page_address(2, found, number, addresses), "type": "AnnotationPage"}

    collection = {
        "id": addresses.search(2, found.work, q=found.q),
        "type": "AnnotationCollection",
        "total": found.total_boxes,
        "first": page(1),
        "last": page(found.last),
    }
    paging: Json = {"partOf": collection, "startIndex": found.boxes_before}
    if found.number < found.last:
        paging["next"] = page(found.number + 1)
    if found.number > 1:
        paging["prev"] = page(found.number - 1)
    return paging


def completion_answer_2(completions: Completions, addresses: IiifAddresses) -> Json:
    """Return the TermPage of Content Search 2.0."""
    return {
        "@context": _CONTEXT_2,
        "id": addresses.autocomplete(2, completions.work, q=completions.q),
        "type": "TermPage",
        **({"ignored": list(completions.ignored)} if completions.ignored else {}),
        "items": [
            {"type": "Term", "value": completion.word, "total": completion.count}
            for completion in completions.words
        ],
    }


# Version 1 ---------------------------------------------------------------------


def search_answer_1(found: HitPage, addresses: IiifAddresses) -> Json:
    """Return the sc:AnnotationList of Content Search 1.0 for one page of hits."""
    marks = list(_marks(1, found, addresses))
    return {
        "@context": [_PRESENTATION_2, _CONTEXT_1],
        "@id": _page_address(1, found, found.number, addresses),
        "@type": "sc:AnnotationList",
        "within": _layer_1(found, addresses),
        **_neighbours_1(found, addresses),
        "startIndex": found.boxes_before,
        "resources": [
            {
                "@id": address,
                "@type": "oa:Annotation",
                "motivation": "sc:painting",
                "resource": {"@type": "cnt:ContentAsText", "chars": hit.exact},
                "on": addresses.region(found.work, hit.page, box),
            }
            for hit, addressed in marks
            for address, box in addressed
        ],
        "hits": [
            {
                "@type": "search:Hit",
                "annotations": [address for address, _ in addressed],
                "match": hit.exact,
                "before": hit.before,
                "after": hit.after,
            }
            for hit, addressed in marks
        ],
    }


def _layer_1(found: HitPage, addresses: IiifAddresses) -> Json:
    layer: Json = {"@type": "sc:Layer", "total": found.total_hits}
    if found.last > 1:
        layer["first"] = _page_address(1, found, 1, addresses)
        layer["last"] = _page_address(1, found, found.last, addresses)
    if found.ignored:
        layer["ignored"] = list(found.ignored)
    return layer


def _neighbours_1(found: HitPage, addresses: IiifAddresses) -> Json:
    neighbours = {"next": found.number + 1, "prev": found.number - 1}
    return {
        name: _page_address(1, found, number, addresses)
        for name, number in neighbours.items()
        if 1 <= number <= found.last
    }


def completion_answer_1(completions: Completions, addresses: IiifAddresses) -> Json:
    """Return the search:TermList of Content Search 1.0."""
    return {
        "@context": _CONTEXT_1,
        "@id": addresses.autocomplete(1, completions.work, q=completions.q),
        "@type": "search:TermList",
        **({"ignored": list(completions.ignored)} if completions.ignored else {}),
        "terms": [
            {
                "match": completion.word,
                "url": addresses.search(1, completions.work, q=completion.word),
                "count": completion.count,
            }
            for completion in completions.words
        ],
    }


# Both ----------------------------------------------------------------------------


def _page_address(version: Version, found: HitPage, number: int, addresses: IiifAddresses) -> str:
    if found.last == 1:
        return addresses.search(version, found.work, q=found.q)
    return addresses.search(version, found.work, q=found.q, page=number)


def _marks(
    version: Version, found: HitPage, addresses: IiifAddresses
) -> Iterator[tuple[SearchHit, list[tuple[str, Box]]]]:
    """Each hit with the address of each of its boxes' annotations."""
    answer = addresses.search(version, found.work, q=found.q)
    for number, hit in enumerate(found.hits, start=found.hits_before + 1):
        yield hit, [(f"{answer}#hit-{number}-{n}", box) for n, box in enumerate(hit.boxes, 1)]
