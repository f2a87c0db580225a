"""Where in an access image is the tile that a viewer asks for?

The access image is a pyramidal, tiled TIFF with JPEG tiles (TIFF 6.0 section
15, TIFF Technical Note 2): level 0 is the full image, each next level half as
large, down to one tile. A tile becomes a JPEG file by putting the level's
shared tables before it, so an aligned request is answered without decoding.
``schemas.pyramid_writing`` writes what this module reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas import tiff
from storage.errors import Broken, Failure

TILE = 512
"""px of a tile's side."""

JPEG_COMPRESSION = 7
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
# JFIF 1.02 header: no thumbnail, square px. Without it some readers guess the colours.
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"
_HEAD_BYTES = 1 << 16
_MAX_LEVELS = 32


@dataclass(frozen=True, slots=True)
class Level:
    """One resolution: px, and where each tile lies, row by row."""

    width: int
    height: int
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    tables: bytes

    @property
    def columns(self) -> int:
        return -(-self.width // TILE)

    @property
    def rows(self) -> int:
        return -(-self.height // TILE)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the directories of one access image say; a value that may be kept."""

    levels: tuple[Level, ...]
    gray: bool

    @property
    def width(self) -> int:
        return self.levels[0].width

    @property
    def height(self) -> int:
        return self.levels[0].height


def level_sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """(width, height) px of each level: halved, rounded up, until one tile holds all."""
    sizes = [(width, height)]
    while max(sizes[-1]) > TILE:
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
    return tuple(sizes)


def read_layout(read: tiff.ReadRange) -> Layout:
    """Parses and checks the directories; they lie at the start, so mostly one read.

    Raises:
        Broken: ``damaged-pyramid`` (detail): not a file of ours, or a damaged one.
    """
    head = read(0, _HEAD_BYTES)

    def buffered(offset: int, length: int) -> bytes:
        if offset + length <= len(head):
            return head[offset : offset + length]
        return read(offset, length)

    try:
        source = tiff.open_source(buffered)
        directories = tiff.read_directories(source)
        return _checked(tuple(_level(each) for each in directories), directories)
    except Failure as failure:
        raise _damaged(str(failure)) from failure


def tile(read: tiff.ReadRange, layout: Layout, level: int, column: int, row: int) -> bytes:
    """The tile's abbreviated JPEG stream as stored; Broken ``damaged-pyramid`` if it is none."""
    chosen = layout.levels[level]
    if not (0 <= column < chosen.columns and 0 <= row < chosen.rows):
        raise _damaged(f"no tile {column},{row} in level {level}")
    index = row * chosen.columns + column
    found = read(chosen.offsets[index], chosen.counts[index])
    if len(found) != chosen.counts[index] or found[:2] != _SOI or found[-2:] != _EOI:
        raise _damaged(f"tile {column},{row} of level {level}")
    return found


def tile_as_jpeg(read: tiff.ReadRange, layout: Layout, level: int, column: int, row: int) -> bytes:
    """The tile as a complete JPEG file of `TILE` x `TILE` px, without decoding it."""
    stored = tile(read, layout, level, column, row)
    return b"".join((_SOI, _JFIF, layout.levels[level].tables, stored[2:]))


def _level(directory: tiff.Directory) -> Level:
    if directory.number(tiff.COMPRESSION) != JPEG_COMPRESSION:
        raise _damaged("compression")
    if (directory.number(tiff.TILE_WIDTH), directory.number(tiff.TILE_LENGTH)) != (TILE, TILE):
        raise _damaged("tile size")
    tables = directory.entries.get(tiff.JPEG_TABLES)
    if tables is None or tables.raw[:2] != _SOI or tables.raw[-2:] != _EOI:
        raise _damaged("JPEG tables")
    return Level(
        width=directory.number(tiff.IMAGE_WIDTH),
        height=directory.number(tiff.IMAGE_LENGTH),
        offsets=directory.numbers(tiff.TILE_OFFSETS),
        counts=directory.numbers(tiff.TILE_BYTE_COUNTS),
        tables=tables.raw[2:-2],
    )


def _checked(levels: tuple[Level, ...], directories: tuple[tiff.Directory, ...]) -> Layout:
    if not levels or len(levels) > _MAX_LEVELS or not levels[0].width or not levels[0].height:
        raise _damaged("levels")
    sizes = tuple((level.width, level.height) for level in levels)
    if sizes != level_sizes(*sizes[0]):
        raise _damaged("level sizes")
    for level in levels:
        if not len(level.offsets) == len(level.counts) == level.columns * level.rows:
            raise _damaged("number of tiles")
    bands = {directory.number(tiff.SAMPLES_PER_PIXEL) for directory in directories}
    if bands not in ({1}, {3}):
        raise _damaged("samples per pixel")
    return Layout(levels, gray=bands == {1})


def _damaged(detail: str) -> Broken:
    return Broken("damaged-pyramid", detail=detail)
