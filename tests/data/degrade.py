"""Pages worn by the fixed grades of ``degrade.toml``."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.data.wear import Wear, scanned

GRADES_FILE = Path(__file__).with_name("degrade.toml")


def grades() -> Mapping[str, Wear]:
    """The grades by name, the best first."""
    told = tomllib.loads(GRADES_FILE.read_text(encoding="utf-8"))
    return {name: Wear(**values) for name, values in told.items()}


def degraded(page: Image.Image, back: Image.Image, wear: Wear, seed: int) -> NDArray[np.uint8]:
    """The page as a scanner's JPEG gives it back, in grey."""
    kept = io.BytesIO()
    scanned(page, back, wear, seed).save(kept, "JPEG", quality=wear.quality)
    return np.asarray(Image.open(kept).convert("L"), np.uint8)
