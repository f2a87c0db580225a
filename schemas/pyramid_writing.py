"""How does a page image become an access image?

Writes the pyramidal JPEG TIFF that ``schemas.pyramid`` reads; Pillow, which
does the JPEG and the halving, cannot write tiled TIFF itself. The same px give
the same bytes. All directories lie at the start of the file, so that a reader
needs one short read before its first tile.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from schemas import tiff
from schemas.pyramid import JPEG_COMPRESSION, TILE, level_sizes
from storage.errors import Refused

QUALITY = 80
_SUBSAMPLING = (2, 2)
_TABLES_ONLY, _IMAGE_ONLY = 1, 2
_HEADER = struct.pack("<2sHI", b"II", 42, 8)
_JFIF_BYTES = 18
CLASSIC_LIMIT = 1 << 32


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One level's tiles, row by row, as abbreviated JPEG streams."""

    width: int
    height: int
    tiles: tuple[bytes, ...]


def write_pyramid(image: Image.Image, quality: int = QUALITY) -> bytes:
    """The access image of `image`, which must be of mode L or RGB (taken as sRGB).

    Raises:
        Refused: ``access-image-too-large`` (bytes, limit): 4 GB is the end of
            classic TIFF.
    """
    if image.mode not in {"L", "RGB"}:
        raise ValueError(image.mode)
    levels = tuple(_encode(level, quality) for level in _levels(image))
    tables = _jpeg(Image.new(image.mode, (TILE, TILE)), quality, _TABLES_ONLY)
    return _assembled(levels, tables, bands=len(image.getbands()))


def _levels(image: Image.Image) -> list[Image.Image]:
    levels = [image]
    for _ in level_sizes(*image.size)[1:]:
        levels.append(levels[-1].reduce(2))
    return levels


def _encode(level: Image.Image, quality: int) -> _Encoded:
    tiles = tuple(
        _abbreviated(_cut(level, left, top), quality)
        for top in range(0, level.height, TILE)
        for left in range(0, level.width, TILE)
    )
    return _Encoded(level.width, level.height, tiles)


def _cut(level: Image.Image, left: int, top: int) -> Image.Image:
    """A full tile; beyond the image its last column and row are repeated.

    A black filling would leave rings in the last visible px, since JPEG's
    blocks span the edge.
    """
    inside = level.crop((left, top, min(left + TILE, level.width), min(top + TILE, level.height)))
    width, height = inside.size
    if (width, height) == (TILE, TILE):
        return inside
    full = Image.new(level.mode, (TILE, TILE))
    full.paste(inside, (0, 0))
    if width < TILE:
        column = inside.crop((width - 1, 0, width, height))
        full.paste(column.resize((TILE - width, height)), (width, 0))
    if height < TILE:
        row = full.crop((0, height - 1, TILE, height))
        full.paste(row.resize((TILE, TILE - height)), (0, height))
    return full


def _jpeg(image: Image.Image, quality: int, streamtype: int) -> bytes:
    out = BytesIO()
    sampling = "4:4:4" if image.mode == "L" else "4:2:0"
    # Without Huffman optimisation the tables are the same for every tile.
    image.save(
        out, "JPEG", quality=quality, subsampling=sampling, optimize=False, streamtype=streamtype
    )
    return out.getvalue()


def _abbreviated(image: Image.Image, quality: int) -> bytes:
    stream = _jpeg(image, quality, _IMAGE_ONLY)
    if stream[2:4] == b"\xff\xe0":  # the JFIF header, put back when a tile is served
        return stream[:2] + stream[2 + _JFIF_BYTES :]
    return stream


# --- the file ----------------------------------------------------------------


