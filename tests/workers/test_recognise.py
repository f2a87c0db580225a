"""The ladder end to end: words, their places on the scan, and which rung was needed."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from archive.recipes.recognition import LADDER, PROFILES
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.hocr import read_hocr, write_hocr
from storage.errors import Broken
from tests.workers.worn_page import (
    KAZAKH_LINES,
    RUSSIAN_LINES,
    hit_rate,
    letters,
    pixels,
    poor,
    printed,
    read_boxes,
)
from workers.preprocess import IDENTITY, Gray, even_light, level
from workers.recognise import (
    Recognition,
    open_gray,
    place_on_scan,
    read_on,
    recognise,
    recognise_file,
)

KK = PROFILES["kk"]
DRAWN = " ".join(KAZAKH_LINES).split()
MOVED = 15


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def clean() -> Gray:
    return pixels(printed(*KAZAKH_LINES))


@pytest.fixture(scope="module")
def worn(clean: Gray) -> Gray:
    return poor(clean)


@pytest.fixture(scope="module")
def read_clean(clean: Gray, scratch: Path) -> Recognition:
    return recognise(clean, KK, dpi=300, scratch=scratch, timeout=60)


@pytest.fixture(scope="module")
def read_worn(worn: Gray, scratch: Path) -> Recognition:
    return recognise(worn, KK, dpi=300, scratch=scratch, timeout=60)


def recall(recognition: Recognition, words: list[str]) -> float:
    found = [word.text for word in recognition.page.words()]
    return sum(word in found for word in words) / len(words)


def boxed_words(recognition: Recognition) -> list[Word]:
    return [word for word in recognition.page.words() if letters(word.text)]


def moved(word: Word) -> Box:
    return word.box._replace(x=word.box.x + MOVED, y=word.box.y + MOVED)


def test_a_good_page_needs_the_first_rung_only(read_clean: Recognition) -> None:
    assert recall(read_clean, DRAWN) == 1.0
    assert read_clean.rung == 1
    assert read_clean.summary.words == len(DRAWN)
    assert read_clean.summary.mean_confidence > 92
    assert read_clean.engine.endswith(" kaz+rus")


def test_both_halves_of_a_broken_word_are_words_at_the_line_ends(read_clean: Recognition) -> None:
    lines = [[word.text for word in line.words] for line in read_clean.page.lines()]
    assert lines == [line.split() for line in KAZAKH_LINES]
    assert (lines[1][-1], lines[2][0]) == ("Алғаш-", "қы")


def test_the_boxes_of_a_good_page_are_those_that_were_drawn(read_clean: Recognition) -> None:
    drawn = printed(*KAZAKH_LINES).page().words()
    for found, true in zip(read_clean.page.words(), drawn, strict=True):
        edges = zip(corners(found.box), corners(true.box), strict=True)
        assert max(abs(a - b) for a, b in edges) <= 5, found.text


def corners(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right, box.bottom


def test_a_poor_page_is_saved_by_the_second_rung(
    worn: Gray, read_worn: Recognition, scratch: Path
) -> None:
    first = read_on(LADDER[0], worn, KK, dpi=300, scratch=scratch, timeout=60)
    assert recall(first, DRAWN) < 0.85
    assert read_worn.rung == 2
    assert recall(read_worn, DRAWN) >= 0.95


def test_the_boxes_of_a_poor_page_hit_their_words_on_the_scan(
    worn: Gray, read_worn: Recognition, tmp_path: Path
) -> None:
    """The scan is cleaned for the instrument's eye, but not turned."""
    clear = cv2.fastNlMeansDenoising(worn, None, 30, 5, 11)
    even = even_light(np.asarray(clear, np.uint8), LADDER[1], 300)
    words = boxed_words(read_worn)
    texts = [word.text for word in words]
    assert len(words) >= 40
    assert hit_rate(texts, read_boxes(even, [word.box for word in words], tmp_path)) >= 0.95
    assert hit_rate(texts, read_boxes(even, [moved(word) for word in words], tmp_path)) < 0.5


def test_the_boxes_of_a_turned_page_lie_where_the_words_do(
    worn: Gray, read_worn: Recognition
) -> None:
    """Without the matrix a word at the edge would be half a line off."""
    drawn = {word.text: word.box for word in printed(*KAZAKH_LINES).page().words()}
    height, width = worn.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.3, 1.0)
    for word in boxed_words(read_worn):
        if word.text in drawn:
            true = drawn[word.text]
            x, y = turn @ (true.x + true.w / 2, true.y + true.h / 2, 1.0)
            assert abs(word.box.x + word.box.w / 2 - x) < 8, word.text
            assert abs(word.box.y + word.box.h / 2 - y) < 8, word.text


