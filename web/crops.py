"""The printed line with the found word: three lines cut from the page image.

The crop is a region of the IIIF image; its marks are in the crop's own px, so
that an SVG with a viewBox can lie over it (the CSP allows no style attributes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from archive.hits import Hit
from archive.page_words import PageWords
from archive.representations import Page
from archive.words import Box
from web.pages.parts import Crop, Image, Mark
from web.showing import image_service

WIDE, NARROW = 970, 360  # CSS px of the results column, and of a phone
_DENSITY = 1.0
_PHONE_TYPE = 36  # CSS px from line to line on a phone
_TYPE = 34  # CSS px from line to line on the home page
_FROM_LEFT = 0.32  # where the home page's word stands: its right part may be hidden
_MARGIN = 0.6  # of a line's height, left and right of the text
_AROUND = 1.5  # lines from the middle of the hit's line to the crop's edge
_SOLID = 1.6  # lines are this far apart, in heights of a word, where nothing tells


def line_crops(page: Page, words: PageWords, hit: Hit, hits: Sequence[Hit]) -> tuple[Crop, Crop]:
    """The printed lines of a hit: for a wide screen, and for a phone.

    The first has the whole width of the hit's column and is three lines high; four
    for a broken word.
    """
    pitch = line_pitch(words, hit)
    region = _lines_around(page, words, hit, pitch)
    wide = _crop(page, region, WIDE, hit, hits)
    if len(_on_neighbouring_lines(hit, pitch)) > 1:
        # the halves of a broken word stand at both ends of the column: it is shown whole
        return wide, _crop(page, region, 2 * NARROW, hit, hits)
    return wide, _crop(page, _narrow_region(page, hit, pitch), NARROW, hit, hits)


def _narrow_region(page: Page, hit: Hit, pitch: float) -> Box:
    """The type keeps its size on a phone, and the hit stands in the middle."""
    box = hit.boxes[0]
    width = max(NARROW * pitch / _PHONE_TYPE, box.w + 2 * pitch)
    top, bottom = _from_top_to_bottom(hit, pitch)
    left = box.x + box.w / 2 - width / 2
    return _within(page, Box(round(left), round(top), round(width), round(bottom - top)))


def fragment_crop(
    page: Page, words: PageWords, hit: Hit, hits: Sequence[Hit], size: tuple[int, int]
) -> Crop:
    """A piece of the page of `size` CSS px, its type at `_TYPE` px, with the hit well inside."""
    region = _fragment(page, words, hit, size)
    return _crop(page, region, round(size[0] * _DENSITY), hit, hits)


def best_for_fragment(
    page: Page, words: PageWords, hits: Sequence[Hit], size: tuple[int, int]
) -> Hit:
    """The hit, unbroken if there is one, around which the piece holds most print."""
    whole = [hit for hit in hits if len(hit.boxes) == 1] or list(hits)
    return max(whole, key=lambda hit: _print_in(words, _fragment(page, words, hit, size)))


def line_pitch(words: PageWords, hit: Hit) -> float:
    """How far the lines around a hit stand apart, px of the Scan.

    Measured just above and below the hit, so that a skewed page does not blur it.
    """
    box = hit.boxes[0]
    height = max(each.h for each in hit.boxes)
    left, right = box.x - 2 * height, box.right + 2 * height
    middles: dict[int, float] = {}
    for number in _between(words, box.y - 6 * height, box.y + 6 * height):
        x = words.lefts[number]
        if x < right and x + words.widths[number] > left:
            middle = words.tops[number] + words.heights[number] / 2
            middles.setdefault(words.lines[number], middle)
    gaps = [lower - upper for upper, lower in pairwise(sorted(middles.values()))]
    apart = [gap for gap in gaps if gap > 0.8 * height]
    return max(20.0, median(apart) if apart else _SOLID * height)


def _between(words: PageWords, highest: float, lowest: float) -> list[int]:
    """The words whose tops lie between two heights of the page."""
    return [n for n, top in enumerate(words.tops) if highest < top < lowest]


def _lines_around(page: Page, words: PageWords, hit: Hit, pitch: float) -> Box:
    column = _column_around(words, hit.boxes[0])
    top, bottom = _from_top_to_bottom(hit, pitch)
    return _within(page, Box(
        round(column.x - _MARGIN * pitch),
        round(top),
        round(column.w + 2 * _MARGIN * pitch),
        round(bottom - top),
    ))  # fmt: skip


def _from_top_to_bottom(hit: Hit, pitch: float) -> tuple[float, float]:
    """A line above and a line below the hit's own lines."""
    boxes = _on_neighbouring_lines(hit, pitch)
    middles = [box.y + box.h / 2 for box in boxes]
    return min(middles) - _AROUND * pitch, max(middles) + _AROUND * pitch


