"""The image information document (IIIF Image API 3.0, section 5)."""

from __future__ import annotations

from typing import Any, cast

import pytest

from schemas.image_info import image_info
from schemas.image_plan import Limits, resolve
from schemas.image_request import parse

OPEN = Limits()
ID = "https://sandyq.example/iiif/image/3/p1-0a1b2c3d"


def info(width: int, height: int, limits: Limits = OPEN, *, gray: bool = False) -> dict[str, Any]:
    return cast("dict[str, Any]", image_info(ID, width, height, gray=gray, limits=limits))


def test_the_required_properties() -> None:
    found = info(1750, 2480)
    assert next(iter(found)) == "@context"
    assert found["@context"] == "http://iiif.io/api/image/3/context.json"
    assert (found["id"], found["type"], found["profile"]) == (ID, "ImageService3", "level2")
    assert found["protocol"] == "http://iiif.io/api/image"
    assert (found["width"], found["height"], found["maxArea"]) == (1750, 2480, 12_000_000)
    assert found["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4, 8]}]
    assert found["sizes"][0] == {"width": 219, "height": 310}
    assert found["sizes"][-1] == {"width": 1750, "height": 2480}
    assert "color" in found["extraQualities"]
    assert "color" not in info(9, 9, gray=True)["extraQualities"]


@pytest.mark.parametrize("limits", [OPEN, Limits(max_area=1_000_000), Limits(finest=4)])
def test_everything_offered_is_given(limits: Limits) -> None:
    found = info(7016, 9921, limits)
    assert found["sizes"]
    for size in found["sizes"]:
        request = parse("full", f"{size['width']},{size['height']}", "0", "default", "jpg")
        resolve(request, 7016, 9921, limits)
    for factor in found["tiles"][0]["scaleFactors"]:
        side = 512 * factor
        for x in range(0, 7016, side):
            w = min(side, 7016 - x)
            h = min(side, 9921)
            size = f"{-(-w // factor)},{-(-h // factor)}"
            request = parse(f"{x},0,{w},{h}", size, "0", "default", "jpg")
            resolve(request, 7016, 9921, limits)


def test_tiles_that_the_limit_forbids_are_not_offered() -> None:
    assert "tiles" not in info(7016, 9921, Limits(max_area=100_000))
    assert info(7016, 9921, Limits(finest=4))["tiles"][0]["scaleFactors"] == [4, 8, 16, 32]
