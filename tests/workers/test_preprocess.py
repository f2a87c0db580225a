"""The ladder's rungs: even light, level lines, and a matrix that leads back to the scan."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from archive.recipes.recognition import LADDER, Limits
from tests.workers.worn_page import KAZAKH_LINES, SKEW, pixels, poor, printed
from workers.preprocess import Gray, even_light, level, prepare, skew

MEDIAN, DENOISE = LADDER
INK = Limits().ink
BLANK = np.full((700, 1000), 240, np.uint8)


@pytest.fixture(scope="module")
def clean() -> Gray:
    return pixels(printed(*KAZAKH_LINES))


def turned(image: Gray, degrees: float) -> Gray:
    """Lines rise for positive angles."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    page = cv2.warpAffine(image, matrix, (width, height), borderValue=(255, 255, 255))
    return np.asarray(page, dtype=np.uint8)


def test_light_falling_off_becomes_even_paper(clean: Gray) -> None:
    light = np.linspace(0.35, 1.0, clean.shape[1])
    shaded = (clean * light).astype(np.uint8)
    even = even_light(shaded, MEDIAN, 300)
    paper = clean == 255
    assert shaded[paper].min() < 95
    assert np.percentile(even[paper], 1) > 235
    assert np.percentile(even[clean < 60], 90) < 100


def test_heavy_type_stays_as_black_as_it_was() -> None:
    """5 mm of black: without the growing over it would be taken for dark paper."""
    page = BLANK.copy()
    page[300:360, 400:460] = 20
    assert even_light(page, MEDIAN, 300)[305:355, 405:455].max() < 40


@pytest.mark.parametrize("degrees", [-4.2, -1.3, -0.3, 0.0, 0.7, 3.1])
def test_the_skew_is_found(clean: Gray, degrees: float) -> None:
    assert skew(turned(clean, degrees), 5.0) == pytest.approx(-degrees, abs=0.06)


def test_what_has_no_lines_is_not_turned() -> None:
    assert skew(BLANK, 5.0) == 0.0
    assert skew(turned(pixels(printed(*KAZAKH_LINES)), 8.0), 5.0) == 0.0


def test_levelling_leads_back_to_the_scan_and_cuts_nothing_off() -> None:
    page = np.full((700, 1000), 255, np.uint8)
    marks = [(20, 15), (985, 10), (10, 690), (990, 688), (400, 333)]
    for x, y in marks:
        cv2.circle(page, (x, y), 4, (0,), -1)
    prepared = level(page, -2.5)
    assert prepared.image.shape[0] > 700
    count, _, _, centres = cv2.connectedComponentsWithStats((prepared.image < 128).astype(np.uint8))
    assert count == 1 + len(marks)
    back = [prepared.to_scan @ (x, y, 1.0) for x, y in centres[1:]]
    for mark in marks:
        assert min(np.hypot(*(found - mark)) for found in back) < 1.0


def test_the_first_rung_turns_nothing(clean: Gray) -> None:
    prepared = prepare(clean, MEDIAN, 300)
    assert prepared.image.shape == clean.shape
    assert np.array_equal(prepared.to_scan, [[1, 0, 0], [0, 1, 0]])


def test_the_second_rung_takes_out_grain_and_levels_the_lines(clean: Gray) -> None:
    worn = poor(clean)
    prepared = prepare(worn, DENOISE, 300)
    assert skew(prepared.image, 5.0) == pytest.approx(0.0, abs=0.1)
    # The lines rise on the scan, so going right in the prepared image leads up there.
    (a, _, _), (c, _, _) = prepared.to_scan
    assert np.degrees(np.arctan2(-c, a)) == pytest.approx(SKEW, abs=0.06)
    noise = [
        float(np.std(image[-60:-10, 100:900].astype(float))) for image in (worn, prepared.image)
    ]
    assert noise[1] < noise[0] / 2


def test_a_preparation_does_not_change_the_scan(clean: Gray) -> None:
    before = clean.copy()
    for rung in LADDER:
        prepare(clean, rung, 300)
    assert np.array_equal(before, clean)


def test_ink_is_print_and_not_the_dark_edge_of_a_scan(clean: Gray) -> None:
    edge = BLANK.copy()
    edge[:, :30] = 10
    edge[-25:] = 10
    assert prepare(BLANK, MEDIAN, 300).ink == 0.0
    assert prepare(edge, MEDIAN, 300).ink < INK
    assert 0.05 < prepare(clean, MEDIAN, 300).ink < 0.3


def test_ink_is_faded_print_and_not_grain() -> None:
    one_line = pixels(printed(KAZAKH_LINES[0], height=1400, top=300))
    faded = 255 - (255 - one_line.astype(np.float64)) * 0.4
    noise = np.random.default_rng(5).normal(0, 40, one_line.shape)
    grain = np.clip(200 + noise, 0, 255).astype(np.uint8)
    page = np.clip(faded - 50 + noise / 4, 0, 255).astype(np.uint8)
    for rung in LADDER:
        assert prepare(grain, rung, 300).ink < INK / 4
    assert prepare(page, MEDIAN, 300).ink > INK


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 5)])
@pytest.mark.parametrize("dpi", [72, 300, 1200])
def test_the_smallest_images_pass(shape: tuple[int, int], dpi: int) -> None:
    for rung in LADDER:
        assert prepare(np.full(shape, 200, np.uint8), rung, dpi).image.size
