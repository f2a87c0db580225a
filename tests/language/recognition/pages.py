"""Printed pages of which every letter is known: Kazakh, Russian and both, in four fonts.

A5 at 300 dpi, 10.5 points, words divided at line ends, about 2,200 characters.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.data.degrade import degraded
from tests.data.make_samples import blank, print_column, source
from tests.data.typeset import SERIF_BOLD, Printed, Type, face, paragraph, pour
from tests.data.wear import Wear

SIZE = (1748, 2480)
MARGIN = 150
LEAD = 62
POINTS = 10.5
# All have the nine Kazakh letters; the packages that bring them are in .ci/packages.txt.
FONTS = ("PTF55F.ttf", "PTS55F.ttf", "NotoSerif-Regular.ttf", "DejaVuSerif.ttf")
PROFILES: Mapping[str, int] = {"kk": 0, "ru": 1, "mixed": 2}  # and the font of its first page
_ASIDE = 3  # paragraphs between the beginnings of two pages


@dataclass(frozen=True)
class TruePage:
    """A page as it was printed, the back of its sheet, and its lines: "¬" divides a word."""

    profile: str
    number: int
    font: str
    image: Image.Image
    back: Image.Image
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """What stands on the paper, line after line."""
        return " ".join(line.replace("¬", "-") for line in self.lines)

    @property
    def whole_words(self) -> list[str]:
        """The words, those divided at a line end joined again."""
        return "".join(
            line[:-1] if line.endswith("¬") else f"{line} " for line in self.lines
        ).split()

    def worn(self, wear: Wear) -> NDArray[np.uint8]:
        """The page as scanned at one grade; the grain of each page is its own."""
        seed = 2 * len(FONTS) * PROFILES[self.profile] + self.number + 1
        return degraded(self.image, self.back, wear, seed)


def true_pages(profile: str, count: int) -> list[TruePage]:
    """So many pages of a profile's language, each in the next font; the same in every run."""
    return [_page(profile, number) for number in range(count)]


def _page(profile: str, number: int) -> TruePage:
    font = FONTS[(PROFILES[profile] + number) % len(FONTS)]
    front, back = (_printed(profile, number + side, font) for side in (0, 1))
    return TruePage(profile, number, font, front.image, back.image, tuple(front.lines))


@cache
def _printed(profile: str, number: int, font: str) -> Printed:
    kind = Type(SIZE[0] - 2 * MARGIN, face(font, POINTS), LEAD, face(SERIF_BOLD, 14))
    texts = _paragraphs(profile)
    begin = number * _ASIDE % len(texts)
    lines = (line for text in texts[begin:] + texts[:begin] for line in paragraph(text, kind))
    column = pour(lines, itertools.repeat(SIZE[1] - 2 * MARGIN))[0]
    page = blank(SIZE)
    print_column(page, column, MARGIN, MARGIN, kind)
    return page


def _paragraphs(profile: str) -> list[str]:
    kazakh, russian = (
        [block for block in source(name) if block[0] not in "#@!"]
        for name in ("komirli-olke", "industrialnaya-karaganda")
    )
    mixed = [text for pair in zip(kazakh, russian, strict=False) for text in pair]
    return {"kk": kazakh, "ru": russian, "mixed": mixed}[profile]
