"""What can be asked of this image? (IIIF Image API 3.0, section 5: info.json)"""

from __future__ import annotations

from schemas.image_plan import Limits
from schemas.pyramid import TILE, level_sizes

CONTEXT = "http://iiif.io/api/image/3/context.json"
CONTENT_TYPE = f'application/ld+json;profile="{CONTEXT}"'
PLAIN_CONTENT_TYPE = "application/json"
PROFILE_LINK = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'

_EXTRA_FEATURES = ("canonicalLinkHeader", "mirroring", "profileLinkHeader")


def image_info(
    image_id: str, width: int, height: int, *, gray: bool, limits: Limits
) -> dict[str, object]:
    """The image information document of an image of `width` x `height` px.

    `image_id` is the base address without a trailing slash. Only sizes and tiles
    within the requester's limits are offered (section 5.2).
    """
    info: dict[str, object] = {
        "@context": CONTEXT,
        "id": image_id,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxArea": limits.max_area,
        "sizes": _sizes(width, height, limits),
        "extraQualities": ["gray", "bitonal"] if gray else ["color", "gray", "bitonal"],
        "extraFeatures": list(_EXTRA_FEATURES),
    }
    if tiles := _tiles(width, height, limits):
        info["tiles"] = tiles
    return info


def _sizes(width: int, height: int, limits: Limits) -> list[dict[str, int]]:
    """The pyramid's levels, smallest first, that may be had in one answer."""
    offered = [
        {"width": w, "height": h}
        for index, (w, h) in enumerate(level_sizes(width, height))
        if (1 << index) >= limits.finest and w * h <= limits.max_area
    ]
    return offered[::-1]


def _tiles(width: int, height: int, limits: Limits) -> list[dict[str, object]]:
    factors = [
        1 << index
        for index in range(len(level_sizes(width, height)))
        if (1 << index) >= limits.finest
    ]
    if not factors or limits.max_area < TILE * TILE:
        return []
    return [{"width": TILE, "height": TILE, "scaleFactors": factors}]
