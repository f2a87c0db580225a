"""What was read on a page: areas, paragraphs, lines and words with their boxes.

The same nesting as hOCR (``ocr_carea`` > ``ocr_par`` > ``ocr_line`` >
``ocrx_word``, http://kba.github.io/hocr-spec/1.2/). All boxes are in pixels of
the Scan, origin at the top left, whatever was done to the image before it was
recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in px of the Scan: left, top, width, height.

    A tuple, as thousands are made for each list of results.
    """

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word; `confidence` is 0..100 as the engine gives it."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `baseline` is hOCR's (slope, offset in px from the
    bottom left corner of the line's box)."""

    box: Box
    words: tuple[Word, ...]
    baseline: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together (hOCR ``ocr_par``)."""

    box: Box
    lines: tuple[Line, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A column or another block of text (hOCR ``ocr_carea``)."""

    box: Box
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """Everything read on one page; width and height in px of the Scan."""

    width: int
    height: int
    areas: tuple[Area, ...]
    engine: str = ""

    def lines(self) -> Iterator[Line]:
        """The lines in reading order."""
        for area in self.areas:
            for paragraph in area.paragraphs:
                yield from paragraph.lines

    def words(self) -> Iterator[Word]:
        """The words in reading order; their index is the word's number."""
        for line in self.lines():
            yield from line.words
