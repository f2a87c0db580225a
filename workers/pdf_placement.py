"""How does a scanned page become a PDF page: image below, invisible text above?

A finished page's bytes wait in files until the document is written, so a thick
book's images never lie in memory together.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from archive.recipes.framing import AS_SCANNED, Framing
from archive.words import PrintedPage
from storage.errors import Refused
from workers.glyphless_font import CharacterCodes, embed_font
from workers.pdf_images import Edition, PdfImage, encode_image
from workers.pdf_text_layer import Placement, text_layer

_POINTS_PER_INCH = 72
# Limits of a page's sides in pt (ISO 19005-2, 6.1.13).
_LONGEST_SIDE, _SHORTEST_SIDE = 14400.0, 3.0
_ASPECT_TOLERANCE = 0.02
_LYING = frozenset({5, 6, 7, 8})
# How an image's unit square is laid on the page, by EXIF orientation
# (a, b, c, d, e, f of ISO 32000-1, 8.3.4, for a page of 1 by 1).
_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page as it goes into a PDF.

    `image` is the Scan, or one of another resolution with the same shape;
    `width`, `height` (px) and `dpi` are those of the upright Scan, as are the
    boxes of `text`, which is None where nothing was recognised. `label` is the
    printed page number, empty where none is printed. `frame` counts the pages
    of a multi-page TIFF from 0.
    """

    image: Path
    width: int
    height: int
    dpi: float
    text: PrintedPage | None
    label: str
    sequence: int
    frame: int = 0
    framing: Framing = AS_SCANNED


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """What is remembered of a page once it has left memory."""

    label: str
    sequence: int


@dataclass(frozen=True, slots=True)
class _Drawn:
    image: PdfImage
    text: bytes
    width: float
    height: float


def place_pages(
    pdf: Pdf, pages: Iterable[PdfPage], edition: Edition, spool: Path
) -> list[PlacedPage]:
    """Add `pages` to `pdf`, with one font for all; walks `pages` once.

    The files made in the folder `spool` must stay until `pdf` has been written.

    Raises:
        Refused: as ``workers.decode.decode``, and `image-of-other-shape`;
            `page` is the page's sequence. `pdf-too-large`.
    """
    size = 0
    codes = CharacterCodes()
    font = pdf.make_indirect(Dictionary())
    profiles: dict[bytes, Object] = {}
    placed: list[PlacedPage] = []
    for page in pages:
        drawn = _drawn(page, edition, codes)
        size += len(drawn.image.data) + len(drawn.text)
        if size > edition.most_bytes:
            raise Refused("pdf-too-large", limit=edition.most_bytes)
        stem = spool / f"{len(placed)}"
        image = _image_object(pdf, drawn.image, stem.with_suffix(".image"), profiles)
        pdf.pages.append(_page(pdf, drawn, image, font, stem.with_suffix(".content")))
        placed.append(PlacedPage(page.label, page.sequence))
    embed_font(pdf, font, codes)
    return placed


def _drawn(page: PdfPage, edition: Edition, codes: CharacterCodes) -> _Drawn:
    image = _image(page, edition)
    points = _points_per_pixel(page)
    height = page.height * points
    text = text_layer(page.text, Placement(points, height), codes) if page.text else b""
    return _Drawn(image, text, page.width * points, height)


def _image(page: PdfPage, edition: Edition) -> PdfImage:
    try:
        image = encode_image(page.image, page.frame, page.dpi, edition, page.framing)
    except Refused as refusal:
        raise Refused(refusal.reason, page=page.sequence, **refusal.values) from refusal
    width, height = image.width, image.height
    if image.orientation in _LYING:
        width, height = height, width
    # A turned or cut image would lie under text that belongs elsewhere.
    if abs(width * page.height / (height * page.width) - 1) > _ASPECT_TOLERANCE:
        raise Refused("image-of-other-shape", page=page.sequence, image=f"{width}x{height}")
    return image


def _points_per_pixel(page: PdfPage) -> float:
    """By the scan's dpi, unless PDF/A allows no page of that size."""
    most = _LONGEST_SIDE / max(page.width, page.height)
    least = _SHORTEST_SIDE / min(page.width, page.height)
    return min(most, max(least, _POINTS_PER_INCH / page.dpi))


def _page(pdf: Pdf, page: _Drawn, image: Object, font: Dictionary, spooled: Path) -> Page:
    width, height = round(page.width, 2), round(page.height, 2)
    a, b, c, d, e, f = _UPRIGHT[page.image.orientation]
    laid = f"{a * width} {b * height} {c * width} {d * height} {e * width} {f * height}"
    shown = f"q {laid} cm /Im Do Q\n".encode("ascii")
    resources = Dictionary(XObject=Dictionary(Im=image))
    if page.text:
        resources.Font = Dictionary(F=font)
    return Page(
        Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, width, height]),
            Resources=resources,
            Contents=_stream(pdf, shown + page.text, spooled),
        )
    )


def _image_object(
    pdf: Pdf, image: PdfImage, spooled: Path, profiles: dict[bytes, Object]
) -> Object:
    stream = _stream(pdf, image.data, spooled)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = image.width, image.height
    stream.Filter = Name(f"/{image.filter}")
    stream.BitsPerComponent = 8
    stream.ColorSpace = Name.DeviceGray if image.gray else Name.DeviceRGB
    if image.filter == "CCITTFaxDecode":
        stream.BitsPerComponent = 1
        stream.DecodeParms = Dictionary(
            K=-1, Columns=image.width, Rows=image.height, BlackIs1=image.black_is_one
        )
    if image.profile is not None:
        if image.profile not in profiles:
            profiles[image.profile] = Stream(pdf, image.profile, N=1 if image.gray else 3)
        stream.ColorSpace = Array([Name.ICCBased, profiles[image.profile]])
    return stream


def _stream(pdf: Pdf, data: bytes, spooled: Path) -> Object:
    """A stream of `pdf` whose bytes wait in a file until `pdf` is written.

    Only the qpdf JSON form can name a file as the source of a stream
    (https://qpdf.readthedocs.io/en/stable/json.html); a stream made from bytes
    keeps them in memory.
    """
    spooled.write_bytes(data)
    number, generation = Stream(pdf, b"").objgen
    form = {"jsonversion": 2, "pdfversion": "1.7", "maxobjectid": number}
    form |= {"pushedinheritedpageresources": False, "calledgetallpages": False}
    source = {"stream": {"dict": {}, "datafile": str(spooled.absolute())}}
    update = {"qpdf": [form, {f"obj:{number} {generation} R": source}]}
    pdf.update_from_qpdf_json(io.BytesIO(json.dumps(update).encode()))
    return pdf.get_object((number, generation))
