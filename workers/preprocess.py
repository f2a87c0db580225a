"""How is a page image made fit to be recognised, and where on the scan is what is found?

One function for each rung of the ladder (``archive.recipes.recognition``): from
the scan's grey image to a prepared one, with the matrix that leads back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.recipes.recognition import Rung

Gray = NDArray[np.uint8]
Affine = NDArray[np.float64]

IDENTITY: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
_SKEW_WIDTH = 600
"""The skew is looked for on a copy about so many px wide: 0.02 degrees exact."""
_SEARCH = ((0.5, None), (0.1, 0.5), (0.02, 0.1))
"""Steps in degrees, and how far around the best angle of the step before."""
_LEAST_SKEW = 0.1
_PAPER = 255
_MARGIN = 0.05
_INK_REDUCTION = 4
_INK_SHARE = 0.8
"""0.85 takes grain for ink (0.4 % of a page with one line), 0.7 loses faded print."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image to recognise: dark print on even, light paper.

    `to_scan` is the 2x3 affine matrix from its px to those of the scan.
    """

    image: Gray
    to_scan: Affine

    @property
    def ink(self) -> float:
        """The share of the page that is clearly darker than its paper.

        Judged on a reduced copy, where grain has averaged out and even faded
        print is still dark. The margins, where scans have dark edges, do not
        count.
        """
        small = _reduced(self.image, _INK_REDUCTION)
        height, width = small.shape
        down, across = round(height * _MARGIN), round(width * _MARGIN)
        inner = small[down : height - down, across : width - across]
        return float((inner < _INK_SHARE * np.median(inner)).mean()) if inner.size else 0.0


def prepare(image: Gray, rung: Rung, dpi: float) -> Prepared:
    """Take the scan's grey image up one rung of the ladder.

    The order of steps: specks out, grain out, light evened, lines made level.
    """
    # One process per core: threads within would only fight for the same cores,
    # and a pool of threads does not outlive the fork of a worker.
    cv2.setNumThreads(0)
    prepared = image
    if rung.median:
        prepared = _gray(cv2.medianBlur(prepared, rung.median))
    if rung.denoise:
        prepared = _gray(
            cv2.fastNlMeansDenoising(prepared, None, rung.denoise, rung.patch, rung.window)
        )
    prepared = even_light(prepared, rung, dpi)
    if rung.deskew:
        return level(prepared, skew(prepared, rung.deskew))
    return Prepared(prepared, np.array(IDENTITY))


def even_light(image: Gray, rung: Rung, dpi: float) -> Gray:
    """Divide by the paper's light, so that the paper is white everywhere.

    The light is what a reduced copy shows once the print is grown over by the
    paper around it (dilation) and smoothed (median).
    """
    factor = max(1.0, dpi / rung.background_dpi)
    height, width = image.shape
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    reach = rung.background_reach
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    grown = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    light = cv2.resize(
        cv2.medianBlur(grown, reach), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return _gray(cv2.divide(image, light, scale=float(_PAPER)))


def skew(image: Gray, limit: float) -> float:
    """By how many degrees the lines fall to the right; 0 if no angle within `limit` stands out.

    Lines of print make the row profile steepest when they are level (projection
    profile method, Postl 1986).
    """
    ink = _reduced_ink(image)
    best = 0.0
    for step, around in _SEARCH:
        reach = around or limit
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda angle: _steepness(ink, float(angle))))
    return 0.0 if abs(best) > limit - _LEAST_SKEW else round(best, 2)


def _reduced_ink(image: Gray) -> NDArray[np.float32]:
    small = _reduced(image, max(1, image.shape[1] // _SKEW_WIDTH)).astype(np.float32)
    return np.asarray(np.clip(small.mean() - small, 0, None), dtype=np.float32)


def _reduced(image: Gray, factor: int) -> Gray:
    size = (max(1, image.shape[1] // factor), max(1, image.shape[0] // factor))
    return _gray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _steepness(ink: NDArray[np.float32], degrees: float) -> float:
    height, width = ink.shape
    fall = math.tan(math.radians(degrees))
    shear = np.array([[1.0, 0.0, 0.0], [-fall, 1.0, fall * width / 2]])
    profile = cv2.warpAffine(ink, shear, (width, height)).sum(axis=1)
    return float(np.square(np.diff(profile)).sum())


def level(image: Gray, degrees: float) -> Prepared:
    """Turn the page so that lines which fall by `degrees` run level; nothing is cut off."""
    if abs(degrees) < _LEAST_SKEW:
        return Prepared(image, np.array(IDENTITY))
    height, width = image.shape
    cosine, sine = (abs(turn(math.radians(degrees))) for turn in (math.cos, math.sin))
    turned = (math.ceil(width * cosine + height * sine), math.ceil(height * cosine + width * sine))
    # OpenCV turns counter-clockwise for positive angles, in an image whose y runs down.
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += (turned[0] - width) / 2, (turned[1] - height) / 2
    upright = cv2.warpAffine(
        image, matrix, turned, flags=cv2.INTER_CUBIC, borderValue=(_PAPER, _PAPER, _PAPER)
    )
    return Prepared(_gray(upright), np.asarray(cv2.invertAffineTransform(matrix)))


def _gray(image: NDArray[np.generic]) -> Gray:
    return np.asarray(image, dtype=np.uint8)
