"""What are the technical facts of one page image (PREMIS ``objectCharacteristics``)?"""

from __future__ import annotations

from pathlib import Path

from archive.recipes.framing import AS_SCANNED, Framing
from archive.recipes.quality import ImageFacts
from workers.decode import Decoded, decode, for_access
from workers.limited import DECODING, Limits, in_limited_child
from workers.page_measures import measure

_LEAST_DPI, _MOST_DPI = 100, 2400
_DIFFERENT_AXES = 1.1


def characterise(
    path: Path,
    media_type: str,
    frame: int = 0,
    *,
    dpi: int | None = None,
    framing: Framing = AS_SCANNED,
    limits: Limits = DECODING,
) -> ImageFacts:
    """Decodes one image in a limited child and measures it.

    `dpi` overrules the file's own statement (a page of a PDF knows its size on
    paper, the JPEG inside does not).

    Raises:
        Refused: see ``workers.decode.decode`` and ``workers.limited``.
    """
    return in_limited_child(facts_of, limits, path, media_type, frame, dpi, framing)


def facts_of(
    path: Path, media_type: str, frame: int, dpi: int | None, framing: Framing = AS_SCANNED
) -> ImageFacts:
    """The same without a child of its own, for a caller that already is in one."""
    decoded = decode(path, media_type, frame, framing)
    return describe(decoded, dpi or believable_dpi(decoded.dpi))


def describe(decoded: Decoded, dpi: int | None) -> ImageFacts:
    """Facts of an image that has been decoded."""
    measures = measure(for_access(decoded), dpi)
    return ImageFacts(
        media_type=decoded.media_type,
        width=decoded.image.width,
        height=decoded.image.height,
        dpi=dpi,
        samples=decoded.samples,
        bits=decoded.bits,
        icc=decoded.icc is not None,
        alpha=decoded.alpha,
        orientation=decoded.orientation,
        sharpness=measures.sharpness,
        skew=measures.skew,
        ink=measures.ink,
        cut_edges=measures.cut_edges,
        fingerprint=measures.fingerprint,
        gutter=measures.gutter,
    )


def believable_dpi(stated: tuple[float, float] | None) -> int | None:
    """The stated resolution in px per inch, or None when no scanner would write it.

    Cameras and editors write 72 or 96 whatever the truth is.
    """
    if stated is None:
        return None
    across, down = stated
    if not (_LEAST_DPI <= across <= _MOST_DPI and _LEAST_DPI <= down <= _MOST_DPI):
        return None
    if max(across, down) > _DIFFERENT_AXES * min(across, down):
        return None
    return round((across + down) / 2)
