"""How are the pages of a book counted?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.page_labels import UNNUMBERED, Numbering, Run, labels_for, roman
from storage.errors import Refused

ARABIC, ROMAN, NONE = Numbering.ARABIC, Numbering.ROMAN, Numbering.NONE


def test_a_book_with_a_preface_and_a_plate() -> None:
    runs = [Run(ROMAN, 4), Run(ARABIC, 3), Run(NONE, 1), Run(ARABIC, 2, first=4)]
    assert labels_for(runs) == [
        "i", "ii", "iii", "iv", "1", "2", "3", UNNUMBERED, "4", "5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "i"), (4, "iv"), (9, "ix"), (12, "xii"), (49, "xlix"), (1967, "mcmlxvii")],
)
def test_roman_numbers(number: int, written: str) -> None:
    assert roman(number) == written


@given(st.lists(st.builds(Run, st.sampled_from(Numbering), st.integers(1, 50), st.integers(1, 99))))
def test_every_page_gets_one_label(runs: list[Run]) -> None:
    labels = labels_for(runs)
    assert len(labels) == sum(run.count for run in runs)
    assert all(labels)


@given(st.integers(1, 3999), st.integers(1, 3999))
def test_different_numbers_are_written_differently(one: int, other: int) -> None:
    assert (roman(one) == roman(other)) == (one == other)


@pytest.mark.parametrize("run", [Run(ARABIC, 0), Run(ROMAN, 3, first=0), Run(ARABIC, 9999, 2)])
def test_a_run_that_counts_nothing_is_refused(run: Run) -> None:
    with pytest.raises(Refused, match="bad-numbering"):
        labels_for([run])
