"""What stands in large letters on these pictures? Read by Tesseract.

A canary is drawn at least 60 px of the scan high, thrice the height of the
running text. Each picture is brought to one scale and only its large letters are
kept, so that dozens of pages lie on one sheet and are read at once.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

DRAWN = 60  # px of the scan
_READ = 24  # px that a canary is high when it is read
_LARGE = 0.7  # of that height: smaller letters are running text
_ACROSS, _DOWN = 4, 5  # pictures on a sheet
_MARGIN = 10

# A mark that was lost at this size must not hide the letter.
_LOOKS = str.maketrans("қғңөұүһійё", "кгноуухиие")
_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Picture:
    """An image's bytes, and the width of what it shows in px of the scan."""

    content: bytes
    scan_width: int


def drawn_on(pictures: Iterable[Picture], words: Sequence[str]) -> dict[Picture, frozenset[str]]:
    """The pictures that show one of the words in large letters, with the words."""
    distinct = list(dict.fromkeys(pictures))
    found: dict[Picture, frozenset[str]] = {}
    for first in range(0, len(distinct), _ACROSS * _DOWN):
        sheet = distinct[first : first + _ACROSS * _DOWN]
        if _read(sheet, words):
            told = {picture: _read([picture], words) for picture in sheet}
            found |= {picture: seen for picture, seen in told.items() if seen}
    return found


def _read(pictures: Sequence[Picture], words: Sequence[str]) -> frozenset[str]:
    """The words in large letters on any of these pictures."""
    file = io.BytesIO()
    _sheet([_large_letters(picture) for picture in pictures]).save(file, "PNG", compress_level=1)
    read = subprocess.run(
        ["tesseract", "-", "-", "-l", "kaz+rus", "--psm", "11"],
        input=file.getvalue(),
        capture_output=True,
        check=True,
        timeout=120,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    text = _looks(read.stdout.decode())
    return frozenset(word for word in words if _looks(word) in text)


def _looks(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold()).translate(_LOOKS)


def _large_letters(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(picture.content)) as image:
        scale = picture.scan_width / image.width * _READ / DRAWN
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        gray = np.asarray(image.convert("L").resize(size, Image.Resampling.LANCZOS))
    _, ink = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, parts, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = facts[:, cv2.CC_STAT_HEIGHT] >= _READ * _LARGE
    large[0] = False
    # Marks above and below a letter are parts of their own.
    near = cv2.dilate(large[parts].astype(np.uint8), np.ones((13, 5), np.uint8)) > 0
    return Image.fromarray(np.where(near, gray, 255).astype(np.uint8))


def _sheet(images: Sequence[Image.Image]) -> Image.Image:
    across = max(image.width for image in images) + 2 * _MARGIN
    down = max(image.height for image in images) + 2 * _MARGIN
    columns = min(_ACROSS, len(images))
    sheet = Image.new("L", (columns * across, -(-len(images) // columns) * down), 255)
    for place, corner in zip(images, _corners(columns, across, down), strict=False):
        sheet.paste(place, corner)
    return sheet


def _corners(columns: int, across: int, down: int) -> Iterator[tuple[int, int]]:
    number = 0
    while True:
        yield (number % columns) * across + _MARGIN, (number // columns) * down + _MARGIN
        number += 1
