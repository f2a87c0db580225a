"""Which format is this file, and in which order do page files follow each other?

A format is told by its first bytes alone, never by the file's name (PREMIS
``format``; signatures as in https://www.nationalarchives.gov.uk/PRONOM/). Page
files are ordered as a person would order them: ``2.tif`` before ``10.tif``.
"""

from __future__ import annotations

import re
import unicodedata

TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
JPEG_2000 = "image/jp2"
JPEG_2000_CODESTREAM = "image/j2c"
PDF = "application/pdf"

ACCEPTED = frozenset({TIFF, JPEG, PNG, JPEG_2000, JPEG_2000_CODESTREAM, PDF})

SIGNATURE_BYTES = 1024
"""How many first bytes `recognise` wants to see."""

_SIGNATURES = (
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),  # BigTIFF
    (b"MM\x00+", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG_2000),
    (b"\xff\x4f\xff\x51", JPEG_2000_CODESTREAM),
)

_DIGITS = re.compile(r"(\d+)")


def recognise(head: bytes) -> str | None:
    """The media type told by the first `SIGNATURE_BYTES` bytes, or None if not accepted."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    # ISO 32000-1, 7.5.2 and its implementation note: readers accept the
    # header anywhere within the first 1024 bytes.
    return PDF if b"%PDF-" in head[:SIGNATURE_BYTES] else None


def may_hold_pages(media_type: str) -> bool:
    """Whether a file of this type can be a container of several pages."""
    return media_type in {TIFF, PDF}


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key: numbers by value, letters without case, Unicode in NFC.

    Equal keys are possible (``1.tif``, ``01.tif``): sort by ``(natural_order(n), n)``
    where the order must be total.
    """
    folded = unicodedata.normalize("NFC", name).casefold()
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(folded)
        if part
    )
