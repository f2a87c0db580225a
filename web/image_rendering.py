"""How does an access image become the bytes that a viewer asked for?

An aligned tile leaves the file without being decoded. Anything else decodes
only the tiles that the region touches, in the coarsest level that still holds
enough px, one row of tiles after the other, so that memory is bounded by the
size of the answer and not by that of the page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from math import ceil, floor

from PIL import Image, JpegImagePlugin

from schemas import pyramid
from schemas.image_plan import Rendering, canonical
from schemas.pyramid import TILE, Layout
from schemas.tiff import ReadRange
from storage.errors import Broken

MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}

_VERSION = "2"
_JPEG_QUALITY = 70  # 82 weighs half as much again, and print looks the same
_FILTER = Image.Resampling.BICUBIC
_BLACK_OR_WHITE = 128

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pyramid:
    """One access image: its layout (a value that may be kept) and its bytes."""

    layout: Layout
    read: ReadRange


def etag(content_key: str, rendering: Rendering) -> str:
    """The same tag for the same bytes: the access image's key, the request, our version."""
    told = f"{_VERSION}/{content_key}/{canonical(rendering)}/{rendering.finest}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def render(image: Pyramid, rendering: Rendering) -> tuple[bytes, str]:
    """The answer's bytes and media type.

    Raises:
        Broken: ``damaged-pyramid``.
    """
    media_type = MEDIA_TYPES[rendering.format]
    aligned = aligned_tile(image.layout, rendering)
    if aligned is None:
        return _encoded(_composed(image, rendering), rendering), media_type
    stored = pyramid.tile_as_jpeg(image.read, image.layout, *aligned)
    if (rendering.width, rendering.height) == (TILE, TILE):
        return stored, media_type
    return _trimmed(stored, rendering.width, rendering.height), media_type


def aligned_tile(layout: Layout, rendering: Rendering) -> tuple[int, int, int] | None:
    """(level, column, row) when the request is exactly one tile as stored, else None.

    At the right and lower edge a tile holds more px than the image (TIFF 6.0
    section 15); it counts as aligned and is trimmed.
    """
    r = rendering
    as_stored = {"default", "color"} | ({"gray"} if layout.gray else set())
    if r.format != "jpg" or r.mirrored or r.degrees or r.quality not in as_stored:
        return None
    for index, level in enumerate(layout.levels):
        side = TILE << index
        if (1 << index) < r.finest or r.x % side or r.y % side:
            continue
        column, row = r.x // side, r.y // side
        whole = (min(side, layout.width - r.x), min(side, layout.height - r.y))
        shown = (min(TILE, level.width - column * TILE), min(TILE, level.height - row * TILE))
        if (r.w, r.h) == whole and (r.width, r.height) == shown:
            return index, column, row
    return None


def _trimmed(stored: bytes, width: int, height: int) -> bytes:
    """An edge tile without its filling, encoded with its own tables, so hardly any loss."""
    out = BytesIO()
    with Image.open(BytesIO(stored), formats=["JPEG"]) as tile:
        visible = tile.crop((0, 0, width, height))
        sampling = "4:2:0" if visible.mode == "RGB" else "4:4:4"
        assert isinstance(tile, JpegImagePlugin.JpegImageFile)
        visible.save(out, "JPEG", qtables=tile.quantization, subsampling=sampling)
    return out.getvalue()


# --- any other request -------------------------------------------------------


def _composed(image: Pyramid, rendering: Rendering) -> Image.Image:
    """The region at the wanted size, mirrored and turned (section 4.6's order)."""
    scaled = _scaled(image, rendering)
    if rendering.mirrored:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turn = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }.get(rendering.degrees)
    return scaled.transpose(turn) if turn is not None else scaled


def best_level(layout: Layout, rendering: Rendering) -> int:
    """The coarsest level that has as many px of the region as the answer.

    By area, so that no request makes more than about four px be decoded for
    each one answered, however it distorts the region.
    """
    r = rendering
    best = max(0, r.finest.bit_length() - 1)
    for index in range(best, len(layout.levels)):
        scale = 1 << index
        if -(-r.w // scale) * -(-r.h // scale) < r.width * r.height:
            break
        best = index
    return min(best, len(layout.levels) - 1)


def _scaled(image: Pyramid, rendering: Rendering) -> Image.Image:
    """Resampled in two passes as Pillow does it, but row of tiles by row of tiles."""
    index = best_level(image.layout, rendering)
    left, top, right, bottom = _box_in_level(image.layout, rendering, index)
    first, last = floor(top), ceil(bottom)
    narrowed = Image.new(_mode(image.layout), (rendering.width, last - first))
    for row in range(first // TILE, ceil(last / TILE)):
        upper, lower = max(first, row * TILE), min(last, (row + 1) * TILE)
        band = _band(image, index, row, (floor(left), upper, ceil(right), lower))
        across = (left - floor(left), 0.0, right - floor(left), float(band.height))
        narrow = _resized(band, (rendering.width, band.height), across)
        narrowed.paste(narrow, (0, upper - first))
    down = (0.0, top - first, float(rendering.width), bottom - first)
    return _resized(narrowed, (rendering.width, rendering.height), down)


def _box_in_level(layout: Layout, rendering: Rendering, index: int) -> Box:
    """The region in px of the level; a last px that covers less than a whole one is kept whole."""
    level, scale = layout.levels[index], 1 << index
    right = rendering.x + rendering.w
    bottom = rendering.y + rendering.h
    return (
        rendering.x / scale,
        rendering.y / scale,
        float(level.width) if right == layout.width else right / scale,
        float(level.height) if bottom == layout.height else bottom / scale,
    )


def _mode(layout: Layout) -> str:
    return "L" if layout.gray else "RGB"


def _resized(image: Image.Image, size: tuple[int, int], box: Box) -> Image.Image:
    if image.size == size and box == (0.0, 0.0, float(size[0]), float(size[1])):
        return image
    return image.resize(size, _FILTER, box=box)


def _band(image: Pyramid, index: int, row: int, wanted: tuple[int, int, int, int]) -> Image.Image:
    """The px `wanted` (left, top, right, bottom in the level) of one row of tiles."""
    left, top, right, bottom = wanted
    band = Image.new(_mode(image.layout), (right - left, bottom - top))
    for column in range(left // TILE, ceil(right / TILE)):
        tile = _decoded(image, index, column, row)
        cut = (
            max(0, left - column * TILE),
            top - row * TILE,
            min(TILE, right - column * TILE),
            bottom - row * TILE,
        )
        band.paste(tile.crop(cut), (max(0, column * TILE - left), 0))
    return band


def _decoded(image: Pyramid, index: int, column: int, row: int) -> Image.Image:
    stored = pyramid.tile_as_jpeg(image.read, image.layout, index, column, row)
    try:
        with Image.open(BytesIO(stored), formats=["JPEG"]) as tile:
            tile.load()
    except OSError as error:
        raise Broken("damaged-pyramid", detail=str(error)[:200]) from error
    if tile.size != (TILE, TILE) or tile.mode != _mode(image.layout):
        raise Broken("damaged-pyramid", detail=f"tile {column},{row} of level {index}")
    return tile


def _encoded(image: Image.Image, rendering: Rendering) -> bytes:
    if rendering.quality == "gray":
        image = image.convert("L")
    elif rendering.quality == "bitonal":
        image = image.convert("L").point(lambda value: 255 if value >= _BLACK_OR_WHITE else 0)
    out = BytesIO()
    if rendering.format == "png":
        bitonal = rendering.quality == "bitonal"
        (image.convert("1") if bitonal else image).save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return out.getvalue()
