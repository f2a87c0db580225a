"""How sharp, straight, inked and complete is a page image?

Measures in numbers, without judgement (that is ``archive.recipes.quality``).
All but the sharpness are taken on a copy reduced to about 620 px of width, so
that a page costs a few milliseconds beside its decoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from workers.page_outline import fingerprint, gutter

_REDUCED_SIDE = 620
_WINDOW = 192
_WINDOWS = 12
_NOMINAL_DPI = 300
_LEAST_CONTRAST = 40.0
_MARGIN = 0.02
_CELLS = 24
_NEIGHBOURS = 2
_EDGE_DEPTH = 3
_EDGE_ENDS = 0.12
_MOST_POINTS = 20_000
_COARSE = np.arange(-10.0, 10.01, 0.5)
_FINE = np.arange(-0.5, 0.501, 0.1)
_CLEAR_SIDES = 1.6
_BESIDE = 3
_LEAST_POINTS = 400
_SHORT_RUN = 0.04
_CUT_RUNS = 6

Gray = NDArray[np.uint8]
Ink = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measures:
    """See ``archive.recipes.quality.ImageFacts`` for the meaning of each."""

    sharpness: float | None
    skew: float | None
    ink: float
    cut_edges: tuple[str, ...]
    fingerprint: str | None
    gutter: float | None


def measure(image: Image.Image, dpi: int | None) -> Measures:
    """The measures of a page in mode L or RGB; `dpi` None is taken as 300."""
    gray = image if image.mode == "L" else image.convert("L")
    factor = max(1, round(min(gray.size) / _REDUCED_SIDE))
    reduced = np.asarray(gray.reduce(factor))
    ink = _ink(reduced)
    return Measures(
        sharpness=_sharpness(gray, ink, factor, dpi or _NOMINAL_DPI),
        skew=_skew(ink),
        ink=round(float(_inner(ink).mean()), 5) if ink.size else 0.0,
        cut_edges=_cut_edges(reduced),
        fingerprint=fingerprint(_inner(ink)),
        gutter=gutter(ink),
    )


def _ink(reduced: Gray) -> Ink:
    """Clearly darker than the paper around it.

    The paper is the bright part of each neighbourhood, so that a gutter shadow
    or a yellow edge is not ink.
    """
    paper = _paper(reduced)
    darker = paper - reduced.astype(np.float32)
    return np.asarray(darker > np.maximum(_LEAST_CONTRAST, 0.22 * paper))


def _paper(reduced: Gray) -> NDArray[np.float32]:
    """The brightness of the paper at each px: the bright part of coarse cells, smoothed."""
    height, width = reduced.shape
    down, across = -(-height // _CELLS), -(-width // _CELLS)
    rows, columns = max(1, height // down), max(1, width // across)
    cells = reduced[: rows * down, : columns * across].reshape(rows, down, columns, across)
    coarse = _share(cells.transpose(0, 2, 1, 3).reshape(rows, columns, -1), 0.8)
    smooth = Image.fromarray(coarse.astype(np.float32)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    return np.asarray(smooth, dtype=np.float32)


def _share(values: NDArray[Any], share: float) -> NDArray[Any]:
    """The value below which `share` of the last axis lies, without numpy's interpolation.

    ``np.percentile`` and ``np.median`` import ``numpy.ma`` when first called, which
    would cost every limited child 40 ms.
    """
    place = min(values.shape[-1] - 1, int(values.shape[-1] * share))
    return np.asarray(np.partition(values, place, axis=-1)[..., place])


def _inner(ink: Ink) -> Ink:
    """Without the outermost margin, where scanners leave dark borders."""
    height, width = ink.shape
    down, across = int(height * _MARGIN), int(width * _MARGIN)
    return ink[down : height - down, across : width - across]


# --- sharpness ---------------------------------------------------------------


def _sharpness(gray: Image.Image, ink: Ink, factor: int, dpi: int) -> float | None:
    """The steepest edges as a share of the contrast, per px at 300 dpi.

    Measured in the full image, in the windows that hold most ink: a reduced
    copy has lost exactly what is asked for.
    """
    scale = max(1.0, dpi / _NOMINAL_DPI)
    found = [
        steepness
        for left, top in _inked_windows(ink, factor)
        if (steepness := _steepness(_window(gray, left, top, scale))) is not None
    ]
    return round(median(found), 3) if found else None


def _inked_windows(ink: Ink, factor: int) -> list[tuple[int, int]]:
    """Left and top px of the windows of the full image with most ink, at most `_WINDOWS`."""
    side = max(1, _WINDOW // factor)
    rows, columns = ink.shape[0] // side, ink.shape[1] // side
    if not rows or not columns:
        return [(0, 0)]
    blocks = ink[: rows * side, : columns * side].reshape(rows, side, columns, side)
    shares = blocks.mean(axis=(1, 3))
    # More than half dark is a picture or a border: its edges are not letters.
    order = np.argsort(np.where(shares > 0.5, 0, -shares), axis=None, kind="stable")
    return [
        (int(index % columns) * side * factor, int(index // columns) * side * factor)
        for index in order[:_WINDOWS]
        if shares.flat[index] > 0.01
    ]


def _window(gray: Image.Image, left: int, top: int, scale: float) -> Gray:
    side = int(_WINDOW * scale)
    cut = gray.crop((left, top, min(left + side, gray.width), min(top + side, gray.height)))
    if scale > 1:
        size = (max(1, round(cut.width / scale)), max(1, round(cut.height / scale)))
        cut = cut.resize(size, Image.Resampling.BOX)
    return np.asarray(cut)


def _steepness(window: Gray) -> float | None:
    if min(window.shape) < 16:
        return None
    dark, bright = (float(_share(window.reshape(-1), share)) for share in (0.01, 0.9))
    if bright - dark < _LEAST_CONTRAST:
        return None
    values = window.astype(np.float32)
    # Three rows averaged, so that the grain of the paper is not taken for edges.
    rows = (values[:-2] + values[1:-1] + values[2:]) / 3
    steps = np.abs(np.diff(rows, axis=1))
    return float(_share(steps.reshape(-1), 0.99)) / (bright - dark)


# --- skew --------------------------------------------------------------------


def _skew(ink: Ink) -> float | None:
    """Degrees by which the lines fall to the right; None where there are no lines.

    The angle at which the profile of dark px along the lines is most uneven
    (projection profile method, Postl 1986).
    """
    down, across = np.nonzero(_inner(ink))
    if down.size < _LEAST_POINTS:
        return None
    step = -(-down.size // _MOST_POINTS)
    points = (down[::step].astype(np.float32), across[::step].astype(np.float32))
    scores = np.array([_unevenness(points, degrees) for degrees in _COARSE])
    peak = int(scores.argmax())
    if not _is_sharp_peak(scores, peak):
        return None
    best = _COARSE[peak]
    fine = best + _FINE
    closer = [_unevenness(points, degrees) for degrees in fine]
    return round(float(fine[int(np.argmax(closer))]), 1) + 0.0  # never minus zero


def _is_sharp_peak(scores: NDArray[np.float64], peak: int) -> bool:
    """Lines stand out within a degree or two; pictures have broad hills, or none."""
    if not _BESIDE <= peak < scores.size - _BESIDE:
        return False  # a peak has two sides, and one of them was not measured
    beside = max(scores[peak - _BESIDE], scores[peak + _BESIDE])
    return bool(scores[peak] >= _CLEAR_SIDES * beside)


def _unevenness(points: tuple[NDArray[np.float32], NDArray[np.float32]], degrees: float) -> float:
    down, across = points
    turned = down - across * np.float32(np.tan(np.radians(degrees)))
    profile = np.bincount((turned - turned.min()).astype(np.int32))
    return float(np.square(np.diff(profile).astype(np.float64)).sum())


# --- edges -------------------------------------------------------------------


def _cut_edges(reduced: Gray) -> tuple[str, ...]:
    """Edges where many short dark runs touch the border: letters, not a dark border.

    Each edge is judged along itself, as the mean of its outermost px and without
    its ends, so that neither the shadow of a gutter nor grain looks like letters.
    """
    strips = {
        "top": reduced[:_EDGE_DEPTH].mean(axis=0),
        "right": reduced[:, -_EDGE_DEPTH:].mean(axis=1),
        "bottom": reduced[-_EDGE_DEPTH:].mean(axis=0),
        "left": reduced[:, :_EDGE_DEPTH].mean(axis=1),
    }
    return tuple(name for name, strip in strips.items() if _short_runs(strip) >= _CUT_RUNS)


def _short_runs(strip: NDArray[np.float64]) -> int:
    """How many runs, at most `_SHORT_RUN` of the edge long, are darker than its paper."""
    paper = _paper_along(strip)
    dark = paper - strip > np.maximum(_LEAST_CONTRAST, 0.22 * paper)
    changes = np.flatnonzero(np.diff(np.concatenate(([False], dark, [False])).astype(np.int8)))
    starts, lengths = changes[0::2], changes[1::2] - changes[0::2]
    end = _EDGE_ENDS * strip.size
    inside = (starts >= end) & (starts + lengths <= strip.size - end)
    return int((inside & (lengths <= _SHORT_RUN * strip.size)).sum())


def _paper_along(strip: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bright part of each stretch or of its neighbours, for pictures that bleed off."""
    side = -(-strip.size // _CELLS)
    stretches = max(1, strip.size // side)
    bright = _share(strip[: stretches * side].reshape(stretches, side), 0.8)
    padded = np.pad(bright, _NEIGHBOURS, mode="edge")
    brightest = sliding_window_view(padded, 2 * _NEIGHBOURS + 1).max(axis=1)
    centres = (np.arange(stretches) + 0.5) * side
    return np.asarray(np.interp(np.arange(strip.size), centres, brightest))
