from __future__ import annotations

import io

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.pdf_page_labels import page_labels


def shown(labels: list[str]) -> list[str]:
    """The labels as another program computes them for the pages of a file."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in labels:
            pdf.add_blank_page()
        pdf.Root.PageLabels = page_labels(labels)
        pdf.save(written)
    return pypdf.PdfReader(written).page_labels


def ranges(labels: list[str]) -> int:
    return len(page_labels(labels).Nums) // 2


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        ([*"i ii iii iv v vi vii viii ix x xi xii".split(), *map(str, range(1, 201))], 2),
        (["1", "2", "4", "5"], 2),
        (["I", "II", "i", "ii"], 2),
        (["12", "12а", "13"], 3),
        (["А-1", "А-2", "Б-1"], 2),
        (["1", "1", "1"], 3),
        (["007", "008", "010"], 2),
        (["iiii", "vx", "civil"], 3),
        (["9", "10", "11"], 1),
        (["обл.", "[2]", "мұқаба"], 3),
        (["mcmxcix", "mm"], 1),
    ],
)
def test_shows_what_is_printed_with_few_ranges(labels: list[str], count: int) -> None:
    assert shown(labels) == labels
    assert ranges(labels) == count


PRINTED = st.text("ivxlcdmIVXLCDM0123456789-абӘ ", min_size=1, max_size=6)


@given(st.lists(PRINTED, min_size=1, max_size=8))
def test_shows_any_label(labels: list[str]) -> None:
    assert shown(labels) == labels
