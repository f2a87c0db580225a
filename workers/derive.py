"""Which images do readers get of a page: the access image and the thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from archive.recipes.framing import AS_SCANNED, Framing
from schemas.pyramid_writing import write_pyramid
from workers.decode import open_upright

THUMBNAIL_SIDE = 400
"""px of the longer side: a cover of 200 CSS px on a screen of double density."""

_THUMBNAIL_QUALITY = 75


@dataclass(frozen=True, slots=True)
class AccessImages:
    """`pyramid` is the tiled TIFF, `thumbnail` a JPEG; width and height in px of the page."""

    pyramid: bytes
    thumbnail: bytes
    width: int
    height: int


def derive_access(
    path: Path, media_type: str, frame: int = 0, framing: Framing = AS_SCANNED
) -> AccessImages:
    """Both images of one page that has been characterised.

    Neither carries any metadata of the scan; colours are sRGB. No limited child:
    these very bytes have been decoded in one.

    Raises:
        Refused: see ``workers.decode.decode`` and ``schemas.pyramid_writing``.
    """
    image = open_upright(path, media_type, frame, framing)
    return AccessImages(write_pyramid(image), thumbnail(image), image.width, image.height)


def thumbnail(image: Image.Image) -> bytes:
    """A JPEG that fits into `THUMBNAIL_SIDE` both ways; small images are not enlarged."""
    scale = min(1.0, THUMBNAIL_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = BytesIO()
    small.save(out, "JPEG", quality=_THUMBNAIL_QUALITY, optimize=True)
    return out.getvalue()
