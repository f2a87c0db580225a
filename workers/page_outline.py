"""Where on the page does the ink lie? Its fingerprint, and the fold of an open book."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archive.recipes.likeness import CELLS

Ink = NDArray[np.bool_]

_LEAST_INK = 0.0005
_SPECKS = 3  # px in a row or column that are no print yet
_MIDDLE = (0.35, 0.65)
_EMPTY = 0.01  # share of a column that may be dark in a fold between two type areas


def fingerprint(ink: Ink) -> str | None:
    """A difference hash of the ink within its own outline, in hex; None for a blank page."""
    if not ink.size or ink.mean() < _LEAST_INK:
        return None
    rows, columns = (np.flatnonzero(ink.sum(axis=axis) > _SPECKS) for axis in (1, 0))
    if min(rows.size, columns.size) < CELLS:
        return None
    outlined = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    picture = Image.fromarray(outlined.astype(np.uint8) * 255)
    cells = np.asarray(picture.resize((CELLS + 1, CELLS), Image.Resampling.BOX)).astype(int)
    return np.packbits(cells[:, :-1] > cells[:, 1:]).tobytes().hex()


def gutter(ink: Ink) -> float | None:
    """The share of the width at which an open book is folded; None for a standing sheet.

    The middle of the widest empty stretch between the two type areas, or the middle of
    the sheet when nothing near it is empty.
    """
    height, width = ink.shape
    if width <= height:
        return None
    first, last = (round(width * share) for share in _MIDDLE)
    empty = ink[:, first:last].mean(axis=0) < _EMPTY
    changes = np.flatnonzero(np.diff(np.concatenate(([False], empty, [False])).astype(np.int8)))
    starts, ends = changes[0::2], changes[1::2]
    if not starts.size:
        return 0.5
    widest = int(np.argmax(ends - starts))
    fold = first + (int(starts[widest]) + int(ends[widest])) / 2
    return float(round(fold / width, 3))
