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
from collections.abc import Iterator, Sequence
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
    return np.pad(inside, BORDER, constant_values=_WHITE)


def read(crops: Sequence[Crop], folder: Path) -> list[str]:
    """What stands in each cut-out; nothing where the engine fails."""
    files = [folder / f"{number}.png" for number in range(len(crops))]
    for file, crop in zip(files, crops, strict=True):
        cv2.imwrite(str(file), crop.image)
    found: dict[Path, str] = {}
    with ThreadPoolExecutor(_PROCESSES) as threads:
        for part, texts in threads.map(_read_part, list(_parts(crops, files))):
            found |= zip(part, texts, strict=True)
    return [found[file] for file in files]


Part = tuple[str, tuple[Path, ...]]


def _parts(crops: Sequence[Crop], files: Sequence[Path]) -> Iterator[Part]:
    """The files for each set of models, few enough for one process."""
    for languages in sorted({crop.languages for crop in crops}):
        own = [file for crop, file in zip(crops, files, strict=True) if crop.languages == languages]
        for first in range(0, len(own), _IN_ONE_PROCESS):
            yield languages, tuple(own[first : first + _IN_ONE_PROCESS])


def _read_part(part: Part) -> tuple[tuple[Path, ...], list[str]]:
    """Each image is a page of its own to Tesseract; where it dies, half is tried at a time."""
    languages, files = part
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
        return files, texts
    if len(files) == 1:
        return files, [""]
    half = len(files) // 2
    halves = [_read_part((languages, files[:half])), _read_part((languages, files[half:]))]
    return files, [text for _, texts in halves for text in texts]


def letters(text: str) -> str:
    """Letters and digits without case; all else, hyphens and spaces too, is left out."""
    return re.sub(r"[\W_]", "", text.casefold())
