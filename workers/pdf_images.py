"""In which form does a page's image go into a PDF?

An 8-bit gray or RGB JPEG as it is, not one byte changed; a bilevel image as
CCITT Group 4, which loses nothing; every other image (LZW TIFF, PNG, 16-bit,
CMYK, JPEG 2000 …) as a JPEG in sRGB or gray. The small edition is the same at
a lower resolution and quality. Filters: ISO 32000-1, 7.4; which colour spaces
may be used: ISO 19005-2, 6.2.4.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from archive.recipes import formats
from archive.recipes.framing import AS_SCANNED, Framing
from storage.errors import Refused
from workers.decode import ORIENTATION, decode, for_access

_STRIP_OFFSETS, _STRIP_BYTE_COUNTS, _ROWS_PER_STRIP, _PHOTOMETRIC = 273, 279, 278, 262
_BLACK_IS_ZERO = 1
# The EXIF orientation a quarter turn clockwise after each.
_QUARTER_TURN = {1: 6, 6: 3, 3: 8, 8: 1, 2: 7, 7: 4, 4: 5, 5: 2}
_ICC_HEADER_BYTES = 128
_ICC_NEWEST_MAJOR = 4
_ICC_CLASSES = frozenset({b"prtr", b"mntr", b"scnr", b"spac"})
_ICC_SPACE_OF_MODE = {"L": b"GRAY", "RGB": b"RGB "}


@dataclass(frozen=True, slots=True)
class Edition:
    """How fine a PDF's images are: `dpi` caps the resolution (None: as scanned),
    `gray` and `colour` are the JPEG qualities of what is encoded anew. All
    streams together have at most `most_bytes`: a linearized file tells its
    length, and PDF/A-2 has no number above 2 GiB (ISO 19005-2, 6.1.13)."""

    dpi: float | None
    gray: int
    colour: int
    most_bytes: int = 2**31 - 2**26


ORIGINAL = Edition(dpi=None, gray=88, colour=88)
SMALL = Edition(dpi=200, gray=55, colour=60)


@dataclass(frozen=True, slots=True)
class PdfImage:
    """Encoded bytes with what an image dictionary says of them.

    `filter` is DCTDecode or CCITTFaxDecode. `profile` (ICC) and `orientation`
    (EXIF 1..8) tell how an image that is passed through is to be read;
    `width` and `height` are those of its stored rows, before turning.
    """

    data: bytes
    width: int
    height: int
    filter: str
    gray: bool
    black_is_one: bool = False
    profile: bytes | None = None
    orientation: int = 1


def encode_image(
    source: Path, frame: int, dpi: float, edition: Edition, framing: Framing = AS_SCANNED
) -> PdfImage:
    """Return the page `frame` (from 0) of the file `source` as `edition` wants it.

    A turned JPEG is passed through with its turn told beside it; a cut one is not.

    `dpi` is the resolution of the source.

    Raises:
        Refused: as ``workers.decode.decode``.
    """
    data = source.read_bytes()
    media_type = formats.recognise(data[: formats.SIGNATURE_BYTES])
    if media_type is None:
        raise Refused("not-an-image", found=None)
    as_it_is = _as_it_is(data, framing.turn) if _passes_through(media_type, framing) else None
    if as_it_is and edition.dpi is None:
        return as_it_is
    decoded = decode(source, media_type, frame, framing)
    if decoded.samples == "bilevel":
        return _group4(decoded.image)
    encoded = _jpeg(for_access(decoded), dpi, edition)
    # A scan that was already small must not grow.
    return as_it_is if as_it_is and len(data) <= len(encoded.data) else encoded


def _passes_through(media_type: str, framing: Framing) -> bool:
    return media_type == formats.JPEG and framing.cut is None


def _as_it_is(data: bytes, turn: int) -> PdfImage | None:
    """The JPEG itself, unless PDF/A knows its samples in no device-independent way."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if image.mode not in _ICC_SPACE_OF_MODE:
                return None
            return PdfImage(
                data,
                image.width,
                image.height,
                "DCTDecode",
                gray=image.mode == "L",
                profile=_usable_profile(image),
                orientation=_turned(_orientation(image), turn),
            )
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Refused("damaged-image", detail=str(error)) from error


def _orientation(image: Image.Image) -> int:
    stated = image.getexif().get(ORIENTATION, 1)
    return stated if stated in range(1, 9) else 1


def _turned(orientation: int, turn: int) -> int:
    """The EXIF orientation of what this orientation stands up and `turn` turns then."""
    for _ in range(turn // 90):
        orientation = _QUARTER_TURN[orientation]
    return orientation


def _usable_profile(image: Image.Image) -> bytes | None:
    """The image's ICC profile if PDF/A-2 lets it be used (ISO 19005-2, 6.2.4.2)."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or len(profile) < _ICC_HEADER_BYTES:
        return None
    usable = (
        int.from_bytes(profile[:4], "big") == len(profile)
        and profile[8] <= _ICC_NEWEST_MAJOR
        and profile[12:16] in _ICC_CLASSES
        and profile[16:20] == _ICC_SPACE_OF_MODE[image.mode]
    )
    return profile if usable else None


def _group4(image: Image.Image) -> PdfImage:
    written = io.BytesIO()
    # One strip, so that its bytes are the whole of the image.
    one_strip = {_ROWS_PER_STRIP: image.height}
    image.save(written, "TIFF", compression="group4", tiffinfo=one_strip)
    written.seek(0)
    with TiffImageFile(written) as tiff:
        (offset,), (count,) = tiff.tag_v2[_STRIP_OFFSETS], tiff.tag_v2[_STRIP_BYTE_COUNTS]
        black_is_one = tiff.tag_v2[_PHOTOMETRIC] == _BLACK_IS_ZERO
    data = written.getvalue()[offset : offset + count]
    size = (image.width, image.height)
    return PdfImage(data, *size, "CCITTFaxDecode", gray=True, black_is_one=black_is_one)


def _jpeg(image: Image.Image, dpi: float, edition: Edition) -> PdfImage:
    scale = min(1.0, edition.dpi / dpi) if edition.dpi else 1.0
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    gray = image.mode == "L"
    written = io.BytesIO()
    image.save(written, "JPEG", quality=edition.gray if gray else edition.colour, optimize=True)
    return PdfImage(written.getvalue(), *size, "DCTDecode", gray=gray)
