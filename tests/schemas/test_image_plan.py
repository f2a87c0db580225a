"""Which px are wanted: the tables of IIIF Image API 3.0, 4.1 and 4.2, and the limits."""

from __future__ import annotations

from fractions import Fraction
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.image_plan import Limits, Rendering, canonical, finest_scale, resolve
from schemas.image_request import BadImageRequest, parse

OPEN = Limits()


def plan(
    region: str = "full",
    size: str = "max",
    image: tuple[int, int] = (300, 200),
    limits: Limits = OPEN,
    rotation: str = "0",
) -> Rendering:
    return resolve(parse(region, size, rotation, "default", "jpg"), *image, limits)


def fault(
    region: str = "full",
    size: str = "max",
    image: tuple[int, int] = (300, 200),
    limits: Limits = OPEN,
) -> tuple[str, int]:
    with pytest.raises(BadImageRequest) as caught:
        plan(region, size, image, limits)
    return caught.value.parameter, caught.value.status


@pytest.mark.parametrize(
    ("region", "box"),
    [
        ("full", (0, 0, 300, 200)),
        ("square", (50, 0, 200, 200)),
        ("125,15,120,140", (125, 15, 120, 140)),
        ("125,15,200,200", (125, 15, 175, 185)),
        ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
        ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
        ("299,199,1,1", (299, 199, 1, 1)),
    ],
)
def test_regions_of_the_specification(region: str, box: tuple[int, int, int, int]) -> None:
    wanted = plan(region)
    assert (wanted.x, wanted.y, wanted.w, wanted.h) == box
    assert (wanted.width, wanted.height) == box[2:]


@pytest.mark.parametrize(
    "region", ["0,0,0,10", "0,0,10,0", "300,0,1,1", "0,200,1,1", "pct:100,0,1,1", "pct:0,0,0.01,1"]
)
def test_an_empty_region_is_refused(region: str) -> None:
    assert fault(region) == ("region", HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    ("size", "out"),
    [
        ("max", (300, 200)),
        ("150,", (150, 100)),
        (",150", (225, 150)),
        ("pct:50", (150, 100)),
        ("225,100", (225, 100)),
        ("!225,100", (150, 100)),
        ("!2000,3000", (300, 200)),
        ("!1,200", (1, 1)),
        ("^150,", (150, 100)),
        ("^!225,100", (150, 100)),
        ("^pct:100", (300, 200)),
    ],
)
def test_sizes_of_the_specification(size: str, out: tuple[int, int]) -> None:
    wanted = plan(size=size)
    assert (wanted.width, wanted.height) == out


@pytest.mark.parametrize(
    "size",
    ["301,", ",201", "pct:100.5", "301,200", "300,201", "0,", ",0", "0,0", "pct:0", "pct:0.1",
     "!0,5"],
)  # fmt: skip
def test_sizes_that_are_bad_requests(size: str) -> None:
    assert fault(size=size) == ("size", HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize("size", ["^max", "^360,", "^,240", "^pct:120", "^360,360", "^!360,360"])
def test_upscaling_is_not_implemented(size: str) -> None:
    assert fault(size=size) == ("size", HTTPStatus.NOT_IMPLEMENTED)


def test_a_side_that_rounds_to_nothing_is_refused() -> None:
    assert fault(size="10,", image=(10_000, 3)) == ("size", HTTPStatus.BAD_REQUEST)


# --- limits ------------------------------------------------------------------

A3 = (7016, 9921)


def test_max_is_shrunk_to_the_limit_and_explicit_sizes_beyond_it_are_refused() -> None:
    wanted = plan(image=A3)
    assert 11_990_000 < wanted.width * wanted.height <= 12_000_000
    assert abs(wanted.width / wanted.height - A3[0] / A3[1]) < 0.001
    assert fault(size="3000,", image=A3) == ("size", HTTPStatus.BAD_REQUEST)
    assert fault(size="pct:50", image=A3) == ("size", HTTPStatus.BAD_REQUEST)
    assert plan(size="2900,", image=A3).height == 4101
    confined = plan(size="!5000,5000", image=A3)
    assert confined.width * confined.height <= 12_000_000
    assert plan("0,0,4000,3000", "4000,3000", A3).width == 4000
    assert plan(size="^max", image=A3).width == wanted.width


def test_what_is_open_only_in_small_stays_small_whatever_is_asked_for() -> None:
    scale = finest_scale(*A3, 1_000_000)
    assert scale == 16
    small = Limits(finest=scale)
    assert (plan(image=A3, limits=small).width, plan(image=A3, limits=small).finest) == (439, 16)
    assert fault(size="440,", image=A3, limits=small)[0] == "size"
    assert plan(size="439,", image=A3, limits=small).height == 621
    assert plan("0,0,8192,8192", "439,512", A3, small).height == 512
    assert fault("0,0,512,512", "512,512", A3, small)[0] == "size"
    detail = plan("0,0,512,512", "max", A3, small)
    assert (detail.width, detail.height, detail.finest) == (32, 32, 16)
    assert fault(size="^max", image=A3, limits=small) == ("size", HTTPStatus.NOT_IMPLEMENTED)


@given(
    st.integers(1, 20_000),
    st.integers(1, 20_000),
    st.integers(10_000, 20_000_000),
    st.sampled_from([1, 2, 8]),
    st.sampled_from(["max", "!900,700", "!1,9000"]),
)
def test_what_never_fails_stays_within_every_limit(
    width: int, height: int, area: int, finest: int, size: str
) -> None:
    wanted = plan(size=size, image=(width, height), limits=Limits(area, finest))
    assert 1 <= wanted.width <= -(-width // finest)
    assert 1 <= wanted.height <= -(-height // finest)
    # A strip so thin that one px is its whole side cannot be thinner.
    assert wanted.width * wanted.height <= area or min(wanted.width, wanted.height) == 1


def test_the_scale_for_a_number_of_px_is_the_smallest_power_of_two() -> None:
    assert finest_scale(1000, 1000, 1_000_000) == 1
    assert finest_scale(1000, 1000, 999_999) == 2
    assert finest_scale(1000, 1000, 1) == 1024
    assert finest_scale(1, 1, 1) == 1


# --- canonical ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "size", "rotation", "expected"),
    [
        ("0,0,300,200", "300,", "0", "full/max/0/default.jpg"),
        ("pct:0,0,100,100", "pct:50", "!90.0", "full/150,100/!90/default.jpg"),
        ("square", "!100,100", "360", "50,0,200,200/100,100/0/default.jpg"),
        ("125,15,200,200", "max", "180", "125,15,175,185/max/180/default.jpg"),
    ],
)
def test_the_canonical_address(region: str, size: str, rotation: str, expected: str) -> None:
    assert canonical(plan(region, size, rotation=rotation)) == expected


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from(["max", "!90,70", "pct:50.5"]))
def test_the_canonical_address_asks_for_the_same(width: int, height: int, size: str) -> None:
    image = (max(width, 4), max(height, 4))
    wanted = plan("pct:10,10,80,80", size, image)
    region, out, rotation, rest = canonical(wanted).split("/")
    assert rest == "default.jpg"
    assert plan(region, out, image, rotation=rotation) == wanted
    assert Fraction(rotation) == 0
