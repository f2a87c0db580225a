"""Which images lie in a TIFF file, and where?

A reader of image file directories (TIFF 6.0, section 2; BigTIFF), without
pixels: enough to tell pages from previews, to copy one page out of many without
touching its compressed data, and to find the tiles of our own access images.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from storage.errors import Refused

ReadRange = Callable[[int, int], bytes]
"""``(offset, length) -> bytes``; shorter at the end of the file."""

NEW_SUBFILE_TYPE = 254
IMAGE_WIDTH = 256
IMAGE_LENGTH = 257
BITS_PER_SAMPLE = 258
COMPRESSION = 259
PHOTOMETRIC = 262
STRIP_OFFSETS = 273
SAMPLES_PER_PIXEL = 277
STRIP_BYTE_COUNTS = 279
TILE_WIDTH = 322
TILE_LENGTH = 323
TILE_OFFSETS = 324
TILE_BYTE_COUNTS = 325
PLANAR_CONFIGURATION = 284
JPEG_TABLES = 347
YCBCR_SUBSAMPLING = 530

SHORT = 3
LONG = 4
UNDEFINED = 7
LONG8 = 16

MAX_DIRECTORIES = 20_000
_MAX_VALUE_BYTES = 64 << 20

# TIFF 6.0 section 2 "Types"; 16 to 18 are BigTIFF's. Letters are struct's.
_TYPES = {
    1: (1, "B"),
    2: (1, "s"),
    SHORT: (2, "H"),
    LONG: (4, "I"),
    5: (8, ""),
    6: (1, "b"),
    UNDEFINED: (1, "s"),
    8: (2, "h"),
    9: (4, "i"),
    10: (8, ""),
    11: (4, "f"),
    12: (8, "d"),
    13: (4, "I"),
    LONG8: (8, "Q"),
    17: (8, "q"),
    18: (8, "Q"),
}

_REDUCED_RESOLUTION = 1
_TRANSPARENCY_MASK = 4


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one TIFF file and how its numbers are written."""

    read: ReadRange
    order: str
    big: bool
    first: int

    @property
    def offset_bytes(self) -> int:
        return 8 if self.big else 4

    @property
    def offset_letter(self) -> str:
        return "Q" if self.big else "I"

    def exactly(self, offset: int, length: int) -> bytes:
        """Raises Refused ``truncated-image`` when the file ends before."""
        found = self.read(offset, length)
        if len(found) != length:
            raise Refused("truncated-image")
        return found


class Entry(NamedTuple):
    """One field of a directory: its type, how many values, their bytes in file order."""

    kind: int
    amount: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory: its fields by tag."""

    source: Source = field(repr=False)
    entries: Mapping[int, Entry]

    def numbers(self, tag: int, default: Sequence[int] = ()) -> tuple[int, ...]:
        """The whole numbers of a field; `default` when it is absent."""
        entry = self.entries.get(tag)
        if entry is None:
            return tuple(default)
        letter = _TYPES[entry.kind][1]
        if letter not in "BHIQ" or not letter:
            raise _damaged(f"tag {tag}")
        return struct.unpack(f"{self.source.order}{entry.amount}{letter}", entry.raw)

    def number(self, tag: int, default: int | None = None) -> int:
        """The first number of a field; Refused ``damaged-image`` if absent without default."""
        found = self.numbers(tag, () if default is None else (default,))
        if not found:
            raise _damaged(f"tag {tag}")
        return found[0]


def _damaged(detail: str) -> Refused:
    return Refused("damaged-image", detail=detail)


def from_bytes(content: bytes) -> Source:
    """A source over bytes in memory."""
    return open_source(lambda offset, length: content[offset : offset + length])


def open_source(read: ReadRange) -> Source:
    """Reads the header (TIFF 6.0 p. 13); Refused ``damaged-image`` if it is none."""
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        raise _damaged("header")
    magic, first = struct.unpack(f"{order}HI", head[2:8])
    if magic == 42:
        return Source(read, order, big=False, first=first)
    if magic == 43 and len(head) == 16:
        return Source(read, order, big=True, first=struct.unpack(f"{order}Q", head[8:])[0])
    raise _damaged("header")


def read_directories(source: Source) -> tuple[Directory, ...]:
    """All directories of the chain, in order; a chain that loops is damaged."""
    return tuple(_chain(source))


def page_directories(directories: Sequence[Directory]) -> tuple[int, ...]:
    """Which directories are pages: neither previews nor masks (TIFF 6.0, NewSubfileType)."""
    not_pages = _REDUCED_RESOLUTION | _TRANSPARENCY_MASK
    return tuple(
        index
        for index, directory in enumerate(directories)
        if not directory.number(NEW_SUBFILE_TYPE, 0) & not_pages
    )


def runs_past_end(source: Source, size: int) -> bool:
    """Whether any strip, tile or directory lies beyond `size` bytes: the file was cut off."""
    try:
        directories = read_directories(source)
    except Refused:
        return True
    return any(
        offset + length > size
        for directory in directories
        for offset, length in data_ranges(directory)
    )


def data_ranges(directory: Directory) -> Iterator[tuple[int, int]]:
    """(offset, length) of every strip or tile."""
    for offsets, counts in (
        (STRIP_OFFSETS, STRIP_BYTE_COUNTS),
        (TILE_OFFSETS, TILE_BYTE_COUNTS),
    ):
        yield from zip(directory.numbers(offsets), directory.numbers(counts), strict=False)


def _chain(source: Source) -> Iterator[Directory]:
    offset = source.first
    seen: set[int] = set()
    while offset:
        if offset in seen or len(seen) >= MAX_DIRECTORIES:
            raise _damaged(f"directory at {offset}")
        seen.add(offset)
        directory, offset = _directory(source, offset)
        yield directory


def _directory(source: Source, offset: int) -> tuple[Directory, int]:
    count_bytes = 8 if source.big else 2
    entry_bytes = 20 if source.big else 12
    count = int.from_bytes(
        source.exactly(offset, count_bytes), "little" if source.order == "<" else "big"
    )
    if count > 0xFFFF:
        raise _damaged(f"directory at {offset}")
    body = source.exactly(offset + count_bytes, count * entry_bytes + source.offset_bytes)
    fields = struct.iter_unpack(
        f"{source.order}HH{source.offset_letter}{source.offset_bytes}s",
        body[: -source.offset_bytes],
    )
    entries = {
        tag: _entry(source, tag, kind, number, inline)
        for tag, kind, number, inline in fields
        if kind in _TYPES  # TIFF 6.0 p. 16: readers skip fields of unknown type
    }
    (following,) = struct.unpack(
        f"{source.order}{source.offset_letter}", body[-source.offset_bytes :]
    )
    return Directory(source, entries), following


def _entry(source: Source, tag: int, kind: int, count: int, inline: bytes) -> Entry:
    length = count * _TYPES[kind][0]
    if length <= source.offset_bytes:
        return Entry(kind, count, inline[:length])
    if length > _MAX_VALUE_BYTES:
        raise _damaged(f"tag {tag}")
    (where,) = struct.unpack(f"{source.order}{source.offset_letter}", inline)
    return Entry(kind, count, source.exactly(where, length))
