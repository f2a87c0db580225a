"""What pixels does this file hold, standing upright?

The one door through which foreign images are decoded: exactly the format that
the first bytes tell, at most `MAX_PIXELS`, a bomb warning is an error, half a
file is refused. Every box, tile and crop of the project is in the px of the
*upright* image, that is after the EXIF or TIFF orientation (tag 274) has been
applied, and after what a person said of the page (``archive.recipes.framing``);
`characterise`, `derive` and `recognise` all open an image here, so
they cannot disagree. Bytes that nobody has decoded yet are opened inside
`workers.limited.in_limited_child`: that is `characterise`, always the first step.
"""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, Jpeg2KImagePlugin, TiffImagePlugin

from archive.recipes import formats
from archive.recipes.framing import AS_SCANNED, Framing
from schemas import tiff
from storage.errors import Broken, Refused

MAX_PIXELS = 200_000_000
"""A3 at 600 dpi has 70 million, A0 at 400 dpi 248 million."""

# The one place where the limit is set: Pillow reads its own module's variable.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# Pillow imports its format drivers with the first image; here it happens once in
# the worker and not in each of its short-lived children.
Image.preinit()

ORIENTATION = 274

# Pillow counts degrees the other way round.
_TRANSPOSED = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}

_PILLOW_NAME = {
    formats.TIFF: TiffImagePlugin.TiffImageFile.format,
    formats.JPEG: "JPEG",
    formats.PNG: "PNG",
    formats.JPEG_2000: Jpeg2KImagePlugin.Jpeg2KImageFile.format,
    formats.JPEG_2000_CODESTREAM: Jpeg2KImagePlugin.Jpeg2KImageFile.format,
}

_SAMPLES = {
    "1": "bilevel",
    "L": "gray",
    "LA": "gray",
    "I;16": "gray",
    "I;16B": "gray",
    "I;16L": "gray",
    "P": "palette",
    "PA": "palette",
    "RGB": "rgb",
    "RGBA": "rgb",
    "RGBX": "rgb",
    "YCbCr": "rgb",
    "CMYK": "cmyk",
    "LAB": "lab",
}

_DECODING_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise on damaged data (their documentation names OSError only)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An image with all its pixels read, upright, in its own mode, and what the file said."""

    image: Image.Image
    media_type: str
    samples: str
    bits: int
    dpi: tuple[float, float] | None
    icc: bytes | None
    alpha: bool
    orientation: int
    white_is_zero: bool = False


def open_upright(
    path: Path, media_type: str, frame: int = 0, framing: Framing = AS_SCANNED
) -> Image.Image:
    """The page's image for access and recognition: upright, mode L or RGB (sRGB), 8 bits.

    `frame` is the number of the page within a multi-page TIFF, from 0; `framing` says
    which part of the scan the page is. The px of the result are the coordinate space
    of every box on this page.

    Raises:
        Refused: see `decode`.
    """
    return for_access(decode(path, media_type, frame, framing))


def decode(path: Path, media_type: str, frame: int = 0, framing: Framing = AS_SCANNED) -> Decoded:
    """Reads every pixel of one image and stands the page upright.

    Raises:
        Refused: ``empty-file``, ``not-an-image``, ``too-many-pixels`` (pixels,
            limit), ``truncated-image``, ``damaged-image`` (detail),
            ``unsupported-samples`` (mode), ``no-such-frame`` (frame).
        Broken: ``not-split`` when handed a container that is not an image.
    """
    content = path.read_bytes()
    _check_signature(content, media_type)
    with (
        _recognised_failures(content),
        Image.open(BytesIO(content), formats=[_PILLOW_NAME[media_type]]) as image,
    ):
        if media_type == formats.TIFF:
            image.seek(_directory(content, frame))
        return _framed(_read(image, media_type), framing)


def _framed(decoded: Decoded, framing: Framing) -> Decoded:
    """The part that is the page, turned as a person said."""
    if framing == AS_SCANNED:
        return decoded
    image, dpi = decoded.image, decoded.dpi
    if framing.cut:
        cut = framing.cut
        image = image.crop((cut.x, cut.y, cut.right, cut.bottom))
    if framing.turn:
        image = image.transpose(_TRANSPOSED[framing.turn])
        dpi = (dpi[1], dpi[0]) if dpi and framing.turn != 180 else dpi
    return replace(decoded, image=image, dpi=dpi)


def _check_signature(content: bytes, media_type: str) -> None:
    if not content:
        raise Refused("empty-file")
    found = formats.recognise(content[: formats.SIGNATURE_BYTES])
    if found is None or found != media_type:
        raise Refused("not-an-image", found=found)
    if media_type not in _PILLOW_NAME:
        raise Broken("not-split", media_type=media_type)


def _directory(content: bytes, frame: int) -> int:
    """Which image file directory holds page `frame`: previews and masks are not pages."""
    pages = tiff.page_directories(tiff.read_directories(tiff.from_bytes(content)))
    if not 0 <= frame < len(pages):
        raise Refused("no-such-frame", frame=frame)
    return pages[frame]


@contextmanager
def _recognised_failures(content: bytes) -> Iterator[None]:
    """Translates Pillow's failures; what the libraries merely warn of is not a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
            told = re.search(r"\((\d+) pixels\)", str(bomb))
            pixels = int(told[1]) if told else None
            raise Refused("too-many-pixels", pixels=pixels, limit=MAX_PIXELS) from bomb
        except _DECODING_FAILURES as error:
            if _is_cut_off(content, error):
                raise Refused("truncated-image") from error
            raise Refused("damaged-image", detail=str(error)[:200]) from error


