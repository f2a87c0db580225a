"""How is a book told to any IIIF viewer?

The manifest of IIIF Presentation API 3.0 (https://iiif.io/api/presentation/3.0/)
from plain values. iiif-prezi3 checks and writes it; it has no types, so this is
the only module that touches it. Pages withheld from the audience are simply not
given to it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from iiif_prezi3 import AnnotationPageRefExtended, CanvasRef, Manifest

from schemas.iiif_addresses import IiifAddresses
from schemas.manifest_description import (
    CanvasDescription,
    LabelledValue,
    LanguageMap,
    ManifestDescription,
    Provider,
    Rendering,
)

Json = dict[str, Any]
THUMBNAIL_SIDE = 400
"""px of a thumbnail's longer side."""

_CONTEXT = [
    "http://iiif.io/api/search/2/context.json",
    "http://iiif.io/api/presentation/3/context.json",
]
_HOCR_PROFILE = "http://kba.github.io/hocr-spec/1.2/"
_ALTO_PROFILE = "http://www.loc.gov/standards/alto/ns-v4#"
_CONTENTS = {"kk": "Мазмұны", "ru": "Содержание", "en": "Contents"}
_TEXT_OF_PAGE = {"kk": "Беттің мәтіні", "ru": "Текст страницы", "en": "Text of the page"}


def manifest(
    description: ManifestDescription,
    canvases: Sequence[CanvasDescription],
    addresses: IiifAddresses,
) -> bytes:
    """Return the manifest of a book's pages as JSON; equal input, equal bytes.

    Pages are ordered by their integer sequence. A contents entry reaches to the
    page before the next entry; one without a page given is left out.

    Raises:
        pydantic.ValidationError: a value that IIIF does not allow.
    """
    ordered = sorted(canvases, key=lambda canvas: canvas.sequence)
    told = {
        "context": _CONTEXT,
        "id": addresses.manifest(description.work),
        **_description(description, addresses),
        "thumbnail": _thumbnail(ordered[0], addresses) if ordered else None,
        "service": _search_services(description.work, addresses),
        "items": [_canvas(canvas, description.work, addresses) for canvas in ordered],
        "structures": _structures(description, ordered, addresses),
    }
    checked: Any = Manifest(**{key: value for key, value in told.items() if value})
    text: str = checked.json()
    return text.encode()


def _description(description: ManifestDescription, addresses: IiifAddresses) -> Json:
    statement = description.required_statement
    return {
        "label": _languages(description.label),
        "summary": _languages(description.summary) if description.summary else None,
        "metadata": [_pair(pair) for pair in description.metadata],
        "requiredStatement": _pair(statement) if statement else None,
        "rights": description.rights,
        "navDate": _instant(description.nav_date) if description.nav_date else None,
        "provider": [_provider(description.provider)],
        "homepage": [_homepage(addresses.item(description.work), description.label)],
        "viewingDirection": description.viewing_direction,
        "behavior": ["paged"] if description.paged else ["individuals"],
        "rendering": [_rendering(rendering) for rendering in description.renderings],
    }


def _canvas(canvas: CanvasDescription, work: str, addresses: IiifAddresses) -> Json:
    address = addresses.canvas(work, canvas.page)
    service = addresses.image(canvas.image)
    image = _image(f"{service}/full/max/0/default.jpg", canvas.width, canvas.height)
    painting = {
        "id": f"{address}/painting/image",
        "type": "Annotation",
        "motivation": "painting",
        "body": image
        | {"service": [{"id": service, "type": "ImageService3", "profile": "level2"}]},
        "target": address,
    }
    return {
        "id": address,
        "type": "Canvas",
        "label": {"none": [canvas.label]},
        "width": canvas.width,
        "height": canvas.height,
        "thumbnail": _thumbnail(canvas, addresses),
        "items": [{"id": f"{address}/painting", "type": "AnnotationPage", "items": [painting]}],
        **(_text(canvas, addresses) if canvas.has_text else {}),
    }


