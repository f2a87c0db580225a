"""The ladder's judgement: what is weak, what needs a person, which result is better."""

from __future__ import annotations

import pytest

from archive.recipes.recognition import (
    LADDER,
    PROFILES,
    Limits,
    RecognitionSummary,
    is_weak,
    merit,
    needs_a_person,
    summarise,
)

LIMITS = Limits()


def summary(
    words: int, mean: float = 95.0, weak: float = 0.0, ink: float = 0.05
) -> RecognitionSummary:
    return RecognitionSummary(words, mean, weak, ink, rung=1)


def test_a_summary_counts_what_it_should() -> None:
    made = summarise((90.0, 59.9, 60.0, 94.1), ink=0.02, rung=2, limits=LIMITS)
    assert made == RecognitionSummary(4, 76.0, 0.25, 0.02, 2)
    assert made.credible_words == 3.0
    assert summarise((), ink=0.0, rung=1, limits=LIMITS) == summary(0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (summary(250), "good"),
        (summary(250, mean=92.0), "good"),
        (summary(250, mean=91.9), "weak"),
        (summary(250, weak=0.05), "good"),
        (summary(250, weak=0.051), "weak"),
        (summary(250, mean=80.0), "weak"),
        (summary(250, mean=79.9), "hopeless"),
        (summary(0, mean=0.0, ink=0.02), "hopeless"),
        (summary(0, mean=0.0, ink=0.0005), "good"),
        (summary(1, mean=95.0, ink=0.0005), "good"),
    ],
)
def test_when_to_climb_and_when_to_ask(result: RecognitionSummary, verdict: str) -> None:
    assert is_weak(result, LIMITS) == (verdict != "good")
    assert needs_a_person(result, LIMITS) == (verdict == "hopeless")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # Figures of real pairs, the better by its wrong characters.
        (summary(270, 95.6, 0.0), summary(172, 95.7, 0.0)),
        (summary(259, 90.2, 0.05), summary(243, 91.6, 0.04)),
        (summary(290, 87.7, 0.076), summary(301, 85.8, 0.103)),
        (summary(1, 50.0), summary(0, 0.0)),
    ],
)
def test_the_better_result_has_more_words_to_be_believed(
    better: RecognitionSummary, worse: RecognitionSummary
) -> None:
    assert merit(better) > merit(worse)


def test_profiles_are_those_of_the_catalogue() -> None:
    assert {code: profile.languages for code, profile in PROFILES.items()} == {
        "kk": "kaz+rus",
        "mixed": "kaz+rus",
        "ru": "rus",
        "ru-petr": "Cyrillic",
        "kk-latn-1929": "Latin",
        "kk-arab": "uig",
    }


def test_rungs_are_numbered_and_told_apart_by_their_parameters() -> None:
    assert [rung.number for rung in LADDER] == list(range(1, len(LADDER) + 1))
    assert len({rung.parameters for rung in LADDER}) == len(LADDER)
