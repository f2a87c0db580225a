"""How is a JPEG told which way is up, without touching its compressed data?

EXIF 2.3, 4.5.4 and 4.7.2: the orientation is a TIFF field (tag 274) in an APP1
segment behind the start of the image.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from schemas import tiff
from storage.errors import Refused

_SOI = b"\xff\xd8"
_APP1 = 0xE1
_APP0 = 0xE0
_START_OF_SCAN = 0xDA
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 274


def with_orientation(content: bytes, orientation: int) -> bytes:
    """The same JPEG saying `orientation` (EXIF 1..8); the same bytes if it says so already."""
    segments = tuple(_segments(content))
    if _stated(content, segments) == orientation:
        return content
    rest = b"".join(
        content[start:end]
        for marker, start, end in segments
        if not (marker == _APP1 and content[start + 4 : start + 10] == _EXIF)
    )
    # JFIF wants its own APP0 to come first.
    cut = segments[0][2] - segments[0][1] if segments and segments[0][0] == _APP0 else 0
    image = content[segments[-1][2] :] if segments else content[2:]
    return b"".join((_SOI, rest[:cut], _orientation_segment(orientation), rest[cut:], image))


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment before the first scan."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == _START_OF_SCAN:
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        yield marker, at, end
        at = end


def _stated(content: bytes, segments: tuple[tuple[int, int, int], ...]) -> int:
    for marker, start, end in segments:
        if marker == _APP1 and content[start + 4 : start + 10] == _EXIF:
            try:
                directories = tiff.read_directories(tiff.from_bytes(content[start + 10 : end]))
                return directories[0].number(_ORIENTATION, 1) if directories else 1
            except Refused:
                return 0  # unreadable, so it says nothing that may stay
    return 1


def _orientation_segment(orientation: int) -> bytes:
    fields = struct.pack("<HHHIHHI", 1, _ORIENTATION, tiff.SHORT, 1, orientation, 0, 0)
    body = _EXIF + struct.pack("<2sHI", b"II", 42, 8) + fields
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body
