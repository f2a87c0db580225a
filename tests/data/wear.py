"""What do age and the scanner do to a printed page?

Everything is a value in, a value out; the grain comes from the given seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Tone = NDArray[np.float32]


@dataclass(frozen=True)
class Wear:
    """How far each effect goes: skew in degrees, blur in px, the rest as shares of full tone."""

    skew: float = 0.4
    blur: float = 0.8
    grain: float = 0.012
    shadow: float = 0.16
    bleed: float = 0.03
    ink: float = 0.86
    quality: int = 60


GOOD = Wear()
POOR = Wear(skew=1.3, blur=1.0, grain=0.052, shadow=0.55, bleed=0.16, ink=0.5, quality=50)


def tone_of(image: Image.Image) -> Tone:
    """Grey levels as 0 (black) to 1 (white)."""
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def faded(page: Tone, back: Tone, wear: Wear) -> Tone:
    """Paler ink, and the back of the sheet shining through."""
    through = cv2.GaussianBlur(np.ascontiguousarray(back[:, ::-1]), (0, 0), 4)
    paler = 1 - (1 - page) * wear.ink
    return np.asarray(paler * (1 - (1 - through) * wear.bleed), np.float32)


def skewed(page: Tone, degrees: float) -> Tone:
    """Turned about its middle, white where the scanner saw no paper."""
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    size = (width, height)
    turned = cv2.warpAffine(page, turn, size, flags=cv2.INTER_CUBIC, borderValue=(1.0,))
    return np.asarray(turned, np.float32)


def light(shape: tuple[int, int], shadow: float, *, gutter_left: bool) -> Tone:
    """Light falling off towards the gutter and, weaker, towards the foot of the page."""
    across = np.linspace(0, 1, shape[1], dtype=np.float32)
    across = across if gutter_left else across[::-1]
    down = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None]
    gutter = shadow * np.exp(-across * 5) + shadow * 0.35 * (1 - across)
    return np.asarray(0.95 * (1 - gutter) * (1 - shadow * 0.25 * down**2), np.float32)


def scanned(page: Image.Image, back: Image.Image, wear: Wear, seed: int) -> Image.Image:
    """The page as the scanner gives it; odd seeds have their gutter on the left."""
    tone = skewed(faded(tone_of(page), tone_of(back), wear), wear.skew)
    if wear.blur:
        tone = np.asarray(cv2.GaussianBlur(tone, (0, 0), wear.blur), np.float32)
    tone = tone * light((page.height, page.width), wear.shadow, gutter_left=seed % 2 == 1)
    noise = np.random.default_rng(seed).normal(0, wear.grain, tone.shape)
    levels = np.clip((tone + noise) * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(levels)
