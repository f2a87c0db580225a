"""What stands in the sample book's one picture, and on its cover?"""

from __future__ import annotations

from tests.data.typeset import INK, Printed


def draw_mine(page: Printed, x: int, y: int, width: int, height: int) -> None:
    """A headframe before two spoil heaps, hatched like an engraving."""
    pen, ground = page.pen, y + height * 4 // 5
    pen.rectangle((x, y, x + width, y + height), outline=INK, width=5)
    for step in range(0, width - 60, 22):
        row = ground + 12 + step % 67
        pen.line((x + step, row, x + step + 60, row), INK, 2)
    for left, wide, tall in ((0.03, 0.4, 0.42), (0.62, 0.36, 0.3)):
        foot, top = x + int(width * left), ground - int(height * tall)
        peak, end = foot + int(width * wide / 2), foot + int(width * wide)
        pen.polygon(((foot, ground), (peak, top), (end, ground)), fill=120, outline=INK)
        for hatch in range(foot, peak, 16):
            pen.line((hatch, ground, peak, top), 60, 2)
    middle, top, wheel = x + width * 11 // 20, y + height // 6, height // 13
    for offset in (-70, 70):
        pen.line((middle + offset // 3, top, middle + offset * 2, ground), INK, 13)
    for rung in range(top + 40, ground, 110):
        reach = (rung - top) * 2 // 9 + 24
        pen.line((middle - reach, rung, middle + reach, rung + 70), INK, 6)
        pen.line((middle + reach, rung, middle - reach, rung + 70), INK, 6)
    pen.ellipse((middle - wheel, top - wheel, middle + wheel, top + wheel), outline=INK, width=11)
    pen.line((middle, top, x + width * 9 // 10, ground - 60), INK, 5)
    pen.rectangle((x + width * 17 // 20, ground - 130, x + width * 19 // 20, ground), fill=90)
