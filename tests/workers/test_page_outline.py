"""Is a page known again when it was scanned twice, and where is an open book folded?"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from archive.recipes.likeness import MOST_DIFFERENT, difference, doubles
from tests.workers.drawn_page import Sheet
from workers.page_measures import measure

WORDS = "шахта көмір Қарағанды бассейні туралы жазылған мақала еңбек адам жыл қала өлке".split()
WIDTH, HEIGHT = 1240, 1754
Drawn = Callable[[int], Image.Image]


def typed(seed: int) -> Image.Image:
    """A page of running text; another seed is another page of the same book."""
    chance = random.Random(seed)
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(6, 7))) for _ in range(28)]
    return Sheet(WIDTH, HEIGHT).column(150, 200, *lines).image


def verse(seed: int) -> Image.Image:
    """A page of a few short lines, most of it paper."""
    chance = random.Random(seed)
    lines = [" ".join(chance.choices(WORDS, k=chance.randint(2, 3))) for _ in range(5)]
    return Sheet(WIDTH, HEIGHT).column(150, 200, *lines).image


def scanned_again(page: Image.Image, seed: int) -> Image.Image:
    """The same page laid a little otherwise on the glass, with its own grain."""
    moved = Image.new("L", page.size, 250)
    moved.paste(page.rotate(0.3, Image.Resampling.BICUBIC, fillcolor=255), (9, -13))
    grain = np.random.default_rng(seed).normal(0, 6, (HEIGHT, WIDTH))
    return Image.fromarray(np.clip(np.asarray(moved) + grain, 0, 255).astype(np.uint8))


def print_of(image: Image.Image) -> str:
    found = measure(image, 150).fingerprint
    assert found is not None
    return found


@pytest.mark.parametrize("drawn", [typed, verse])
def test_a_page_scanned_twice_is_known_again(drawn: Drawn) -> None:
    for seed in range(4):
        page = drawn(seed)
        again = print_of(scanned_again(page, seed))
        assert difference(print_of(page), again) < MOST_DIFFERENT * 0.9


@pytest.mark.parametrize("drawn", [typed, verse])
def test_pages_of_one_book_are_not_taken_for_one_another(drawn: Drawn) -> None:
    prints = [print_of(drawn(seed)) for seed in range(8)]
    least = min(difference(a, b) for n, a in enumerate(prints) for b in prints[:n])
    assert least > MOST_DIFFERENT * 1.2


def test_a_double_stands_beside_what_it_repeats() -> None:
    first, second, third = (print_of(typed(seed)) for seed in range(3))
    again = print_of(scanned_again(typed(0), 5))
    assert doubles([first, again, second, third]) == {1: 0}
    assert doubles([first, second, again, third]) == {2: 0}
    assert doubles([first, second, third, again]) == {}
    assert doubles([None, None, first]) == {}


def test_a_blank_page_is_nobodys_double() -> None:
    assert measure(Image.new("L", (WIDTH, HEIGHT), 240), 150).fingerprint is None


@pytest.mark.parametrize("fold", [0.46, 0.5, 0.55])
def test_an_open_book_is_folded_between_its_type_areas(fold: float) -> None:
    spread = Image.new("L", (2400, 1700), 245)
    pen = ImageDraw.Draw(spread)
    for y in range(200, 1500, 40):
        pen.rectangle((150, y, round(2400 * fold) - 120, y + 14), fill=30)
        pen.rectangle((round(2400 * fold) + 120, y, 2250, y + 14), fill=30)
    found = measure(spread, 300).gutter
    assert found == pytest.approx(fold, abs=0.015)


def test_a_standing_sheet_is_not_folded() -> None:
    assert measure(typed(1), 150).gutter is None