def _assembled(levels: tuple[_Encoded, ...], tables: bytes, bands: int) -> bytes:
    """Header, directories, tables, then tiles from the smallest level to the largest."""
    sizes = [_directory_bytes(level, bands) for level in levels]
    tables_at = len(_HEADER) + sum(sizes)
    tiles_at = tables_at + len(tables)
    total = tiles_at + sum(len(tile) for level in levels for tile in level.tiles)
    if total >= CLASSIC_LIMIT:
        raise Refused("access-image-too-large", bytes=total, limit=CLASSIC_LIMIT)
    offsets = _tile_offsets(levels, tiles_at)
    parts = [_HEADER]
    at = len(_HEADER)
    for index, level in enumerate(levels):
        following = at + sizes[index] if index + 1 < len(levels) else 0
        tables_entry = (len(tables), tables_at)
        fields = _fields(level, offsets[index], bands, tables_entry, reduced=index > 0)
        parts.append(_directory(fields, at, following))
        at += sizes[index]
    parts.append(tables)
    parts.extend(tile for level in reversed(levels) for tile in level.tiles)
    return b"".join(parts)


def _tile_offsets(levels: tuple[_Encoded, ...], start: int) -> list[list[int]]:
    offsets: list[list[int]] = []
    at = start
    for level in reversed(levels):
        starts = []
        for tile in level.tiles:
            starts.append(at)
            at += len(tile)
        offsets.append(starts)
    return offsets[::-1]


_Field = tuple[int, int, int, bytes]
"""tag, type, count, value bytes (padded to 4 or more)."""


def _shorts(tag: int, *values: int) -> _Field:
    return tag, tiff.SHORT, len(values), struct.pack(f"<{len(values)}H", *values).ljust(4, b"\0")


def _longs(tag: int, values: list[int]) -> _Field:
    return tag, tiff.LONG, len(values), struct.pack(f"<{len(values)}I", *values)


def _fields(
    level: _Encoded, offsets: list[int], bands: int, tables: tuple[int, int], *, reduced: bool
) -> list[_Field]:
    """The directory's fields by ascending tag (TIFF 6.0, section 2 and 15)."""
    tables_length, tables_at = tables
    fields = [
        _longs(tiff.NEW_SUBFILE_TYPE, [int(reduced)]),
        _longs(tiff.IMAGE_WIDTH, [level.width]),
        _longs(tiff.IMAGE_LENGTH, [level.height]),
        _shorts(tiff.BITS_PER_SAMPLE, *[8] * bands),
        _shorts(tiff.COMPRESSION, JPEG_COMPRESSION),
        _shorts(tiff.PHOTOMETRIC, 6 if bands == 3 else 1),  # YCbCr, or black is zero
        _shorts(tiff.SAMPLES_PER_PIXEL, bands),
        _shorts(tiff.PLANAR_CONFIGURATION, 1),
        _longs(tiff.TILE_WIDTH, [TILE]),
        _longs(tiff.TILE_LENGTH, [TILE]),
        _longs(tiff.TILE_OFFSETS, offsets),
        _longs(tiff.TILE_BYTE_COUNTS, [len(tile) for tile in level.tiles]),
        (tiff.JPEG_TABLES, tiff.UNDEFINED, tables_length, struct.pack("<I", tables_at)),
    ]
    if bands == 3:
        fields.append(_shorts(tiff.YCBCR_SUBSAMPLING, *_SUBSAMPLING))
    return fields


def _directory_bytes(level: _Encoded, bands: int) -> int:
    fields = _fields(level, [0] * len(level.tiles), bands, (0, 0), reduced=False)
    return len(_directory(fields, 0, 0))


def _directory(fields: list[_Field], at: int, following: int) -> bytes:
    """The directory at offset `at`, its longer values right behind it."""
    beyond = at + 2 + 12 * len(fields) + 4
    entries, values = [struct.pack("<H", len(fields))], []
    for tag, kind, count, value in fields:
        inline = value
        if len(value) > 4:
            inline = struct.pack("<I", beyond)
            values.append(value + b"\0" * (len(value) % 2))  # values begin on a word boundary
            beyond += len(values[-1])
        entries.append(struct.pack("<HHI", tag, kind, count) + inline)
    entries.append(struct.pack("<I", following))
    return b"".join(entries + values)
