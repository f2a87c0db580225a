"""What is known about a scanned page's image, and what a person should look at.

The facts are measured once by ``workers.characterise``; the judgement is pure
and may be repeated with another profile without opening the image again. A
problem never stops a page: it asks somebody to look (Metamorfoze and FADGI
call the same measures resolution, sharpness, skew and cropping).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from storage.errors import Plain


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One page image as stored; all px are those of the upright image.

    `dpi` is None when the file states none or a value no scanner writes.
    `samples` is bilevel, gray, palette, rgb, cmyk or lab; `bits` per sample.
    `orientation` is the EXIF/TIFF value 1..8 that was applied to stand upright.
    `sharpness` is the steepest edge as a share of the contrast, per px at 300
    dpi, None where nothing on the page has an edge. `skew` is degrees, positive
    when lines fall to the right, None where no lines were found. `ink` is the
    share 0..1 of dark px. `cut_edges` names the edges that run through text.
    `fingerprint` is where the ink lies, in hex, None where there is none
    (``archive.recipes.likeness``). `gutter` is the share of the width at which a
    book lying open is folded, None for a sheet that stands.
    """

    media_type: str
    width: int
    height: int
    dpi: int | None
    samples: str
    bits: int
    icc: bool = False
    alpha: bool = False
    orientation: int = 1
    sharpness: float | None = None
    skew: float | None = None
    ink: float = 0.0
    cut_edges: tuple[str, ...] = ()
    fingerprint: str | None = None
    gutter: float | None = None


@dataclass(frozen=True, slots=True)
class QualityProfile:
    """Limits beyond which a person should look; a profile is data, not code."""

    least_dpi: int = 300
    least_sharpness: float = 0.24
    most_skew: float = 1.5
    least_ink: float = 0.0005


@dataclass(frozen=True, slots=True)
class Problem:
    """A key for the sentence and the plain values that the sentence needs."""

    reason: str
    values: Mapping[str, Plain] = field(default_factory=dict)


STANDARD = QualityProfile()


def problems(facts: ImageFacts, profile: QualityProfile = STANDARD) -> tuple[Problem, ...]:
    """What a person should look at, in the order in which it matters.

    A blank page is only called blank: sharpness and skew of nothing mean nothing.
    """
    if facts.ink < profile.least_ink:
        return (*_resolution(facts, profile), Problem("blank-page", {"ink": facts.ink}))
    return tuple(problem for check in CHECKS for problem in check(facts, profile))


def _resolution(facts: ImageFacts, profile: QualityProfile) -> Iterator[Problem]:
    if facts.dpi is None:
        yield Problem("unknown-resolution", {"wanted": profile.least_dpi})
    elif facts.dpi < profile.least_dpi:
        yield Problem("low-resolution", {"dpi": facts.dpi, "wanted": profile.least_dpi})


def _blur(facts: ImageFacts, profile: QualityProfile) -> Iterator[Problem]:
    if facts.sharpness is not None and facts.sharpness < profile.least_sharpness:
        values = {"sharpness": facts.sharpness, "wanted": profile.least_sharpness}
        yield Problem("blurred-page", values)


def _skew(facts: ImageFacts, profile: QualityProfile) -> Iterator[Problem]:
    if facts.skew is not None and abs(facts.skew) > profile.most_skew:
        yield Problem("skewed-page", {"degrees": facts.skew, "limit": profile.most_skew})


def _cut(facts: ImageFacts, profile: QualityProfile) -> Iterator[Problem]:  # noqa: ARG001 - same shape
    if facts.cut_edges:
        yield Problem("cut-edge", {"edges": " ".join(facts.cut_edges)})


Check = Callable[[ImageFacts, QualityProfile], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (_resolution, _cut, _blur, _skew)

REASONS = (
    "blurred-page", "skewed-page", "cut-edge", "blank-page", "low-resolution",
    "unknown-resolution",
)  # fmt: skip
"""Every reason that a check can give, in the order in which people are told of them."""
