"""What does recognising a page cost, beside bare Tesseract, and what does the ladder win?

Prints CPU seconds of `recognise()` on its first rung ÷ those of
``tesseract … hocr`` on the same files, both in the same run and in turns, then
the share of wrong characters of pages at four grades of damage: as bare
Tesseract reads them and as the ladder does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from archive.recipes.recognition import PROFILES
from archive.words import PrintedPage
from schemas.hocr import read_hocr
from tests.language.recognition.distance import edits
from tests.workers.drawn_page import Sheet
from tests.workers.worn_page import KAZAKH_LINES, pixels, poor
from workers.preprocess import Gray
from workers.recognise import recognise

ROUNDS = 4
WIDTH, HEIGHT, LINES = 1000, 1240, 3 * len(KAZAKH_LINES[:6])
KK = PROFILES["kk"]


def main() -> None:
    """Measure and print."""
    sheet = Sheet(WIDTH, HEIGHT, type_px=40).column(60, 40, *(KAZAKH_LINES[:6] * 3))
    truth = " ".join(word.text for word in sheet.page().words())
    clean = pixels(sheet)
    grades = {
        "clean": clean,
        "scan": scan(clean),
        "poor": poor(clean, grain=18.0),
        "very poor": poor(clean, grain=30.0),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print_cost(grades["scan"], folder)
        for grade, image in grades.items():
            bare = text_of(read_hocr(bare_tesseract(saved(image, folder))))
            result = recognise(image, KK, dpi=300, scratch=folder, timeout=120)
            print(
                f"{grade}: wrong characters bare {wrong(truth, bare):.2%},"
                f" ladder {wrong(truth, text_of(result.page)):.2%} (rung {result.rung},"
                f" confidence {result.summary.mean_confidence:.1f})"
            )


def scan(image: Gray) -> Gray:
    """A usual scan: a little blur, grain and shadow."""
    soft = cv2.GaussianBlur(image, (0, 0), 0.9) * np.linspace(0.8, 1.0, image.shape[1])
    noise = np.random.default_rng(2).normal(0, 6, image.shape)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


def print_cost(image: Gray, folder: Path) -> None:
    """CPU of both ways in turns, so that both see the same machine."""
    file = saved(image, folder)

    def whole() -> object:
        gray = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        result = recognise(np.asarray(gray, np.uint8), KK, dpi=300, scratch=folder, timeout=120)
        assert result.rung == 1
        return result

    ours, bare = 0.0, 0.0
    for _ in range(ROUNDS):
        ours += cpu(whole)
        bare += cpu(lambda: bare_tesseract(file))
    print(
        f"recognise, first rung: {ours / ROUNDS:.2f} CPU s a page; bare tesseract:"
        f" {bare / ROUNDS:.2f}; ratio {ours / bare:.3f} ({image.shape[1]} x {image.shape[0]} px)"
    )


def saved(image: Gray, folder: Path) -> Path:
    path = folder / "scan.png"
    cv2.imwrite(str(path), image)
    return path


def bare_tesseract(file: Path) -> bytes:
    """One pass of the program itself, with the same languages and threads."""
    subprocess.run(
        ["tesseract", file, file.with_suffix(""), "-l", KK.languages, "--dpi", "300", "hocr"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return file.with_suffix(".hocr").read_bytes()


def text_of(page: PrintedPage) -> str:
    return " ".join(word.text for word in page.words())


def cpu(act: Callable[[], object]) -> float:
    """CPU seconds of this process and of the programs that it waited for."""
    before = _spent()
    act()
    return _spent() - before


def _spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def wrong(truth: str, read: str) -> float:
    """Wrong characters for each character of the truth."""
    return edits(truth, read) / len(truth)


if __name__ == "__main__":
    main()
