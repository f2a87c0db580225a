"""How are the lines of a page told as annotations?

An AnnotationPage of IIIF Presentation API 3.0 (3.2 `annotations`), one
annotation a line with the motivation `supplementing`
(https://iiif.io/api/presentation/3.0/#values-for-motivation), so that viewers
can show and copy the text over the image.
"""

from __future__ import annotations

from typing import Any

from archive.words import Line, PrintedPage
from schemas.iiif_addresses import IiifAddresses

Json = dict[str, Any]


def line_annotations(
    page: PrintedPage, work: str, page_name: str, language: str, addresses: IiifAddresses
) -> Json:
    """Return the lines of a page, in reading order, as a JSON object.

    `language` (BCP 47) is that of paragraphs which name none themselves. Boxes
    must be in px of the canvas, which are those of the Scan.
    """
    address = addresses.lines(page_name)
    items = [
        {
            "id": f"{address}#line-{number}",
            "type": "Annotation",
            "motivation": "supplementing",
            "body": {
                "type": "TextualBody",
                "value": text,
                "format": "text/plain",
                "language": spoken,
            },
            "target": addresses.region(work, page_name, line.box),
        }
        for number, (line, text, spoken) in enumerate(_lines(page, language), start=1)
    ]
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": address,
        "type": "AnnotationPage",
        "items": items,
    }


def _lines(page: PrintedPage, language: str) -> list[tuple[Line, str, str]]:
    told = [
        (line, " ".join(word.text for word in line.words), paragraph.language or language)
        for area in page.areas
        for paragraph in area.paragraphs
        for line in paragraph.lines
    ]
    return [(line, text, spoken) for line, text, spoken in told if text.strip()]
