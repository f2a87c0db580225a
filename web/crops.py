"""The printed line with the found word: three lines cut from the page image.

The crop is a region of the IIIF image; its marks are in the crop's own px, so
that an SVG with a viewBox can lie over it (the CSP allows no style attributes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.hits import Hit
from archive.page_words import PageWords
from archive.representations import Page
from archive.words import Box
from web.pages.parts import Crop, Image, Mark
from web.showing import image_service

LINES_HIGH = 3
WIDE, NARROW = 970, 360  # CSS px of the results column, and of a phone
_DENSITY = 1.0
_TYPE = 34  # CSS px from line to line on the home page
_MARGIN = 0.6  # of a line's height, left and right of the text


def line_crop(page: Page, words: PageWords, hit: Hit, hits: Sequence[Hit]) -> Crop:
    """The whole width of the hit's column, about three lines high."""
    line = _line_height(hit)
    column = _column_around(words, hit.boxes[0])
    region = _within(page, Box(
        round(column.x - _MARGIN * line),
        round(hit.boxes[0].y - line),
        round(column.w + 2 * _MARGIN * line),
        round(_height(hit, line)),
    ))  # fmt: skip
    return _crop(page, region, WIDE, hit, hits)


def narrow_crop(page: Page, hit: Hit, hits: Sequence[Hit]) -> Crop:
    """The same place for a phone: the type keeps its size, the hit stands in the middle."""
    line, box = _line_height(hit), hit.boxes[0]
    height = _height(hit, line)
    width = max(height * NARROW / 110, box.w + 2 * line)
    region = _within(page, Box(
        round(box.x + box.w / 2 - width / 2), round(box.y - line), round(width), round(height)
    ))  # fmt: skip
    return _crop(page, region, NARROW, hit, hits)


def fragment_crop(page: Page, hit: Hit, hits: Sequence[Hit], size: tuple[int, int]) -> Crop:
    """A piece of the page of `size` CSS px, its type at `_TYPE` px, with the hit well inside."""
    line, box = _line_height(hit), hit.boxes[0]
    width, height = (round(side * line / _TYPE) for side in size)
    left = round(box.x + box.w / 2 - 0.45 * width)
    region = _within(page, Box(left, round(box.y - height / 3), width, height))
    return _crop(page, region, round(size[0] * _DENSITY), hit, hits)


def _line_height(hit: Hit) -> float:
    return max(20.0, 1.25 * min(box.h for box in hit.boxes))


def _height(hit: Hit, line: float) -> float:
    """Three lines, or as many as the hit's boxes on neighbouring lines need."""
    first = hit.boxes[0]
    below = [box for box in hit.boxes if 0 <= box.y - first.y < LINES_HIGH * line]
    return max(LINES_HIGH * line, max(box.bottom for box in below) - first.y + 2 * line)


def _column_around(words: PageWords, box: Box) -> Box:
    """The words on the hit's line and the two around it that share its column."""
    middle = box.y + box.h / 2
    near = [
        words.box(number)
        for number in range(len(words.words))
        if abs(words.tops[number] + words.heights[number] / 2 - middle) < 2.5 * box.h
    ]
    same_column = _connected(near, box)
    left = min(each.x for each in same_column)
    return Box(left, box.y, max(each.right for each in same_column) - left, box.h)


def _connected(boxes: Iterable[Box], start: Box) -> list[Box]:
    """Boxes reached from `start` without jumping over a gutter between columns."""
    left, right = start.x, start.right
    found = [start]
    rest = sorted(boxes, key=lambda each: each.x)
    gutter = 2.5 * start.h
    for each in rest:
        if each.x <= right + gutter and each.right >= left - gutter and each.right >= right:
            right = each.right
            found.append(each)
    for each in reversed(rest):
        if each.right >= left - gutter and each.x <= left:
            left = each.x
            found.append(each)
    return found


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
