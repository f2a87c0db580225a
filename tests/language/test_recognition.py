"""Does the ladder read what bare Tesseract cannot, in the same run and on the same scans?

Few pages of what ``python -m tests.language.recognition`` measures on many.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.recipes.recognition import PROFILES as BY_CODE
from tests.data.degrade import grades
from tests.language.recognition.distance import edits, findable
from tests.language.recognition.pages import PROFILES, TruePage, true_pages
from tests.language.recognition.reading import DPI, TIMEOUT, Score, read_bare, score
from workers.recognise import Recognition, recognise

LEAST_BARE = 0.12  # what "poor" means
LEAST_GAIN = 15
LEAST_RECALL = 0.99
MOST_OF_VERY_POOR = 0.05  # of letters wrong; bare Tesseract loses more than half


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


def climbed(truth: TruePage, grade: str, scratch: Path) -> Recognition:
    """The page at a grade as the workers read it."""
    scan, profile = truth.worn(grades()[grade]), BY_CODE[truth.profile]
    return recognise(scan, profile, dpi=DPI, scratch=scratch, timeout=TIMEOUT)


def bare(truth: TruePage, grade: str, scratch: Path) -> Score:
    return read_bare(truth, truth.worn(grades()[grade]), scratch)


def test_a_poor_page_has_a_fifteenth_of_bare_tesseracts_faults(scratch: Path) -> None:
    pages = [true_pages(profile, 1)[0] for profile in PROFILES]
    alone = sum((bare(page, "poor", scratch) for page in pages), Score())
    read = [climbed(page, "poor", scratch) for page in pages]
    pairs = zip(pages, read, strict=True)
    ladder = sum((score(page, each.page, 0.0) for page, each in pairs), Score())
    assert alone.cer >= LEAST_BARE
    assert ladder.cer <= alone.cer / LEAST_GAIN
    assert [each.rung for each in read] == [1, 1, 1]  # the cheap one is enough


@pytest.mark.parametrize("profile", PROFILES)
def test_the_words_of_a_scanned_page_are_found(profile: str, scratch: Path) -> None:
    page = true_pages(profile, 2)[1]
    found, asked = findable(page.whole_words, climbed(page, "scan", scratch).page, profile)
    assert asked > 100
    assert found / asked >= LEAST_RECALL


def test_a_very_poor_page_is_saved_by_the_second_rung(scratch: Path) -> None:
    page = true_pages("kk", 1)[0]
    read = climbed(page, "very_poor", scratch)
    assert read.rung == 2
    assert score(page, read.page, 0.0).cer <= MOST_OF_VERY_POOR


def test_faults_are_counted_as_defined() -> None:
    assert edits("кітап", "кітап") == 0
    assert edits("кітап", "кiтa") == 3  # two look-alikes and a letter lost
    assert edits("қала мен дала".split(), "қала дала".split()) == 1
    assert edits("", "абв") == edits("абв", "") == 3
