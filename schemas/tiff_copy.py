"""How is one page copied out of a multi-page TIFF without touching its pixels?

The page's directory is written anew with the same fields; its strips or tiles
are copied as they are, still compressed, so that nothing is decoded and nothing
can change: bit depth, colour and compression stay the scanner's.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from schemas import tiff
from storage.errors import Refused

# Fields that hold positions in the old file (TIFF 6.0 section 22, TIFF Technical
# Note 1, EXIF 2.3 section 4.6.3): meaningless in the copy.
_OLD_JPEG = frozenset(range(512, 522))
_POINTERS = frozenset({330, 34665, 34853, 40965, 288, 289})
_PAGE_NUMBER = 297
_LEFT_OUT = _POINTERS | {tiff.NEW_SUBFILE_TYPE, _PAGE_NUMBER}
_OLD_JPEG_COMPRESSION = 6
_CLASSIC_LIMIT = 1 << 32


def single_page(directory: tiff.Directory) -> bytes:
    """A classic TIFF file that holds this page alone, in the same byte order.

    Raises:
        Refused: ``truncated-image``, ``damaged-image``, ``old-jpeg-tiff`` (the
            withdrawn JPEG form of TIFF 6.0 section 22), ``page-too-large``.
    """
    if directory.number(tiff.COMPRESSION, 1) == _OLD_JPEG_COMPRESSION:
        raise Refused("old-jpeg-tiff")
    offsets_tag, counts_tag = _data_tags(directory)
    chunks = _chunks(directory, offsets_tag, counts_tag)
    entries = {
        tag: entry
        for tag, entry in directory.entries.items()
        if tag not in _LEFT_OUT | _OLD_JPEG and tag not in {offsets_tag, counts_tag}
    }
    order = directory.source.order
    entries[counts_tag] = _longs(order, [len(chunk) for chunk in chunks])
    entries[offsets_tag] = _longs(order, [0] * len(chunks))
    start = _written(order, entries)
    offsets = _following(len(start), chunks)
    entries[offsets_tag] = _longs(order, offsets)
    return b"".join((_written(order, entries), *map(_even, chunks)))


def _data_tags(directory: tiff.Directory) -> tuple[int, int]:
    if tiff.TILE_OFFSETS in directory.entries:
        return tiff.TILE_OFFSETS, tiff.TILE_BYTE_COUNTS
    return tiff.STRIP_OFFSETS, tiff.STRIP_BYTE_COUNTS


def _chunks(directory: tiff.Directory, offsets_tag: int, counts_tag: int) -> list[bytes]:
    offsets, counts = directory.numbers(offsets_tag), directory.numbers(counts_tag)
    if not offsets or len(offsets) != len(counts):
        raise Refused("damaged-image", detail=f"tag {counts_tag}")
    if sum(counts) >= _CLASSIC_LIMIT // 2:
        raise Refused("page-too-large", bytes=sum(counts), limit=_CLASSIC_LIMIT // 2)
    return [
        directory.source.exactly(offset, count)
        for offset, count in zip(offsets, counts, strict=True)
    ]


def _following(start: int, chunks: Sequence[bytes]) -> list[int]:
    offsets = []
    for chunk in chunks:
        offsets.append(start)
        start += len(_even(chunk))
    return offsets


def _even(value: bytes) -> bytes:
    return value + b"\0" * (len(value) % 2)


def _longs(order: str, values: Sequence[int]) -> tiff.Entry:
    return tiff.Entry(tiff.LONG, len(values), struct.pack(f"{order}{len(values)}I", *values))


def _written(order: str, entries: dict[int, tiff.Entry]) -> bytes:
    """Header, one directory by ascending tag, and its longer values."""
    beyond = 8 + 2 + 12 * len(entries) + 4
    fields, values = [], []
    for tag in sorted(entries):
        entry = _classic(order, entries[tag])
        inline = entry.raw.ljust(4, b"\0")
        if len(entry.raw) > 4:
            inline = struct.pack(f"{order}I", beyond)
            values.append(_even(entry.raw))
            beyond += len(values[-1])
        fields.append(struct.pack(f"{order}HHI", tag, entry.kind, entry.amount) + inline)
    header = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)
    count = struct.pack(f"{order}H", len(entries))
    return b"".join((header, count, *fields, b"\0\0\0\0", *values))


def _classic(order: str, entry: tiff.Entry) -> tiff.Entry:
    """BigTIFF's 8-byte whole numbers become LONG; everything else stays."""
    if entry.kind != tiff.LONG8:
        return entry
    values = struct.unpack(f"{order}{entry.amount}Q", entry.raw)
    if max(values, default=0) >= _CLASSIC_LIMIT:
        raise Refused("damaged-image", detail="BigTIFF value")
    return _longs(order, values)
