"""Where does each recognised word lie on a PDF page?

Text in rendering mode 3 (neither filled nor stroked: ISO 32000-1, 9.3.6) over
the page image: one Tj a word with the space that follows it, in reading order,
as wide as the printed word (Tz) and along the line's slope. A word broken at a
line end stays broken, as printed. The words of a line share a baseline and a
size, so that readers see a line and select it as one band.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from archive.words import Line, PrintedPage, Word
from workers.glyphless_font import ADVANCE, ASCENT, DESCENT, CharacterCodes

_STEEPEST = 0.3
"""Slope above which a baseline is a mistake of the engine (17 degrees)."""
_TALLEST = 1.6
"""Type size above which it is one, in heights of the line's tallest word."""
_TALLER_THAN_MOST = 1.5
"""Times the line's median size above which a word's box holds more than the word."""
_LEAST_CLIMB = 1.0
"""Points that a word climbs before its slope can be seen."""
_LEAST_GAP = 0.18
"""Ems between words: with less than 0.15, poppler takes two words for one."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NUMBER_OR_CHARACTER = re.compile(r"\d+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Placement:
    """How px of the Scan become points of the page: `points` per px, and the
    page's `height` in pt, since PDF counts upwards."""

    points: float
    height: float


@dataclass(frozen=True, slots=True)
class _Band:
    """One line of type in px: its size, and its baseline y = at_zero + slope * x."""

    size: float
    slope: float
    at_zero: float

    def baseline(self, x: float) -> float:
        return self.at_zero + self.slope * x


def text_layer(page: PrintedPage, placement: Placement, codes: CharacterCodes) -> bytes:
    """Return the content stream of the page's invisible text, for the font /F.

    Empty if nothing was read. Characters that are new to the file are added to
    `codes`.
    """
    lines = [b"\n".join(_drawn_line(line, placement, codes)) for line in page.lines()]
    drawn = [line for line in lines if line]
    return b"\n".join([b"BT", b"3 Tr", *drawn, b"ET"]) if drawn else b""


def _drawn_line(line: Line, placement: Placement, codes: CharacterCodes) -> Iterator[bytes]:
    words = [word for word in line.words if word.text.strip() and word.box.w > 0]
    if not words:
        return
    band = _band(line, words)
    yield f"/F {_decimal(band.size * placement.points, 2)} Tf".encode()
    starts = sorted(word.box.x for word in words)
    for word in words:
        later = bisect_right(starts, word.box.x)
        end = starts[later] if later < len(starts) else math.inf
        width = max(min(word.box.w, end - _LEAST_GAP * band.size - word.box.x), word.box.w / 2)
        yield _drawn_word(word, width, band, placement, codes)


def _band(line: Line, words: list[Word]) -> _Band:
    slope, offset = line.baseline
    printed = _fitted(words, slope, line.box.bottom + offset - slope * line.box.x)
    tallest = max(word.box.h for word in words)
    if abs(slope) <= _STEEPEST and 0 < printed.size <= _TALLEST * tallest:
        return printed
    # No baseline to rely on: the box of the line is the band.
    return _Band(line.box.h, 0.0, line.box.bottom - DESCENT * line.box.h)


def _fitted(words: list[Word], slope: float, at_zero: float) -> _Band:
    """The smallest size on this baseline whose band covers the boxes of the words."""
    sizes = [_size(word, slope, at_zero + slope * (word.box.x + word.box.w / 2)) for word in words]
    believed = _TALLER_THAN_MOST * median(sizes)
    return _Band(max((size for size in sizes if size <= believed), default=0.0), slope, at_zero)


def _size(word: Word, slope: float, baseline: float) -> float:
    """The least type size on `baseline` that covers the word's box."""
    # A slanted word's box is higher than its letters by this much.
    slant = abs(slope) * word.box.w / 2
    above, below = baseline - word.box.y - slant, word.box.bottom - baseline - slant
    return max(above / ASCENT, below / DESCENT)


def _drawn_word(
    word: Word, width: float, band: _Band, placement: Placement, codes: CharacterCodes
) -> bytes:
    text = word.text.strip()
    band = _level(band, word, placement)
    angle = -math.atan(band.slope)
    cosine, sine = _decimal(math.cos(angle), 5), _decimal(math.sin(angle), 5)
    opposite = _decimal(-math.sin(angle), 5)
    x = _decimal(word.box.x * placement.points, 2)
    y = _decimal(placement.height - band.baseline(word.box.x) * placement.points, 2)
    length = width / math.cos(angle)
    stretch = _decimal(100 * length / (len(text) * ADVANCE * band.size), 2)
    shown = codes.encode(f"{_as_seen(text)} ").hex().upper()
    return f"{cosine} {sine} {opposite} {cosine} {x} {y} Tm {stretch} Tz <{shown}> Tj".encode()


def _level(band: _Band, word: Word, placement: Placement) -> _Band:
    """The word's own level band where it hardly climbs, else the line's.

    Poppler takes a word apart whose letters stand on different heights.
    """
    if abs(band.slope) * word.box.w * placement.points > _LEAST_CLIMB:
        return band
    return _Band(band.size, 0.0, band.baseline(word.box.x + word.box.w / 2))


def _as_seen(text: str) -> str:
    """The characters from left to right, as PDF readers expect to find them.

    They put a right-to-left word into reading order themselves, so it is given
    to them backwards, except for its numbers.
    """
    directions = (unicodedata.bidirectional(character) for character in text)
    first = next((found for found in directions if found in {"L", *_RIGHT_TO_LEFT}), "L")
    if first not in _RIGHT_TO_LEFT:
        return text
    return "".join(reversed(_NUMBER_OR_CHARACTER.findall(text)))


def _decimal(value: float, places: int) -> str:
    # Two places of a point are 0.04 px at 300 dpi.
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
