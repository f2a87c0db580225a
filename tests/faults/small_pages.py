"""Small printed pages: two words and a number each, all different, quick to recognise."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (500, 350)  # px
WORDS = "көмір шахта қала дала өзен кітап мұрағат жұмыс тарих сурет ауыл мектеп".split()


def print_page(path: Path, text: str, size: tuple[int, int] = SIZE) -> Path:
    """A page with one line of text; the suffix decides the format."""
    image = Image.new("L", size, 250)
    font = ImageFont.truetype("PTF55F.ttf", 44)
    ImageDraw.Draw(image).text((40, size[1] // 2 - 40), text, fill=20, font=font)
    image.save(path, dpi=(300, 300))
    return path


def print_pages(folder: Path, count: int, seed: int = 7) -> list[Path]:
    """So many pages, `page-001.png` and on."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    return [
        print_page(
            folder / f"page-{number:03}.png",
            f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number:03}",
        )
        for number in range(1, count + 1)
    ]
