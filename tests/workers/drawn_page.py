"""Pages drawn by Pillow whose words and boxes are known without any recognition."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word

FONT = "DejaVuSerif.ttf"  # fonts-dejavu-core; has every Kazakh letter


@dataclass
class Sheet:
    """A gray sheet to draw columns of lines on; `page()` tells what was drawn."""

    width: int
    height: int
    type_px: int = 30
    slope: float = 0.0
    gap: float = 0.3  # ems between words
    image: Image.Image = field(init=False)
    areas: list[Area] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.width, self.height), 255)
        self._font = ImageFont.truetype(FONT, self.type_px)

    def column(self, x: int, y: int, *texts: str, right_to_left: bool = False) -> Sheet:
        """Draw one line a text, from (x, y); x is the right edge if right to left."""
        leading = round(self.type_px * 1.6)
        lines = [
            self._line(x, y + leading * number, text, -1 if right_to_left else 1)
            for number, text in enumerate(texts)
        ]
        box = around(line.box for line in lines)
        self.areas.append(Area(box, (Paragraph(box, tuple(lines)),)))
        return self

    def page(self) -> PrintedPage:
        return PrintedPage(self.width, self.height, tuple(self.areas))

    def _line(self, x: float, y: float, text: str, direction: int) -> Line:
        first_baseline = y + self._font.getmetrics()[0]
        words = []
        start = x
        for word in text.split():
            length = self._font.getlength(word)
            left = x if direction > 0 else x - length
            words.append(self._word(word, left, first_baseline + self.slope * (left - start)))
            x += direction * (length + self.type_px * self.gap)
        box = around(word.box for word in words)
        at_left = first_baseline + self.slope * (box.x - start)
        return Line(box, tuple(words), (self.slope, at_left - box.bottom))

    def _word(self, text: str, left: float, baseline: float) -> Word:
        """Draw the word turned by the slope about the start of its baseline."""
        around, length = 2 * self.type_px, self._font.getlength(text)
        beyond = math.ceil(around + abs(self.slope) * length)  # it climbs or falls so far
        across, down = math.floor(left) - around, math.floor(baseline) - beyond
        ink = Image.new("L", (math.ceil(length) + 2 * around, 2 * beyond), 0)
        start = (left - across, baseline - down)
        ImageDraw.Draw(ink).text(start, text, font=self._font, fill=255, anchor="ls")
        if self.slope:
            angle = -math.degrees(math.atan(self.slope))
            ink = ink.rotate(angle, Image.Resampling.BICUBIC, center=start)
        self.image.paste(0, (across, down), mask=ink)
        seen = ink.point(lambda level: 255 * (level > 100)).getbbox() or (0, 0, 1, 1)
        x0, y0, x1, y1 = (
            min(max(at + of, 0), size)
            for at, of, size in zip(seen, (across, down) * 2, self.image.size * 2, strict=True)
        )
        return Word(text, Box(x0, y0, x1 - x0, y1 - y0), 95.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all `boxes`."""
    known = list(boxes)
    x, y = min(box.x for box in known), min(box.y for box in known)
    return Box(x, y, max(b.right for b in known) - x, max(b.bottom for b in known) - y)
