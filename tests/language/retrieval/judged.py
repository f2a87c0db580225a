"""What is asked of the collection, and how good is an answer?

success@5 is the share of questions with a page that answers among the first five;
nDCG@10 (Järvelin and Kekäläinen, 2002, https://doi.org/10.1145/582415.582418) compares
the order of the first ten with the best there could be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from tests.language.retrieval.collection import rows

KINDS = ("kazakh", "russian", "letters", "latin", "name", "place", "date", "phrase")
ANSWERS, TOUCHES = 2, 1
"""Gains of a page that answers the question and of one that touches on it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A reader's question; `gains` are of the pages by their passages' names."""

    kind: str
    text: str
    gains: Mapping[str, int]


def questions() -> list[Question]:
    """All questions with their judged pages."""
    read = []
    for kind, text, best, also in rows(Path(__file__).with_name("questions.txt")):
        gains = dict.fromkeys(also.split(), TOUCHES) | dict.fromkeys(best.split(), ANSWERS)
        read.append(Question(kind, text, gains))
    return read


def success(question: Question, found: Sequence[str], first: int = 5) -> float:
    """1.0 if one of the first pages answers, else 0.0."""
    return float(any(question.gains.get(name) == ANSWERS for name in found[:first]))


def ndcg(question: Question, found: Sequence[str], first: int = 10) -> float:
    """From 0.0 to 1.0, the best order."""
    best = _gain(sorted(question.gains.values(), reverse=True)[:first])
    return _gain([question.gains.get(name, 0) for name in found[:first]]) / best


def _gain(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1) / log2(place + 2) for place, gain in enumerate(gains))