def _on_neighbouring_lines(hit: Hit, pitch: float) -> list[Box]:
    """The hit's first box and those on the next lines: not those of the next column."""
    first = hit.boxes[0]
    return [box for box in hit.boxes if abs(box.y - first.y) < 2.5 * pitch]


def _fragment(page: Page, words: PageWords, hit: Hit, size: tuple[int, int]) -> Box:
    box, pitch = hit.boxes[0], line_pitch(words, hit)
    width, height = (round(side * pitch / _TYPE) for side in size)
    left = round(box.x + box.w / 2 - _FROM_LEFT * width)
    return _within(page, Box(left, round(box.y + box.h / 2 - height / 2), width, height))


def _print_in(words: PageWords, region: Box) -> int:
    """The area of the words that lie wholly in the region, px²."""
    boxes = (words.box(number) for number in range(len(words.words)))
    return sum(box.w * box.h for box in boxes if _holds(region, box))


def _holds(region: Box, box: Box) -> bool:
    return (
        region.x <= box.x
        and region.y <= box.y
        and box.right <= region.right
        and box.bottom <= region.bottom
    )


def _column_around(words: PageWords, box: Box) -> Box:
    """The words on the hit's line and the two around it that share its column."""
    middle, tallest = box.y + box.h / 2, max(words.heights)
    near = [
        (words.lefts[number], words.lefts[number] + words.widths[number])
        for number in _between(words, middle - 2.5 * box.h - tallest, middle + 2.5 * box.h)
        if abs(words.tops[number] + words.heights[number] / 2 - middle) < 2.5 * box.h
    ]
    left, right = _connected(near, (box.x, box.right), gutter=2.5 * box.h)
    return Box(left, box.y, right - left, box.h)


def _connected(
    words: Iterable[tuple[int, int]], start: tuple[int, int], gutter: float
) -> tuple[int, int]:
    """How far to the left and right words stand without a gutter between columns.

    Args:
        words: the left and right edge of each, px of the Scan, as `start` and what is told.
    """
    first, last = start
    by_left = sorted(words)
    for left, right in by_left:
        if left <= last + gutter and right >= first - gutter:
            last = max(last, right)
    for left, right in reversed(by_left):
        if right >= first - gutter:
            first = min(first, left)
    return first, last


def _within(page: Page, box: Box) -> Box:
    assert page.width is not None
    assert page.height is not None
    left, top = max(0, min(box.x, page.width - 1)), max(0, min(box.y, page.height - 1))
    width = max(1, min(box.w, page.width - left))
    height = max(1, min(box.h, page.height - top))
    return Box(left, top, width, height)


def _crop(page: Page, region: Box, shown: int, current: Hit, hits: Sequence[Hit]) -> Crop:
    scale = min(1.0, shown * _DENSITY / region.w)
    width, height = max(1, round(region.w * scale)), max(1, round(region.h * scale))
    href = (
        f"{image_service(page)}/{region.x},{region.y},{region.w},{region.h}"
        f"/{width},{height}/0/default.jpg"
    )
    marks = tuple(
        Mark(_scaled(box, region, scale), current=hit is current, hit=number)
        for number, hit in enumerate(hits, start=1)
        for box in hit.boxes
        if _overlaps(box, region)
    )
    return Crop(Image(href, width, height), marks)


def _scaled(box: Box, region: Box, scale: float) -> Box:
    left, top = max(box.x, region.x), max(box.y, region.y)
    right, bottom = min(box.right, region.right), min(box.bottom, region.bottom)
    return Box(
        round((left - region.x) * scale),
        round((top - region.y) * scale),
        max(1, round((right - left) * scale)),
        max(1, round((bottom - top) * scale)),
    )


def _overlaps(box: Box, region: Box) -> bool:
    return (
        box.x < region.right
        and box.right > region.x
        and box.y < region.bottom
        and box.bottom > region.y
    )
