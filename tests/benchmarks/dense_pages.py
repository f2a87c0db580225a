"""Pages as dense as a usual book: A5 at 300 dpi, 10.5 point, about 2,200 characters."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

from tests.data.make_samples import blank, print_column, source
from tests.data.typeset import SERIF, SERIF_BOLD, Type, face, paragraph, pour
from tests.data.wear import GOOD, scanned

SIZE = (1748, 2480)
MARGIN = 150
LEAD = 58


def write_dense_pages(folder: Path, count: int) -> list[Path]:
    """So many different pages as JPEG scans; the same ones in every run."""
    kind = Type(SIZE[0] - 2 * MARGIN, face(SERIF, 10.5), LEAD, face(SERIF_BOLD, 14))
    lines = (item for text in _texts() for item in paragraph(text, kind))
    columns = pour(itertools.islice(lines, count * 40), itertools.repeat(SIZE[1] - 2 * MARGIN))
    paths = []
    for number, column in enumerate(columns[:count], start=1):
        page = blank(SIZE)
        print_column(page, column, MARGIN, MARGIN, kind)
        path = folder / f"{number:04}.jpg"
        back = blank(SIZE).image
        scanned(page.image, back, GOOD, seed=number).save(path, quality=75, dpi=(300, 300))
        paths.append(path)
    return paths


def _texts() -> Iterator[str]:
    """The Kazakh sample's paragraphs over and over, their sentences in another order."""
    chance = random.Random(7)
    paragraphs = [block for block in source("komirli-olke") if block[0] not in "#@!"]
    while True:
        sentences = ". ".join(paragraphs).split(". ")
        chance.shuffle(sentences)
        for first in range(0, len(sentences) - 6, 6):
            yield ". ".join(sentences[first : first + 6]) + "."
