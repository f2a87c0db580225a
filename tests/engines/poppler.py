"""Poppler's command-line tools: what does another program find in a PDF?

Debian: poppler-utils. `pdftotext -raw` keeps the order of the file; without it
the columns of a page are put into an order of poppler's own.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from lxml import etree
from PIL import Image

# Poppler wraps right-to-left words in these; they are not printed.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]")


@dataclass(frozen=True)
class FoundWord:
    """A word with the edges of its box in pt, from the top left of its page."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float

    def with_next(self, piece: FoundWord) -> FoundWord:
        """This piece of a word and the one after it."""
        return FoundWord(
            self.text + piece.text,
            self.page,
            min(self.left, piece.left),
            min(self.top, piece.top),
            max(self.right, piece.right),
            max(self.bottom, piece.bottom),
        )


@dataclass(frozen=True)
class Comparison:
    """How much of the expected words was found, in order, and what was not."""

    recall: float
    differences: list[str]


def page_words(pdf: Path) -> list[list[str]]:
    """The words of every page, in the order of the file."""
    text = _run("pdftotext", "-raw", str(pdf), "-").decode()
    pages = _DIRECTION_MARKS.sub("", text).split("\f")[:-1]
    return [page.split() for page in pages]


def found_words(pdf: Path) -> list[FoundWord]:
    """Every word with its box."""
    tree = etree.fromstring(
        _run("pdftotext", "-raw", "-bbox", str(pdf), "-"), etree.HTMLParser(encoding="utf-8")
    )
    return [
        FoundWord(word.text or "", number, *(float(word.get(edge, "nan")) for edge in _EDGES))
        for number, page in enumerate(tree.iter("page"))
        for word in page.iter("word")
    ]


_EDGES = ("xmin", "ymin", "xmax", "ymax")


def rendered(pdf: Path, page: int, dpi: float, *, gray: bool = False) -> Image.Image:
    """Page number `page` (from 0) as an image."""
    number = str(page + 1)
    options = ["-gray"] if gray else []
    drawn = _run(
        "pdftoppm", "-f", number, "-l", number, "-r", str(dpi), *options, str(pdf), timeout=120
    )
    return Image.open(io.BytesIO(drawn))


def stored_images(pdf: Path, folder: Path) -> list[Image.Image]:
    """The images of a file with the pixels that are stored, not as drawn."""
    _run("pdfimages", "-png", str(pdf), str(folder / "stored"))
    return [Image.open(path) for path in sorted(folder.glob("stored-*.png"))]


def compare(expected: Sequence[str], found: Sequence[str]) -> Comparison:
    """What of `expected` is in `found`; each difference as `page words -> PDF words`."""
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    differences = [
        f"{' '.join(expected[a:b]) or '(nothing)'} -> {' '.join(found[c:d]) or '(nothing)'}"
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]
    return Comparison(same / len(expected) if expected else 1.0, differences)


def _run(*command: str, timeout: float = 60) -> bytes:
    return subprocess.run(command, capture_output=True, check=True, timeout=timeout).stdout