def test_the_baseline_follows_the_lines_of_the_scan(read_worn: Recognition) -> None:
    slopes = [line.baseline[0] for line in read_worn.page.lines() if len(line.words) > 3]
    assert np.median(slopes) == pytest.approx(-math.tan(math.radians(1.3)), abs=0.004)


def test_what_was_read_survives_the_master(read_worn: Recognition) -> None:
    assert read_hocr(write_hocr(read_worn.page)) == read_worn.page


def test_the_first_rung_is_kept_where_the_second_is_worse(scratch: Path) -> None:
    """Faint print on dark paper, and limits that no result keeps: both rungs are read."""
    sheet = pixels(printed(*KAZAKH_LINES[:4], height=330)).astype(np.float64)
    noise = np.random.default_rng(4).normal(0, 10, sheet.shape)
    faint = np.clip(110 - (255 - sheet) * 0.12 + noise, 0, 255).astype(np.uint8)
    demanding = replace(KK, limits=replace(KK.limits, mean_confidence=100.0))
    second = read_on(LADDER[1], faint, KK, dpi=300, scratch=scratch, timeout=60)
    result = recognise(faint, demanding, dpi=300, scratch=scratch, timeout=60)
    assert result.rung == 1
    assert result.summary.credit > second.summary.credit


def test_a_blank_page_has_no_words_and_needs_one_rung(scratch: Path) -> None:
    blank = np.full((400, 500), 235, np.uint8)
    result = recognise(blank, KK, dpi=None, scratch=scratch, timeout=60)
    assert (result.page.areas, result.page.width, result.page.height) == ((), 500, 400)
    assert (result.rung, result.summary.words) == (1, 0)


def test_a_russian_file_by_its_profile(scratch: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    sheet = printed(*RUSSIAN_LINES, height=330)
    Image.fromarray(pixels(sheet)).save(path)
    result = recognise_file(path, "image/png", dpi=300, language="ru", scratch=scratch, timeout=60)
    assert recall(result, " ".join(RUSSIAN_LINES).split()) == 1.0
    assert np.array_equal(open_gray(path, "image/png"), pixels(sheet))


def test_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(Broken) as broken:
        recognise_file(
            tmp_path / "none", "image/png", dpi=300, language="en", scratch=tmp_path, timeout=1
        )
    assert str(broken.value) == "unknown-profile (profile=en)"


def one_line(*words: Word, baseline: tuple[float, float] = (0.0, 0.0)) -> PrintedPage:
    box = Box(0, 0, 400, 300)
    paragraph = Paragraph(box, (Line(Box(100, 100, 200, 40), words, baseline),), "kk")
    return PrintedPage(400, 300, (Area(box, (paragraph,)),), "engine")


def test_nothing_lies_beyond_the_edges_of_the_scan() -> None:
    inside, over = Word("а", Box(350, 280, 40, 15), 90.0), Word("б", Box(380, 290, 60, 30), 90.0)
    beyond = Word("в", Box(401, 10, 30, 30), 90.0)
    page = place_on_scan(one_line(inside, over, beyond), np.array(IDENTITY), width=400, height=300)
    assert [word.box for word in page.words()] == [Box(350, 280, 40, 15), Box(380, 290, 20, 10)]
    [area] = page.areas
    assert area.box == next(page.lines()).box == Box(350, 280, 50, 20)
    gone = place_on_scan(one_line(beyond), np.array(IDENTITY), width=400, height=300)
    assert gone.areas == ()


def test_a_line_drawn_anew_keeps_its_baseline_where_it_was() -> None:
    word = Word("а", Box(150, 110, 50, 20), 90.0)
    page = place_on_scan(
        one_line(word, baseline=(0.1, -8.0)), np.array(IDENTITY), width=400, height=300
    )
    # At x=100 it was at y=140-8, so at x=150, where the box now begins, 5 px lower.
    assert next(page.lines()).baseline == (0.1, 137.0 - 130.0)


def test_a_turned_word_keeps_its_size_and_middle() -> None:
    canvas = level(np.full((300, 400), 255, np.uint8), 2.0)
    word = Word("а", Box(300, 40, 60, 20), 90.0)
    page = place_on_scan(one_line(word), canvas.to_scan, width=400, height=300)
    [placed] = page.words()
    x, y = canvas.to_scan @ (330.0, 50.0, 1.0)
    assert (placed.box.w, placed.box.h) == (60, 20)
    assert abs(placed.box.x + 30 - x) <= 0.5
    assert abs(placed.box.y + 10 - y) <= 0.5
    assert next(page.lines()).baseline[0] == pytest.approx(math.tan(math.radians(2.0)), abs=1e-4)
