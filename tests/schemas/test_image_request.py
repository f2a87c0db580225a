"""The request grammar of the IIIF Image API 3.0, section 4."""

from __future__ import annotations

from fractions import Fraction
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.image_request import BadImageRequest, SizeRequest, parse


def fault(
    region: str = "full",
    size: str = "max",
    rotation: str = "0",
    quality: str = "default",
    format: str = "jpg",  # noqa: A002
) -> tuple[str, HTTPStatus] | None:
    try:
        parse(region, size, rotation, quality, format)
    except BadImageRequest as bad:
        return bad.parameter, bad.status
    return None


@pytest.mark.parametrize(
    "region",
    ["full", "square", "0,0,1,1", "125,15,120,140", "pct:0,0,100,100", "pct:41.6,7.5,40,.5"],
)
def test_regions(region: str) -> None:
    assert fault(region=region) is None


@pytest.mark.parametrize(
    "region",
    [
        "",
        "Full",
        "1,2,3",
        "1,2,3,4,5",
        "-1,0,5,5",
        "+1,0,5,5",
        "1.5,0,5,5",
        " 1,0,5,5",
        "1,0,5,5\n",
        "١,0,5,5",
        "pct:",
        "pct:1,1,1",
        "pct:1e2,0,1,1",
        "pct:0,0,1.,1",
        "9" * 10 + ",0,1,1",
        "pct:" + "1" * 99 + ",0,0,0",
    ],
)
def test_what_is_no_region(region: str) -> None:
    assert fault(region=region) == ("region", HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    ("size", "meaning"),
    [
        ("max", SizeRequest()),
        ("^max", SizeRequest(upscale=True)),
        ("150,", SizeRequest(width=150)),
        ("^150,", SizeRequest(width=150, upscale=True)),
        (",150", SizeRequest(height=150)),
        ("pct:50", SizeRequest(percent=Fraction(50))),
        ("^pct:120.5", SizeRequest(percent=Fraction("120.5"), upscale=True)),
        ("225,100", SizeRequest(width=225, height=100)),
        ("!225,100", SizeRequest(width=225, height=100, confined=True)),
        ("^!225,100", SizeRequest(width=225, height=100, confined=True, upscale=True)),
    ],
)
def test_sizes(size: str, meaning: SizeRequest) -> None:
    assert parse("full", size, "0", "default", "jpg").size == meaning


@pytest.mark.parametrize(
    "size",
    ["", ",", "!", "!,", "!5,", "!,5", "^", "full", "pct:", "pct:-1", "!max", "!pct:5", "5", "a,b",
     "5,5,5", "1.5,", "^^5,", "!^5,5"],
)  # fmt: skip
def test_what_is_no_size(size: str) -> None:
    assert fault(size=size) == ("size", HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    ("rotation", "mirrored", "degrees"),
    [("0", False, 0), ("90", False, 90), ("!180", True, 180), ("270.0", False, 270),
     ("360", False, 0), ("!0", True, 0)],
)  # fmt: skip
def test_rotations(rotation: str, degrees: int, *, mirrored: bool) -> None:
    request = parse("full", "max", rotation, "default", "jpg")
    assert (request.mirrored, request.degrees) == (mirrored, degrees)


@pytest.mark.parametrize("rotation", ["", "!", "45", "22.5", "361", "-90", "90!", "!!0", "9e1"])
def test_what_is_no_rotation_here(rotation: str) -> None:
    assert fault(rotation=rotation) == ("rotation", HTTPStatus.BAD_REQUEST)


def test_qualities_and_formats() -> None:
    for quality in ("default", "color", "gray", "bitonal"):
        assert fault(quality=quality) is None
    for format_ in ("jpg", "png"):
        assert fault(format=format_) is None
    for other in ("grey", "native", "", "Default"):
        assert fault(quality=other) == ("quality", HTTPStatus.BAD_REQUEST)
    for other in ("tif", "webp", "JPG", "", "jpg "):
        assert fault(format=other) == ("format", HTTPStatus.BAD_REQUEST)


@given(st.text(max_size=70), st.text(max_size=70), st.text(max_size=70))
def test_any_text_is_judged(region: str, size: str, rotation: str) -> None:
    verdict = fault(region, size, rotation)
    assert verdict is None or verdict[1] == HTTPStatus.BAD_REQUEST
