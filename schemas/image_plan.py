"""Which px of this image are wanted, and is this requester given them?

Applies a well-formed IIIF image request (``schemas.image_request``) to one image
and to the limits of one requester (IIIF Image API 3.0, sections 4.1, 4.2, 4.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus
from math import floor, isqrt

from schemas.image_request import BadImageRequest, ImageRequest, Number, SizeRequest

MAX_AREA = 12_000_000
"""px of one answer; larger images are fetched as tiles."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one requester may get of one image.

    `max_area` bounds the px of an answer. `finest` is the scale factor (a power
    of two) of the most detailed level whose px may be used: whatever is asked
    for, nothing finer can be put together from many answers.
    """

    max_area: int = MAX_AREA
    finest: int = 1


@dataclass(frozen=True, slots=True)
class Rendering:
    """Take x, y, w, h px of the full image, make them width x height px, mirror, turn.

    `finest` see `Limits`; `is_full` and `is_max` say how the canonical address
    writes the region and the size (section 4.8).
    """

    x: int
    y: int
    w: int
    h: int
    width: int
    height: int
    mirrored: bool
    degrees: int
    quality: str
    format: str
    finest: int
    is_full: bool
    is_max: bool


def finest_scale(width: int, height: int, max_pixels: int) -> int:
    """The smallest power of two by which an image must be divided to have at most `max_pixels`."""
    scale = 1
    while -(-width // scale) * -(-height // scale) > max_pixels and scale < max(width, height):
        scale *= 2
    return scale


def resolve(request: ImageRequest, width: int, height: int, limits: Limits = Limits()) -> Rendering:
    """What `request` means for an image of `width` x `height` px.

    Raises:
        BadImageRequest: the region lies outside, a side would be 0 px, the size
            would exceed the region or the limits (400), or needs upscaling (501).
    """
    x, y, w, h = _region(request, width, height)
    out = _size(request.size, (w, h), limits)
    return Rendering(
        x=x,
        y=y,
        w=w,
        h=h,
        width=out[0],
        height=out[1],
        mirrored=request.mirrored,
        degrees=request.degrees,
        quality=request.quality,
        format=request.format,
        finest=limits.finest,
        is_full=(x, y, w, h) == (0, 0, width, height),
        is_max=out == _largest((w, h), limits),
    )


def _region(request: ImageRequest, width: int, height: int) -> tuple[int, int, int, int]:
    if request.region == "full":
        return 0, 0, width, height
    if request.region == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    assert not isinstance(request.region, str)
    x, y, w, h = request.region
    if request.in_percent:
        x, w = Fraction(x * width, 100), Fraction(w * width, 100)
        y, h = Fraction(y * height, 100), Fraction(h * height, 100)
    left, top = _rounded(x), _rounded(y)
    right, bottom = min(left + _rounded(w), width), min(top + _rounded(h), height)
    if right <= left or bottom <= top:
        raise BadImageRequest("region")
    return left, top, right - left, bottom - top


def _open_px(region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """The px that the finest open level holds of the region."""
    return -(-region[0] // limits.finest), -(-region[1] // limits.finest)


def _largest(region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """The size of ``max``: the region itself, smaller where a limit says so."""
    w, h = _open_px(region, limits)
    if w * h <= limits.max_area:
        return w, h
    # The largest w' with w' * (w' * h / w) <= max_area; rounding down keeps within.
    shrunk = min(w, isqrt(limits.max_area * w // h))
    return max(1, shrunk), max(1, min(h, shrunk * h // w))


def _size(size: SizeRequest, region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    if size == SizeRequest():
        return _largest(region, limits)
    if size == SizeRequest(upscale=True):
        return _upscaled_max(region, limits)
    if size.confined:
        return _confined(size, region, limits)
    w, h = _explicit(size, *region)
    if min(w, h) < 1:
        raise BadImageRequest("size")
    if w > region[0] or h > region[1]:
        upscaling = HTTPStatus.NOT_IMPLEMENTED if size.upscale else HTTPStatus.BAD_REQUEST
        raise BadImageRequest("size", upscaling)
    most_w, most_h = _open_px(region, limits)
    if w * h > limits.max_area or w > most_w or h > most_h:
        raise BadImageRequest("size")
    return w, h


def _upscaled_max(region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """``^max`` is ``max`` where the area limit is reached without upscaling."""
    if limits.finest == 1 and region[0] * region[1] >= limits.max_area:
        return _largest(region, limits)
    raise BadImageRequest("size", HTTPStatus.NOT_IMPLEMENTED)


def _explicit(size: SizeRequest, w: int, h: int) -> tuple[int, int]:
    if size.percent is not None:
        share = size.percent / 100
        return _rounded(w * share), _rounded(h * share)
    if size.height is None:
        assert size.width is not None
        return size.width, _rounded(Fraction(h * size.width, w))
    if size.width is None:
        return _rounded(Fraction(w * size.height, h)), size.height
    return size.width, size.height


def _confined(size: SizeRequest, region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """``!w,h``: as large as possible within w, h, the region and the limits."""
    assert size.width is not None
    assert size.height is not None
    if min(size.width, size.height) < 1:
        raise BadImageRequest("size")
    if size.upscale and size.width > region[0] and size.height > region[1]:
        raise BadImageRequest("size", HTTPStatus.NOT_IMPLEMENTED)
    largest = _largest(region, limits)
    most_w, most_h = min(size.width, largest[0]), min(size.height, largest[1])
    scale = min(Fraction(most_w, region[0]), Fraction(most_h, region[1]))
    return (
        max(1, min(most_w, _rounded(region[0] * scale))),
        max(1, min(most_h, _rounded(region[1] * scale))),
    )


def _rounded(value: Number) -> int:
    """To the nearest whole number, halves up."""
    return value if isinstance(value, int) else floor(value + Fraction(1, 2))


def canonical(rendering: Rendering) -> str:
    """The canonical form of the five parameters (section 4.8): one address per answer."""
    r = rendering
    region = "full" if r.is_full else f"{r.x},{r.y},{r.w},{r.h}"
    size = "max" if r.is_max else f"{r.width},{r.height}"
    rotation = f"{'!' if r.mirrored else ''}{r.degrees}"
    return f"{region}/{size}/{rotation}/{r.quality}.{r.format}"
