"""What does another reading find in a box on a page image?

The instrument knows an image and a box, nothing else: 6 px around the box, a
white border of 20 px, and Tesseract told that this is one line (``--psm 7``).
It shares no step with the pipeline, which reads whole pages in another mode and
through an image that it has prepared and turned.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from archive.recipes.recognition import LADDER
from archive.words import Box
from workers.preprocess import Gray, even_light

AROUND = 6  # px
BORDER = 20  # px

_WHITE = 255
_PROCESSES = 2
_IN_ONE_PROCESS = 15
_SECONDS = 60


@dataclass(frozen=True)
class Crop:
    """A cut-out and the models to read it with (``kaz+rus``, ``rus``)."""

    image: Gray
    languages: str


def page_image(scan: Path) -> Gray:
    """The page image as it was scanned, in grey."""
    with Image.open(scan) as image:
        return np.asarray(image.convert("L"), np.uint8)


def cleaned(image: Gray, dpi: int) -> Gray:
    """The page image without grain and shadow, every px of print in its place: nothing is turned.

    Beside a white border the grey and grainy paper of a poor scan is itself taken
    for print, so that a lone word in a right box is often misread.
    """
    clear = np.asarray(cv2.fastNlMeansDenoising(image, None, 30, 5, 11), np.uint8)
    return even_light(clear, LADDER[1], dpi)


def cut(image: Gray, box: Box) -> Gray:
    """The box with what lies closely around it, in a white frame."""
    top, left = max(0, box.y - AROUND), max(0, box.x - AROUND)
    inside = image[top : box.bottom + AROUND, left : box.right + AROUND]
    border = (cv2.BORDER_CONSTANT, _WHITE)
    framed = cv2.copyMakeBorder(inside, *[BORDER] * 4, border[0], value=(border[1],))
    return np.asarray(framed, np.uint8)


def read(crops: Sequence[Crop], folder: Path) -> list[str]:
    """What stands in each cut-out; nothing where the engine fails."""
    files = [folder / f"{number}.png" for number in range(len(crops))]
    for file, crop in zip(files, crops, strict=True):
        cv2.imwrite(str(file), crop.image)
    parts = [
        (crops[first].languages, [file for _, file in group])
        for first, group in _parts(list(zip(crops, files, strict=True)))
    ]
    with ThreadPoolExecutor(_PROCESSES) as threads:
        return [text for texts in threads.map(lambda part: _read_part(*part), parts) for text in texts]


def _parts(crops: list[tuple[Crop, Path]]) -> list[tuple[int, list[tuple[Crop, Path]]]]:
    """Runs of crops for the same models, each small enough for one process."""
    parts: list[tuple[int, list[tuple[Crop, Path]]]] = []
    for number, crop in enumerate(crops):
        if parts and len(parts[-1][1]) < _IN_ONE_PROCESS:
            if parts[-1][1][0][0].languages == crop[0].languages:
                parts[-1][1].append(crop)
                continue
        parts.append((number, [crop]))
    return parts


def _read_part(languages: str, files: list[Path]) -> list[str]:
    """Each image is a page of its own to Tesseract; where it dies, half is tried at a time."""
    listed = files[0].with_suffix(".txt")
    listed.write_text("".join(f"{file}\n" for file in files))
    ended = subprocess.run(
        ["tesseract", listed, "-", "-l", languages, "--dpi", "300", "--psm", "7"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        check=False,
        timeout=_SECONDS,
    )
    texts = ended.stdout.decode().removesuffix("\f").split("\f")
    if ended.returncode == 0 and len(texts) == len(files):
        return texts
    if len(files) == 1:
        return [""]
    half = len(files) // 2
    return [*_read_part(languages, files[:half]), *_read_part(languages, files[half:])]


def letters(text: str) -> str:
    """Letters and digits without case; all else, hyphens and spaces too, is left out."""
    return re.sub(r"[\W_]", "", text.casefold())
