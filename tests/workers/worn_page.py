"""A printed page as a poor scan shows it, and an instrument that reads single boxes.

The instrument is independent of what it judges: it knows a box and pixels only,
and has Tesseract read the cut-out as one line (``--psm 7``).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from lxml import etree

from archive.words import Box
from tests.workers.drawn_page import Sheet
from workers.preprocess import Gray

SKEW = 1.3
KAZAKH_LINES = (
    "Қарағанды қаласының тарихы көмір",
    "бассейнінің ашылуынан басталады. Алғаш-",
    "қы шахталар өткен ғасырдың ортасында",
    "пайда болды, ал теміржол салынғаннан",
    "кейін жұмысшылар саны күрт көбейді.",
    "Қаланың кітапханасы сол жылдары ашыл-",
    "ды. Оның қорында қазақ және орыс",
    "тілдеріндегі газеттер, өлкетану кітап-",
    "тары мен қолжазбалар сақталған.",
    "Үлкен оқу залында әр жексенбіде",
)
RUSSIAN_LINES = (
    "Первые шахты появились в середине",
    "прошлого века, и вскоре посёлок стал",
    "городом. Библиотека хранит местные",
    "газеты, фотографии и рукописи.",
)


def printed(*lines: str, width: int = 1000, height: int = 700, top: int = 40) -> Sheet:
    """A clean sheet in the size of 10.5 pt at 300 dpi."""
    return Sheet(width, height, type_px=40).column(60, top, *lines)


def pixels(sheet: Sheet) -> Gray:
    return np.asarray(sheet.image, dtype=np.uint8)


def poor(image: Gray, *, seed: int = 1, grain: float = 30.0) -> Gray:
    """Strong uneven light, grain, blur, and lines that rise by `SKEW` degrees."""
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), SKEW, 1.0)
    page = cv2.warpAffine(image, turn, (width, height), borderValue=(255, 255, 255))
    page = cv2.GaussianBlur(page, (0, 0), 1.2)
    across = np.linspace(0, 3.3, width)
    light = 0.42 + 0.5 * (0.5 + 0.5 * np.cos(across))
    noise = np.random.default_rng(seed).normal(0, grain, page.shape)
    return np.clip(page * light + noise, 0, 255).astype(np.uint8)


def read_boxes(image: Gray, boxes: Sequence[Box], folder: Path) -> list[str]:
    """What an independent reading finds in each box: 6 px around it, 20 px of white."""
    names = [str(_cut(image, box, folder / f"{number}.png")) for number, box in enumerate(boxes)]
    listed = folder / "list.txt"
    listed.write_text("\n".join(names) + "\n")
    options = ["-l", "kaz+rus", "--dpi", "300", "--psm", "7", "hocr"]
    subprocess.run(
        ["tesseract", listed, folder / "read", *options],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    pages = etree.parse(folder / "read.hocr").iterfind(".//{*}div[@class='ocr_page']")
    return ["".join("".join(map(str, page.itertext())).split()) for page in pages]


def _cut(image: Gray, box: Box, path: Path) -> Path:
    cut = image[max(0, box.y - 6) : box.bottom + 6, max(0, box.x - 6) : box.right + 6]
    framed = cv2.copyMakeBorder(cut, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255,))
    cv2.imwrite(str(path), framed)
    return path


def letters(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


def hit_rate(words: Sequence[str], read: Sequence[str]) -> float:
    """The share of words that were read in their own box."""
    hits = [letters(word) in letters(found) for word, found in zip(words, read, strict=True)]
    return sum(hits) / len(hits)
