"""Which one image is this page of a PDF of scans?

A page counts as a scan when it shows exactly one image and nothing else that
can be seen (ISO 32000-1, 8.9 and 9.3.6): text of an earlier recognition is
invisible (rendering mode 3) and may lie over it; painted paths may not, since
they can cover part of the image. The image's compressed bytes are taken as they
are. How the page turns or mirrors its image is written into the file taken out,
so that ``workers.decode`` stands it upright like any other scan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps

from archive.recipes import formats
from schemas import jpeg
from storage.errors import Refused
from workers.decode import MAX_PIXELS, ORIENTATION

Matrix = pikepdf.Matrix

_MOST_FORMS_DEEP = 5
_POINTS_PER_INCH = 72
_INVISIBLE = 3
_TEXT_SHOWN = frozenset({"Tj", "TJ", "'", '"'})
_PAINTED = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"})

# (direction of the image's rows' px, direction of its columns' px) on the page,
# x to the right and y down, and the EXIF orientation that says the same.
_ORIENTATION_OF = {
    ((1, 0), (0, 1)): 1,
    ((-1, 0), (0, 1)): 2,
    ((-1, 0), (0, -1)): 3,
    ((1, 0), (0, -1)): 4,
    ((0, 1), (1, 0)): 5,
    ((0, 1), (-1, 0)): 6,
    ((0, -1), (-1, 0)): 7,
    ((0, -1), (1, 0)): 8,
}

_MEDIA_TYPE = {".jpg": formats.JPEG, ".jp2": formats.JPEG_2000, ".tif": formats.TIFF}


@dataclass(frozen=True, slots=True)
class PageImage:
    """The image of one page as a file of its own; `dpi` as placed on the page."""

    content: bytes
    media_type: str
    dpi: int | None


@dataclass(frozen=True, slots=True)
class _Placed:
    image: pikepdf.Stream
    matrix: Matrix


class _NotAScan(Exception):
    """What the page shows besides one image."""


def count_pages(path: Path) -> int:
    """Raises Refused ``damaged-pdf`` (detail) or ``encrypted-pdf``."""
    with _opened(path) as pdf:
        return len(pdf.pages)


def extract_page(path: Path, number: int) -> PageImage:
    """The one image of page `number`, counted from 0.

    Raises:
        Refused: ``pdf-page-not-a-scan`` (page, found), ``pdf-image-unsupported``
            (page, detail), ``no-such-frame`` (frame), ``damaged-pdf`` (detail),
            ``encrypted-pdf``, ``too-many-pixels`` (pixels, limit). `page` counts from 1.
    """
    with _opened(path) as pdf:
        if not 0 <= number < len(pdf.pages):
            raise Refused("no-such-frame", frame=number)
        page = pdf.pages[number]
        try:
            placed = _one_image(page)
        except _NotAScan as found:
            raise Refused("pdf-page-not-a-scan", page=number + 1, found=str(found)) from found
        return _taken_out(placed, int(page.rotation) % 360, number + 1)


@contextmanager
def _opened(path: Path) -> Iterator[pikepdf.Pdf]:
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted-pdf")
            pages = len(pdf.pages)
            # What had to be repaired may have lost pages that nobody would miss.
            if warnings := pdf.get_warnings():
                raise Refused("damaged-pdf", detail=_without_path(warnings[0], path), pages=pages)
            yield pdf
    except pikepdf.PasswordError as error:
        raise Refused("encrypted-pdf") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged-pdf", detail=_without_path(error, path)) from error


def _without_path(told: object, path: Path) -> str:
    return str(told).replace(str(path), "").strip(": ")[:200]


# --- what the page shows -----------------------------------------------------


def _one_image(page: pikepdf.Page) -> _Placed:
    shown = list(_shown(page.obj, page.obj, Matrix.identity(), 0))
    if page.obj.get("/Annots") and any(_is_visible(each) for each in page.obj.Annots):
        raise _NotAScan("annotation")
    if len(shown) != 1:
        raise _NotAScan(f"{len(shown)} images")
    if "/SMask" in shown[0].image or isinstance(shown[0].image.get("/Mask"), pikepdf.Stream):
        raise _NotAScan("masked image")
    return shown[0]


def _is_visible(annotation: pikepdf.Object) -> bool:
    return str(annotation.get("/Subtype")) not in {"/Link", "/Popup"}


def _shown(
    content: pikepdf.Object, resources_of: pikepdf.Object, start: Matrix, depth: int
) -> Iterator[_Placed]:
    """The images that a content stream places, forms included; raises `_NotAScan`."""
    matrix, saved, rendering = start, [], 0
    objects = resources_of.get("/Resources", pikepdf.Dictionary()).get(
        "/XObject", pikepdf.Dictionary()
    )
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        operands = instruction.operands
        if operator == "q":
            saved.append((matrix, rendering))
        elif operator == "Q" and saved:
            matrix, rendering = saved.pop()
        elif operator == "cm":
            matrix = matrix @ Matrix(*[float(value) for value in operands])
        elif operator == "Tr":
            rendering = int(operands[0])
        elif operator == "Do":
            yield from _drawn(objects.get(str(operands[0])), resources_of, matrix, depth)
        elif operator in _PAINTED or (operator in _TEXT_SHOWN and rendering != _INVISIBLE):
            raise _NotAScan(operator)


def _drawn(
    drawn: pikepdf.Object | None, resources_of: pikepdf.Object, matrix: Matrix, depth: int
) -> Iterator[_Placed]:
    if not isinstance(drawn, pikepdf.Stream) or depth > _MOST_FORMS_DEEP:
        raise _NotAScan("Do")
    if drawn.get("/Subtype") == "/Image":
        yield _Placed(drawn, matrix)
        return
    own = Matrix(*[float(value) for value in drawn.get("/Matrix", [1, 0, 0, 1, 0, 0])])
    inherited = drawn if "/Resources" in drawn else resources_of
    yield from _shown(drawn, inherited, matrix @ own, depth + 1)


# --- the image as a file -----------------------------------------------------


def _taken_out(placed: _Placed, rotation: int, page: int) -> PageImage:
    image = pikepdf.PdfImage(placed.image)
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too-many-pixels", pixels=image.width * image.height, limit=MAX_PIXELS)
    dpi = _placed_dpi(placed, image)
    wanted = _orientation(placed.matrix, rotation)
    try:
        content, media_type = _as_file(image, dpi)
    except (pikepdf.PikepdfError, NotImplementedError, OSError, ValueError) as error:
        raise Refused("pdf-image-unsupported", page=page, detail=str(error)[:200]) from error
    if media_type == formats.JPEG:
        return PageImage(jpeg.with_orientation(content, wanted), media_type, dpi)
    if wanted != 1:
        content, media_type = _turned(content, wanted, dpi), formats.TIFF
    return PageImage(content, media_type, dpi)


def _as_file(image: pikepdf.PdfImage, dpi: int | None) -> tuple[bytes, str]:
    """JPEG, JPEG 2000 and CCITT data as they are; other px into lossless TIFF."""
    if set(image.filters) & {"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode"}:
        out = BytesIO()
        extension = image.extract_to(stream=out)
        if extension in _MEDIA_TYPE:
            return out.getvalue(), _MEDIA_TYPE[extension]
    return _lossless(image.as_pil_image(), dpi), formats.TIFF


def _lossless(image: Image.Image, dpi: int | None) -> bytes:
    out = BytesIO()
    compression = "group4" if image.mode == "1" else "tiff_adobe_deflate"
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    image.save(out, "TIFF", compression=compression, **resolution)
    return out.getvalue()


def _turned(content: bytes, orientation: int, dpi: int | None) -> bytes:
    with Image.open(BytesIO(content)) as image:
        image.getexif()[ORIENTATION] = orientation
        return _lossless(ImageOps.exif_transpose(image), dpi)


def _placed_dpi(placed: _Placed, image: pikepdf.PdfImage) -> int | None:
    """px per inch of the image's rows as the page shows them."""
    a, b, *_ = placed.matrix.shorthand
    inches = (a * a + b * b) ** 0.5 / _POINTS_PER_INCH
    return round(image.width / inches) if inches > 0 else None


def _orientation(matrix: Matrix, rotation: int) -> int:
    """The EXIF orientation that says how the page turns its image (8.3.4, table 30 Rotate)."""
    a, b, c, d, *_ = matrix.shorthand
    along_row, down_column = (a, -b), (-c, d)
    for _ in range(rotation // 90):
        along_row = (-along_row[1], along_row[0])
        down_column = (-down_column[1], down_column[0])
    return _ORIENTATION_OF.get((_axis(along_row), _axis(down_column)), 1)


def _axis(direction: tuple[float, float]) -> tuple[int, int]:
    """The nearest of the four directions along the axes."""
    x, y = direction
    if abs(x) >= abs(y):
        return (1 if x > 0 else -1, 0)
    return (0, 1 if y > 0 else -1)