def _text(canvas: CanvasDescription, addresses: IiifAddresses) -> Json:
    """What was read on the page: for people, for programs, and as annotations."""
    return {
        "rendering": [
            {
                "id": addresses.page_file(canvas.page, "text.txt"),
                "type": "Text",
                "label": _languages(_TEXT_OF_PAGE),
                "format": "text/plain",
            }
        ],
        "seeAlso": [
            {
                "id": addresses.page_file(canvas.page, "hocr"),
                "type": "Dataset",
                "label": {"none": ["hOCR"]},
                "format": "text/vnd.hocr+html",
                "profile": _HOCR_PROFILE,
            },
            {
                "id": addresses.page_file(canvas.page, "alto"),
                "type": "Dataset",
                "label": {"none": ["ALTO"]},
                "format": "application/xml",
                "profile": _ALTO_PROFILE,
            },
        ],
        # As a plain mapping it would be taken for an embedded, empty page.
        "annotations": [
            AnnotationPageRefExtended(id=addresses.lines(canvas.page), type="AnnotationPage")
        ],
    }


def _thumbnail(canvas: CanvasDescription, addresses: IiifAddresses) -> list[Json]:
    scale = min(1.0, THUMBNAIL_SIDE / max(canvas.width, canvas.height))
    width, height = (max(1, round(side * scale)) for side in (canvas.width, canvas.height))
    image = addresses.image(canvas.image)
    return [_image(f"{image}/full/{width},{height}/0/default.jpg", width, height)]


def _image(address: str, width: int, height: int) -> Json:
    size = {"width": width, "height": height}
    return {"id": address, "type": "Image", "format": "image/jpeg", **size}


def _structures(
    description: ManifestDescription,
    ordered: Sequence[CanvasDescription],
    addresses: IiifAddresses,
) -> list[Json]:
    work = description.work
    covered = [(title, pages) for title, pages in _chapters(description.contents, ordered) if pages]
    ranges = [
        {
            "id": addresses.contents_range(work, number),
            "type": "Range",
            "label": {description.language: [title]},
            # As a plain mapping it would be taken for a canvas without an image.
            "items": [
                CanvasRef(id=addresses.canvas(work, page.page), type="Canvas") for page in pages
            ],
        }
        for number, (title, pages) in enumerate(covered, start=1)
    ]
    whole = {
        "id": addresses.contents_range(work, 0),
        "type": "Range",
        "label": _languages(_CONTENTS),
        "items": ranges,
    }
    return [whole] if ranges else []


def _chapters(
    contents: Sequence[tuple[str, int]], ordered: Sequence[CanvasDescription]
) -> list[tuple[str, Sequence[CanvasDescription]]]:
    """Each title with its pages: up to the next title's page, at least its own."""
    sequences = [canvas.sequence for canvas in ordered]
    chapters: list[tuple[str, Sequence[CanvasDescription]]] = []
    end = (sequences[-1] if sequences else 0) + 1
    for (title, start), (_, following) in pairwise([*contents, ("", end)]):
        first = bisect_left(sequences, start)
        after = bisect_left(sequences, max(following, start + 1))
        chapters.append((title, ordered[first:after]))
    return chapters


def _search_services(work: str, addresses: IiifAddresses) -> list[Json]:
    """Version 2, and version 1 for the viewers that know no other."""
    return [
        {
            "id": addresses.search(2, work),
            "type": "SearchService2",
            "service": [{"id": addresses.autocomplete(2, work), "type": "AutoCompleteService2"}],
        },
        {
            "@context": "http://iiif.io/api/search/1/context.json",
            "@id": addresses.search(1, work),
            "@type": "SearchService1",
            "profile": "http://iiif.io/api/search/1/search",
            "service": [
                {
                    "@id": addresses.autocomplete(1, work),
                    "@type": "AutoCompleteService1",
                    "profile": "http://iiif.io/api/search/1/autocomplete",
                }
            ],
        },
    ]


def _provider(provider: Provider) -> Json:
    return {
        "id": provider.url,
        "type": "Agent",
        "label": _languages(provider.label),
        "homepage": [_homepage(provider.homepage, provider.label)],
    }


def _homepage(url: str, label: LanguageMap) -> Json:
    return {"id": url, "type": "Text", "label": _languages(label), "format": "text/html"}


def _rendering(rendering: Rendering) -> Json:
    label = _languages(rendering.label)
    return {"id": rendering.url, "type": "Text", "label": label, "format": rendering.format}


def _pair(pair: LabelledValue) -> Json:
    return {"label": _languages(pair.label), "value": _languages(pair.value)}


def _languages(text: LanguageMap) -> dict[str, list[str]]:
    return {language: [words] for language, words in text.items()}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
