"""How is a page to be recognised, and is the result good enough?

The language profiles, the preprocessing ladder and the judgement of a result,
all as data and pure functions. The figures were measured on rendered Kazakh and
Russian pages at five grades of damage; each stands beside its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from archive.words import Word

RECIPE = 1
"""Part of every input key; to be raised when a step below changes its meaning."""


@dataclass(frozen=True, slots=True)
class Model:
    """A Tesseract model: `name` after ``-l``, the BCP 47 language of what it
    reads, and the Debian package that brings it."""

    name: str
    language: str
    package: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a result is weak. Confidences are 0..100, shares 0..1.

    A mean of 93 and above meant at most 2 % wrong characters; 80 to 88 meant 5 to
    38 %, whole lines being lost. `ink` is a third of a line of print on an A5
    page, and more than a page number: so much ink and no word means that the page
    was not turned into black and white rightly.
    """

    mean_confidence: float = 92.0
    weak_word: float = 60.0
    weak_share: float = 0.05
    hopeless_confidence: float = 80.0
    ink: float = 0.002


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document is written in, as stored with its Work.

    `psm` is Tesseract's page segmentation mode; 3 finds columns by itself and
    does not turn the page.
    """

    code: str
    models: tuple[Model, ...]
    psm: int = 3
    limits: Limits = field(default=Limits())

    @property
    def languages(self) -> str:
        """As Tesseract's ``-l`` wants it, such as ``kaz+rus``."""
        return "+".join(model.name for model in self.models)


KAZAKH = Model("kaz", "kk", "tesseract-ocr-kaz")
RUSSIAN = Model("rus", "ru", "tesseract-ocr-rus")
# petr1708 and baku1926 are the IANA variants for Russian as spelled before 1918
# and for the unified Turkic Latin alphabet (Yañalif).
RUSSIAN_OLD = Model("Cyrillic", "ru-petr1708", "tesseract-ocr-script-cyrl")
KAZAKH_LATIN = Model("Latin", "kk-Latn-baku1926", "tesseract-ocr-script-latn")
KAZAKH_ARABIC = Model("uig", "kk-Arab", "tesseract-ocr-uig")

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.code: profile
        for profile in (
            # With Russian alone every Kazakh letter is read wrong; the pair reads
            # both for 8 % more CPU than one model.
            Profile("kk", (KAZAKH, RUSSIAN)),
            Profile("mixed", (KAZAKH, RUSSIAN)),
            Profile("ru", (RUSSIAN,)),
            # 4.5 % wrong characters on old spelling, against 6 % by Russian.
            Profile("ru-petr", (RUSSIAN_OLD,)),
            # 12 % wrong: found by its skeleton rather than by its letters.
            Profile("kk-latn-1929", (KAZAKH_LATIN,)),
            # 2.2 % wrong characters, against 25 % by the Arabic model.
            Profile("kk-arab", (KAZAKH_ARABIC,)),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to prepare the image; `parameters` belong to the input key.

    Rungs are numbered from 1, the cheapest first.
    `median` is the side of the median filter in px, 0 for none. `denoise` is the
    strength of non-local means in grey levels, 0 for none, with its `patch` and
    its `window` in px. The paper's light is measured on a copy reduced to
    `background_dpi`, where it is what remains after the print is grown over by a
    square of `background_reach` px. `deskew` is the largest skew looked for, in
    degrees, 0 for none.
    """

    number: int
    name: str
    median: int = 0
    denoise: int = 0
    patch: int = 5
    window: int = 11
    background_dpi: float = 37.5
    background_reach: int = 9
    deskew: float = 0.0

    @property
    def parameters(self) -> str:
        """Everything that changes what the rung does, as one plain string."""
        return (
            f"median={self.median} denoise={self.denoise}/{self.patch}/{self.window}"
            f" background={self.background_dpi}/{self.background_reach} deskew={self.deskew}"
        )


LADDER: tuple[Rung, ...] = (
    # 0.02 CPU-s an A5 page at 300 dpi: a poor page falls from 62 to 0.2 % wrong
    # characters, a good one is left as good as it was.
    Rung(1, "median", median=3),
    # 1.1 CPU-s: very poor pages fall from 22 to 0.6 %. Strength 25 leaves noise
    # (2 %), 45 eats faint lines (35 % on faint ink); the usual 7/21 px windows
    # cost 2.4 CPU-s and read worse (3 %).
    Rung(2, "denoise", denoise=30, deskew=5.0),
)


@dataclass(frozen=True, slots=True)
class RecognitionSummary:
    """What a result is worth at a glance.

    `mean_confidence` is 0..100, and 0 if there are no words; `weak_share` is the
    share of words below the profile's limit; `credit` the number of letters in
    the other words, each counted by its confidence; `ink` the share of the page
    darker than its paper; `rung` the number of the rung that gave the result.
    """

    words: int
    mean_confidence: float
    weak_share: float
    credit: float
    ink: float
    rung: int


def summarise(
    words: Sequence[Word], *, ink: float, rung: int, limits: Limits
) -> RecognitionSummary:
    """Sum up all words of a page."""
    count = len(words)
    sure = [word for word in words if word.confidence >= limits.weak_word]
    return RecognitionSummary(
        words=count,
        mean_confidence=sum(word.confidence for word in words) / count if count else 0.0,
        weak_share=1.0 - len(sure) / count if count else 0.0,
        credit=sum(len(word.text) * word.confidence / 100 for word in sure),
        ink=ink,
        rung=rung,
    )


def is_weak(summary: RecognitionSummary, limits: Limits) -> bool:
    """Whether the next rung of the ladder is worth its price."""
    if not summary.words:
        return summary.ink > limits.ink
    return (
        summary.mean_confidence < limits.mean_confidence or summary.weak_share > limits.weak_share
    )


def needs_a_person(summary: RecognitionSummary, limits: Limits) -> bool:
    """Whether the best result is still so weak that somebody should look at it.

    Ink without words counts: it is a picture, or a page wholly lost, and no
    machine here can tell which.
    """
    if not summary.words:
        return summary.ink > limits.ink
    return summary.mean_confidence < limits.hopeless_confidence


def best(results: Sequence[RecognitionSummary]) -> int:
    """Which of several results of one page is the best; the earlier of two equal ones.

    The one with the greatest credit. The mean confidence alone prefers a result
    that lost a third of the lines and is sure of the rest; a count of words
    prefers one that breaks words in two. Letters by confidence were right on all
    of 19 poor pages where the two rungs differed (by up to 95 % wrong characters).
    """
    return max(range(len(results)), key=lambda number: results[number].credit)
