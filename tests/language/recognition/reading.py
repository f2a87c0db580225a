"""One page read by the bare program, by each rung and by the ladder, with its costs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archive.recipes.recognition import LADDER, PROFILES, Profile, best, is_weak
from archive.words import PrintedPage
from schemas.hocr import read_hocr
from tests.data.wear import Wear
from tests.language.recognition.distance import edits, findable, text_of
from tests.language.recognition.pages import TruePage
from workers.recognise import Recognition, read_on

T = TypeVar("T")
DPI, TIMEOUT = 300, 300


@dataclass(frozen=True)
class Score:
    """Counts over one page or several; `seconds` are CPU of this process and its children."""

    letters: int = 0
    wrong_letters: int = 0
    words: int = 0
    wrong_words: int = 0
    found: int = 0
    asked: int = 0
    seconds: float = 0.0
    pages: int = 0

    def __add__(self, other: Score) -> Score:
        ours, theirs = vars(self), vars(other)
        return Score(**{name: ours[name] + theirs[name] for name in ours})

    @property
    def cer(self) -> float:
        """Wrong characters for each character of the truth."""
        return self.wrong_letters / self.letters

    @property
    def wer(self) -> float:
        """Wrong words for each word of the truth."""
        return self.wrong_words / self.words

    @property
    def recall(self) -> float:
        """The share of distinct words that search finds."""
        return self.found / self.asked


def score(truth: TruePage, page: PrintedPage, seconds: float) -> Score:
    """What was read of a page, judged."""
    read = text_of(page)
    found, asked = findable(truth.whole_words, page, truth.profile)
    return Score(
        letters=len(truth.text),
        wrong_letters=edits(truth.text, read),
        words=len(truth.text.split()),
        wrong_words=edits(truth.text.split(), read.split()),
        found=found,
        asked=asked,
        seconds=seconds,
        pages=1,
    )


@dataclass(frozen=True)
class Readings:
    """One page's scores: the bare program's, each rung's, the ladder's; `rung` was kept."""

    bare: Score
    rungs: tuple[Score, ...]
    ladder: Score
    rung: int


def read_all(truth: TruePage, wear: Wear, scratch: Path) -> Readings:
    """Read the page at one grade in every way."""
    image, profile = truth.worn(wear), PROFILES[truth.profile]
    bare = read_bare(truth, image, scratch)
    read: list[Recognition] = []
    scores: list[Score] = []
    for rung in LADDER:
        result, seconds = timed(
            lambda rung=rung: read_on(  # type: ignore[misc]
                rung, image, profile, dpi=DPI, scratch=scratch, timeout=TIMEOUT
            )
        )
        read.append(result)
        scores.append(score(truth, result.page, seconds))
    climbed = _climbed(read, profile)
    kept = best([result.summary for result in climbed])
    seconds = sum(each.seconds for each in scores[: len(climbed)])
    return Readings(
        bare, tuple(scores), score(truth, climbed[kept].page, seconds), climbed[kept].rung
    )


def _climbed(read: Sequence[Recognition], profile: Profile) -> Sequence[Recognition]:
    """The results that `workers.recognise` would have come to."""
    enough = (n for n, each in enumerate(read, 1) if not is_weak(each.summary, profile.limits))
    return read[: next(enough, len(read))]


def read_bare(truth: TruePage, image: NDArray[np.uint8], scratch: Path) -> Score:
    """``tesseract … hocr`` on the scan as it is, with the profile's languages."""
    path = scratch / "scan.png"
    Image.fromarray(image).save(path)
    hocr, seconds = timed(lambda: _tesseract(path, PROFILES[truth.profile].languages))
    return score(truth, read_hocr(hocr), seconds)


def _tesseract(path: Path, languages: str) -> bytes:
    return subprocess.run(
        ["tesseract", path, "-", "-l", languages, "--dpi", str(DPI), "hocr"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        check=True,
    ).stdout


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """What comes of it, and the CPU seconds of this process and of those it waited for."""
    before = sum(os.times()[:4])
    made = act()
    return made, sum(os.times()[:4]) - before
