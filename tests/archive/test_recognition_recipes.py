"""The ladder's judgement: what is weak, what needs a person, which result is better."""

from __future__ import annotations

import pytest

from archive.recipes.recognition import (
    LADDER,
    PROFILES,
    Limits,
    RecognitionSummary,
    best,
    is_weak,
    needs_a_person,
    summarise,
)
from archive.words import Box, Word

LIMITS = Limits()


def summary(
    words: int, mean: float = 95.0, weak: float = 0.0, ink: float = 0.05
) -> RecognitionSummary:
    return RecognitionSummary(words, mean, weak, credit=1.0, ink=ink, rung=1)


def words(*read: tuple[str, float]) -> list[Word]:
    return [Word(text, Box(0, 0, 1, 1), confidence) for text, confidence in read]


def credited(*read: tuple[str, float]) -> RecognitionSummary:
    return summarise(words(*read), ink=0.02, rung=2, limits=LIMITS)


def test_a_summary_counts_what_it_should() -> None:
    made = credited(("қала", 90.0), ("!", 59.9), ("да", 60.0), ("өлке", 94.1))
    assert made.words == 4
    assert made.mean_confidence == 76.0
    assert made.weak_share == 0.25
    assert made.credit == pytest.approx(4 * 0.9 + 2 * 0.6 + 4 * 0.941)
    assert (made.ink, made.rung) == (0.02, 2)
    assert credited() == RecognitionSummary(0, 0.0, 0.0, 0.0, 0.02, 2)


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
        (summary(0, mean=0.0, ink=0.0015), "good"),
        (summary(1, mean=95.0, ink=0.0015), "good"),
    ],
)
def test_when_to_climb_and_when_to_ask(result: RecognitionSummary, verdict: str) -> None:
    assert is_weak(result, LIMITS) == (verdict != "good")
    assert needs_a_person(result, LIMITS) == (verdict == "hopeless")


def test_lost_lines_are_worse_than_a_lower_mean() -> None:
    lost = credited(*[("кітапхана", 95.7)] * 172)
    assert best([lost, credited(*[("кітапхана", 95.6)] * 270)]) == 1


def test_words_broken_in_two_do_not_count_twice() -> None:
    broken = credited(*[("кітап", 88.0), ("хана", 88.0)] * 50)
    assert best([broken, credited(*[("кітапхана", 95.0)] * 50)]) == 1


def test_rubbish_does_not_count() -> None:
    rubbish = credited(*[("кітапхана", 90.0)] * 10, *[("ееее", 40.0)] * 90)
    assert best([rubbish, credited(*[("кітапхана", 90.0)] * 11)]) == 1


def test_of_equals_the_first_is_kept() -> None:
    assert best([credited(("а", 90.0)), credited(("б", 90.0))]) == 0
    assert best([credited(), credited()]) == 0


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
