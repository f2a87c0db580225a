"""Facts measured on pages made here, each with one known fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from archive.recipes import formats
from archive.recipes.quality import problems
from storage.errors import Refused
from workers.characterise import believable_dpi, characterise

SIZE = (1240, 1754)
PAPER, INK = 232, 35
SENTENCE = "Karaganda coal basin, memoirs of its miners and builders, volume two. "


def printed(size: tuple[int, int] = SIZE, points: int = 34, margin: int = 130) -> Image.Image:
    """A page of plain lines, A5-like at 212 px per inch of paper but called 300."""
    page = Image.new("L", size, PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(points)
    width = (size[0] - 2 * margin) // (points // 2)
    for number, top in enumerate(range(margin, size[1] - margin, int(points * 1.5))):
        start = number * 7 % len(SENTENCE)
        draw.text((margin, top), (SENTENCE * 4)[start : start + width], fill=INK, font=font)
    return page


def blurred(page: Image.Image, radius: float) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(radius))


def grainy(page: Image.Image, sigma: float) -> Image.Image:
    grain = np.random.default_rng(5).normal(0, sigma, (page.height, page.width))
    return Image.fromarray((np.asarray(page) + grain).clip(0, 255).astype(np.uint8))


def turned(page: Image.Image, degrees: float) -> Image.Image:
    """Lines fall to the right by `degrees`."""
    return page.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)


def shadowed(page: Image.Image) -> Image.Image:
    """Dark towards the gutter, as a book that does not lie flat."""
    shade = np.linspace(0.4, 1, page.width)[None, :]
    return Image.fromarray((np.asarray(page) * shade).astype(np.uint8))


def in_the_gutter(page: Image.Image) -> Image.Image:
    """A page that falls steeply into the dark at one side, with grain, as a thick book does."""
    across = np.linspace(0, 1, page.width)[None, :]
    shade = 1 - 0.95 * np.exp(-across * 13)
    return grainy(Image.fromarray((np.asarray(page) * shade).astype(np.uint8)), 22)


def bordered(page: Image.Image) -> Image.Image:
    """A dark scanner bed seen along one side."""
    framed = page.copy()
    framed.paste(12, (0, 0, 25, page.height))
    return framed


def pictured(page: Image.Image) -> Image.Image:
    """Pictures that bleed off the left edge: large dark areas, no cut letters."""
    bled = page.copy()
    for top in range(100, SIZE[1] - 130, 200):
        bled.paste(40, (0, top, 90, top + 120))
    return bled


def numbered_only() -> Image.Image:
    page = Image.new("L", SIZE, PAPER)
    page.paste(INK, (600, 1650, 625, 1680))
    return page


Reasons = Callable[[Image.Image], list[str]]


@pytest.fixture
def reasons(tmp_path: Path) -> Reasons:
    def found(page: Image.Image) -> list[str]:
        path = tmp_path / "page"
        page.save(path, "TIFF", dpi=(300, 300))
        return [problem.reason for problem in problems(characterise(path, formats.TIFF))]

    return found


@pytest.mark.parametrize(
    "page",
    [
        printed(),
        grainy(printed(), 18),
        blurred(printed(), 1.2),
        turned(printed(), 1.2),
        shadowed(printed()),
        in_the_gutter(printed()),
        bordered(printed()),
        pictured(printed()),
        printed((2480, 3508), 68, 260),
        printed().point(lambda value: 255 if value > 128 else 0).convert("1"),
        printed().crop((100, 100, 500, 400)),
    ],
    ids=[
        "clean",
        "grainy",
        "soft",
        "straight",
        "shadow",
        "gutter",
        "border",
        "picture",
        "a4",
        "bilevel",
        "clipping",
    ],
)
def test_a_usable_page_has_no_problem(reasons: Reasons, page: Image.Image) -> None:
    assert reasons(page) in ([], ["cut-edge"] if page.width == 400 else [])


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (blurred(printed(), 2.5), "blurred-page"),
        (blurred(grainy(blurred(printed(), 3), 10), 1), "blurred-page"),
        (turned(printed(), 2), "skewed-page"),
        (turned(printed(), -4), "skewed-page"),
        (Image.new("L", SIZE, PAPER), "blank-page"),
        (grainy(Image.new("L", SIZE, PAPER), 10), "blank-page"),
        (numbered_only(), "blank-page"),
        (printed().crop((160, 0, *SIZE)), "cut-edge"),
        (printed().crop((0, 0, 1000, SIZE[1])), "cut-edge"),
        (printed().crop((0, 145, *SIZE)), "cut-edge"),
    ],
    ids=["blur", "blur2", "skew", "skew2", "blank", "grain", "number", "left", "right", "top"],
)
def test_each_fault_is_seen(reasons: Reasons, page: Image.Image, reason: str) -> None:
    assert reasons(page) == [reason]


def title_page() -> Image.Image:
    page = Image.new("L", SIZE, PAPER)
    draw = ImageDraw.Draw(page)
    for place, text in (((250, 600), "Memoirs of miners"), ((400, 760), "Almaty 1957")):
        draw.text(place, text, fill=INK, font=ImageFont.load_default(70))
    return page


@pytest.mark.parametrize("degrees", [-2.0, 1.3, 3.0])
def test_two_lines_of_a_title_are_enough(tmp_path: Path, degrees: float) -> None:
    path = tmp_path / "page"
    turned(title_page(), degrees).save(path, "PNG")
    skew = characterise(path, formats.PNG).skew
    assert skew is not None
    assert abs(skew - degrees) <= 0.25


@pytest.mark.parametrize("degrees", [-6.0, -1.3, 0.0, 0.4, 2.5, 7.0])
def test_the_skew_is_right_to_a_tenth_of_a_degree(tmp_path: Path, degrees: float) -> None:
    path = tmp_path / "page"
    turned(printed(), degrees).save(path, "PNG")
    skew = characterise(path, formats.PNG).skew
    assert skew is not None
    assert abs(skew - degrees) <= 0.11


def clouds() -> Image.Image:
    """Dark and bright patches without direction, like a halftone picture of a landscape."""
    noise = np.random.default_rng(1).integers(0, 255, (SIZE[1], SIZE[0]), dtype=np.uint8)
    soft = blurred(Image.fromarray(noise), 15)
    return soft.point(lambda value: 255 if value > 127 else 20)


@pytest.mark.parametrize(
    "picture",
    [
        Image.effect_mandelbrot(SIZE, (-2, -1.5, 1, 1.5), 60),
        Image.effect_mandelbrot((1750, 2480), (-2, -1.5, 1, 1.5), 100),
        clouds(),
    ],
    ids=["drawing", "large", "clouds"],
)
def test_a_picture_has_no_lines_to_be_skewed(tmp_path: Path, picture: Image.Image) -> None:
    path = tmp_path / "page"
    picture.save(path, "PNG")
    assert characterise(path, formats.PNG).skew is None


def test_blur_is_judged_at_the_size_of_the_paper(tmp_path: Path) -> None:
    """At 600 dpi the same softness spreads over twice as many px."""
    page = blurred(printed((2480, 3508), 68, 260), 2)
    path = tmp_path / "page"
    page.save(path, "PNG")
    at_600 = characterise(path, formats.PNG, dpi=600).sharpness
    at_300 = characterise(path, formats.PNG, dpi=300).sharpness
    assert at_600 is not None
    assert at_300 is not None
    assert at_600 > 1.6 * at_300


def test_the_facts_of_a_photographed_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "page"
    page = printed().transpose(Image.Transpose.ROTATE_90).convert("RGB")
    page.save(path, "JPEG", exif=exif, dpi=(400, 400))
    facts = characterise(path, formats.JPEG)
    assert (facts.width, facts.height) == SIZE
    assert (facts.orientation, facts.dpi) == (6, 400)
    assert (facts.samples, facts.bits, facts.icc, facts.alpha) == ("rgb", 8, False, False)
    assert facts.media_type == formats.JPEG
    assert facts.skew == 0.0


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (2, 3000), (15, 15), (700, 40)])
def test_any_shape_can_be_measured(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "page"
    Image.new("L", size, 0).save(path, "PNG")
    facts = characterise(path, formats.PNG)
    assert (facts.width, facts.height, facts.dpi) == (*size, None)


@pytest.mark.parametrize(
    ("stated", "believed"),
    [
        ((300.0, 300.0), 300),
        ((299.9994, 299.9994), 300),
        ((600.0, 590.0), 595),
        ((72.0, 72.0), None),
        ((96.0, 96.0), None),
        ((1.0, 1.0), None),
        ((300.0, 150.0), None),
        ((99999.0, 99999.0), None),
        ((float("nan"), 300.0), None),
        ((0.0, 0.0), None),
        (None, None),
    ],
)
def test_only_what_a_scanner_would_write_is_believed(
    stated: tuple[float, float] | None, believed: int | None
) -> None:
    assert believable_dpi(stated) == believed


def test_what_the_container_knows_overrules_the_file(tmp_path: Path) -> None:
    path = tmp_path / "page"
    printed().save(path, "PNG", dpi=(150, 150))
    assert characterise(path, formats.PNG).dpi == 150
    assert characterise(path, formats.PNG, dpi=300).dpi == 300


def test_a_refusal_crosses_from_the_child(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"")
    with pytest.raises(Refused) as caught:
        characterise(path, formats.TIFF)
    assert caught.value.reason == "empty-file"