def _is_cut_off(content: bytes, error: Exception) -> bool:
    """Whether data is missing at the end, as after a broken transfer."""
    if "truncated" in str(error).lower():
        return True
    media_type = formats.recognise(content[: formats.SIGNATURE_BYTES])
    if media_type == formats.TIFF:
        return tiff.runs_past_end(tiff.from_bytes(content), len(content))
    ending = {formats.JPEG: b"\xff\xd9", formats.PNG: b"IEND"}.get(media_type or "")
    return ending is not None and ending not in content[-64:]


def _read(image: Image.Image, media_type: str) -> Decoded:
    mode = image.mode
    if mode not in _SAMPLES:
        raise Refused("unsupported-samples", mode=mode)
    bits = _bits(image)
    # Pillow turns a TIFF by itself while loading and forgets the tag: look first.
    orientation = int(image.getexif().get(ORIENTATION, 1))
    image.load()
    if media_type != formats.TIFF:
        ImageOps.exif_transpose(image, in_place=True)
    return Decoded(
        image=image,
        media_type=media_type,
        samples=_SAMPLES[mode],
        bits=bits,
        dpi=_stated_dpi(image),
        icc=image.info.get("icc_profile"),
        alpha=image.has_transparency_data,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        white_is_zero=_white_is_zero(image),
    )


def _bits(image: Image.Image) -> int:
    """Bits of one sample as stored; Pillow keeps gray of 9 to 16 bits in ``I;16``."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(image.tag_v2.get(tiff.BITS_PER_SAMPLE, (1,))[0])
    if image.mode == "1":
        return 1
    return 16 if image.mode.startswith("I;16") else 8


def _white_is_zero(image: Image.Image) -> bool:
    """Pillow turns such a negative itself, but not with 16 bits."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile) or not image.mode.startswith("I;16"):
        return False
    return image.tag_v2.get(tiff.PHOTOMETRIC) == 0


def _stated_dpi(image: Image.Image) -> tuple[float, float] | None:
    stated = image.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:
        return None
    return float(stated[0]), float(stated[1])


# --- for access --------------------------------------------------------------


def for_access(decoded: Decoded) -> Image.Image:
    """The same px in mode L or RGB with 8 bits; colour as sRGB, transparency on white.

    Nothing else of the file comes along: Pillow would write its comment and its
    profile into every image made from it.
    """
    image = _eight_bit_samples(decoded)
    bare = image.copy() if image is decoded.image else image
    bare.info = {}
    return bare


def _eight_bit_samples(decoded: Decoded) -> Image.Image:
    image = decoded.image
    if image.mode.startswith("I;16"):
        eight_bits = _to_eight_bits(image, decoded.bits)
        return ImageOps.invert(eight_bits) if decoded.white_is_zero else eight_bits
    if decoded.alpha:
        image = _on_white(image)
    if image.mode in {"1", "L"} or (image.mode == "P" and _palette_is_gray(image)):
        return image.convert("L")
    if decoded.icc and image.mode in {"RGB", "CMYK", "LAB"}:
        return _to_srgb(image, decoded.icc)
    return image.convert("RGB")


def _to_eight_bits(image: Image.Image, bits: int) -> Image.Image:
    samples = np.asarray(image).astype(np.uint16, copy=False)
    stored = bits if samples.max(initial=0) < 1 << bits else 16
    return Image.fromarray((samples >> (stored - 8)).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    with_alpha = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(white, with_alpha)
    return flat.convert("L" if image.mode in {"1", "L", "LA"} else "RGB")


def _palette_is_gray(image: Image.Image) -> bool:
    palette = image.getpalette("RGB") or []
    return palette[0::3] == palette[1::3] == palette[2::3]


def _to_srgb(image: Image.Image, icc: bytes) -> Image.Image:
    """Colour as the file's own profile means it; a profile that fits not is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(icc))
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        # Tones a little off do less harm than a page refused for its profile.
        return image.convert("RGB")
    assert converted is not None
    return converted
