"""How many dots per inch does a file say it has? Told by its header alone, without pixels.

JFIF 1.02 (APP0), PNG 1.2 (pHYs), TIFF 6.0 (XResolution, ResolutionUnit). What a file does
not say, or says wrongly, is None: the page is measured when it is characterised.
"""

from __future__ import annotations

import struct

from archive.recipes.formats import JPEG, PNG, TIFF
from schemas import tiff
from schemas.tiff import ReadRange
from storage.errors import Refused

_HEAD = 4096  # pHYs stands before the pixels, APP0 at the very beginning
_PER_INCH, _PER_CENTIMETRE = 1, 2
_CENTIMETRES = 2.54
_X_RESOLUTION, _RESOLUTION_UNIT, _TIFF_INCH, _TIFF_CENTIMETRE = 282, 296, 2, 3


def stated_dpi(read: ReadRange, media_type: str) -> int | None:
    """The horizontal resolution, or None."""
    try:
        if media_type == TIFF:
            return _of_tiff(read)
        head = read(0, _HEAD)
        found = {JPEG: _of_jpeg, PNG: _of_png}.get(media_type)
        return found(head) if found else None
    except (Refused, struct.error):
        return None


def _of_jpeg(head: bytes) -> int | None:
    if head[2:4] != b"\xff\xe0" or head[6:11] != b"JFIF\x00":
        return None
    unit, dots = struct.unpack(">BH", head[13:16])
    return _per_inch(dots, {_PER_INCH: 1.0, _PER_CENTIMETRE: _CENTIMETRES}.get(unit))


def _of_png(head: bytes) -> int | None:
    at = head.find(b"pHYs")
    if at < 0:
        return None
    dots, _, unit = struct.unpack(">IIB", head[at + 4 : at + 13])
    return _per_inch(dots, _CENTIMETRES / 100 if unit == 1 else None)


def _of_tiff(read: ReadRange) -> int | None:
    first = next(iter(tiff.read_directories(tiff.open_source(read))), None)
    entry = first.entries.get(_X_RESOLUTION) if first else None
    if first is None or entry is None:
        return None
    dots, parts = struct.unpack(f"{first.source.order}II", entry.raw[:8])
    unit = first.number(_RESOLUTION_UNIT, _TIFF_INCH)
    scale = {_TIFF_INCH: 1.0, _TIFF_CENTIMETRE: _CENTIMETRES}.get(unit)
    return _per_inch(dots / parts, scale) if parts else None


def _per_inch(dots: float, scale: float | None) -> int | None:
    return round(dots * scale) or None if scale else None
