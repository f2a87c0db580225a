"""What does the address of an IIIF image request say?

The request grammar of the IIIF Image API 3.0 (https://iiif.io/api/image/3.0/,
section 4), compliance level 2. Only the grammar: what the request means for one
image and one requester is ``schemas.image_plan``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus

_MOST_CHARACTERS = 64
_QUALITIES = frozenset({"default", "color", "gray", "bitonal"})
_FORMATS = frozenset({"jpg", "png"})
_FULL_TURN = 360
_RIGHT_ANGLES = frozenset({0, 90, 180, 270})

# Section 4.7: digits and one point only; a leading zero SHOULD be there.
_FLOAT = r"(?:[0-9]{1,9}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})"
_INT = r"[0-9]{1,9}"
_REGION_PX = re.compile(rf"({_INT}),({_INT}),({_INT}),({_INT})")
_REGION_PCT = re.compile(rf"pct:({_FLOAT}),({_FLOAT}),({_FLOAT}),({_FLOAT})")
_SIZE = re.compile(
    rf"(?P<up>\^?)(?:(?P<max>max)|pct:(?P<pct>{_FLOAT})"
    rf"|(?P<confined>!?)(?P<w>{_INT})?,(?P<h>{_INT})?)"
)
_ROTATION = re.compile(rf"(!?)({_FLOAT})")


Number = int | Fraction
"""Exact: a percentage of an odd width must not depend on binary rounding."""


class BadImageRequest(Exception):
    """The request cannot be answered; `parameter` names the faulty part of the address.

    `status` is 400, or 501 for upscaling, which this service does not offer
    (section 4.2).
    """

    def __init__(self, parameter: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(f"{parameter}: {status.phrase}")
        self.parameter = parameter
        self.status = status


@dataclass(frozen=True, slots=True)
class SizeRequest:
    """The size parameter as written: at most one of `percent` and width/height is set."""

    upscale: bool = False
    percent: Fraction | None = None
    width: int | None = None
    height: int | None = None
    confined: bool = False


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A well-formed request, before it meets an image.

    `region` is full, square, or four numbers with `in_percent`.
    """

    region: str | tuple[Number, Number, Number, Number]
    in_percent: bool
    size: SizeRequest
    mirrored: bool
    degrees: int
    quality: str
    format: str


def parse(region: str, size: str, rotation: str, quality: str, format: str) -> ImageRequest:  # noqa: A002 - the specification's word
    """Reads the five parameters; raises `BadImageRequest` for anything not in the grammar."""
    for name, value in (("region", region), ("size", size), ("rotation", rotation)):
        if len(value) > _MOST_CHARACTERS:
            raise BadImageRequest(name)
    wanted, in_percent = _parse_region(region)
    mirrored, degrees = _parse_rotation(rotation)
    if quality not in _QUALITIES:
        raise BadImageRequest("quality")
    if format not in _FORMATS:
        raise BadImageRequest("format")
    return ImageRequest(wanted, in_percent, _parse_size(size), mirrored, degrees, quality, format)


def _parse_region(
    text: str,
) -> tuple[str | tuple[Number, Number, Number, Number], bool]:
    if text in {"full", "square"}:
        return text, False
    for pattern, in_percent in ((_REGION_PX, False), (_REGION_PCT, True)):
        if found := pattern.fullmatch(text):
            x, y, w, h = (_number(text) for text in found.groups())
            return (x, y, w, h), in_percent
    raise BadImageRequest("region")


def _parse_size(text: str) -> SizeRequest:
    found = _SIZE.fullmatch(text)
    if not found:
        raise BadImageRequest("size")
    upscale = bool(found["up"])
    if found["max"]:
        return SizeRequest(upscale=upscale)
    if found["pct"]:
        return SizeRequest(upscale=upscale, percent=Fraction(found["pct"]))
    width = int(found["w"]) if found["w"] else None
    height = int(found["h"]) if found["h"] else None
    confined = bool(found["confined"])
    if (width is None and height is None) or (confined and None in {width, height}):
        raise BadImageRequest("size")
    return SizeRequest(upscale=upscale, width=width, height=height, confined=confined)


def _parse_rotation(text: str) -> tuple[bool, int]:
    found = _ROTATION.fullmatch(text)
    if not found or _number(found[2]) > _FULL_TURN:
        raise BadImageRequest("rotation")
    degrees = _number(found[2]) % _FULL_TURN
    if degrees not in _RIGHT_ANGLES:
        raise BadImageRequest("rotation")  # section 4.3: unsupported values are 400 too
    return bool(found[1]), int(degrees)


def _number(text: str) -> Number:
    return int(text) if text.isdecimal() else Fraction(text)
