"""From facts to what a person should look at."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from archive.recipes.quality import STANDARD, ImageFacts, QualityProfile, problems

GOOD = ImageFacts(
    media_type="image/tiff",
    width=1750,
    height=2480,
    dpi=300,
    samples="gray",
    bits=8,
    sharpness=0.6,
    skew=0.2,
    ink=0.08,
)


def reasons(facts: ImageFacts, profile: QualityProfile = STANDARD) -> list[str]:
    return [problem.reason for problem in problems(facts, profile)]


def test_a_good_page_has_none() -> None:
    assert problems(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "reason", "values"),
    [
        ({"dpi": 299}, "low-resolution", {"dpi": 299, "wanted": 300}),
        ({"dpi": None}, "unknown-resolution", {"wanted": 300}),
        ({"sharpness": 0.2}, "blurred-page", {"sharpness": 0.2, "wanted": 0.24}),
        ({"skew": -2.0}, "skewed-page", {"degrees": -2.0, "limit": 1.5}),
        ({"ink": 0.0001}, "blank-page", {"ink": 0.0001}),
        ({"cut_edges": ("left", "top")}, "cut-edge", {"edges": "left top"}),
    ],
)
def test_each_problem_with_its_values(
    change: dict[str, object], reason: str, values: dict[str, object]
) -> None:
    (problem,) = problems(replace(GOOD, **change))  # type: ignore[arg-type]
    assert (problem.reason, problem.values) == (reason, values)


@pytest.mark.parametrize(
    "change", [{"dpi": 300}, {"sharpness": 0.24}, {"skew": 1.5}, {"ink": 0.0005}]
)
def test_the_limit_itself_is_still_good(change: dict[str, object]) -> None:
    assert problems(replace(GOOD, **change)) == ()  # type: ignore[arg-type]


def test_what_could_not_be_measured_is_no_problem() -> None:
    assert problems(replace(GOOD, sharpness=None, skew=None)) == ()


def test_a_blank_page_is_not_called_blurred_or_skewed_too() -> None:
    worst = replace(GOOD, ink=0.0, sharpness=0.0, skew=8.0, dpi=None, cut_edges=("top",))
    assert reasons(worst) == ["unknown-resolution", "blank-page"]


def test_the_profile_is_data() -> None:
    newspaper = QualityProfile(least_dpi=400, most_skew=0.1)
    assert reasons(GOOD, newspaper) == ["low-resolution", "skewed-page"]


def test_facts_are_plain_values() -> None:
    assert all(
        isinstance(value, str | int | float | tuple | None) for value in asdict(GOOD).values()
    )
