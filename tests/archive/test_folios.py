"""Which number is printed on a page, and when does one seem to be missing?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.recipes.folios import Gap, folio_of, gaps
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word


def printed(*lines: str) -> PrintedPage:
    """A page with these lines from top to bottom."""
    drawn = []
    for number, text in enumerate(lines):
        box = Box(100, 100 + 50 * number, 800, 30)
        words = tuple(Word(word, box, 95.0) for word in text.split())
        drawn.append(Line(box, words))
    if not drawn:
        return PrintedPage(1000, 1500, ())
    whole = Box(100, 100, 800, 50 * len(drawn))
    return PrintedPage(1000, 1500, (Area(whole, (Paragraph(whole, tuple(drawn)),)),))


@pytest.mark.parametrize(
    ("lines", "folio"),
    [
        (("47", "Көмір бассейні", "туралы сөз"), 47),
        (("Көмір бассейні", "туралы сөз", "— 48 —"), 48),
        (("Қарағанды 49", "мәтін", "мәтін"), 49),
        (("50 Қарағанды тарихы", "мәтін", "мәтін"), 50),
        (("1967 жылы Қарағанды қаласында жаңа шахта ашылды", "мәтін"), None),
        (("мәтін", "мәтін"), None),
        (("51", "мәтін", "52"), None),
        (("12", "мәтін", "12"), 12),
        (("Тарау 7", "мәтін", "мәтін 8"), None),
        (("9999", "мәтін"), None),
        ((), None),
    ],
)
def test_a_folio_is_read_where_it_is_sure(lines: tuple[str, ...], folio: int | None) -> None:
    assert folio_of(printed(*lines)) == folio


@pytest.mark.parametrize(
    ("folios", "found"),
    [
        ([181, 182, 183, 185, 186, 187], [Gap(2, (184,))]),
        ([1, 2, 3, 6, 7, 8], [Gap(2, (4, 5))]),
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, None, 5, 6, 7], []),  # the number was not read, the page is there
        ([1, 2, 3, 50, 4, 5], []),  # misread
        ([1, 2, 3, 5], []),  # nothing behind it agrees
        ([2, 3, 5, 6], []),  # one page on either side is not enough
        ([1, 2, 3, 60, 61, 62], []),  # another part
        ([None] * 6, []),
        ([], []),
    ],
)
def test_a_gap_is_told_only_when_both_sides_agree(
    folios: list[int | None], found: list[Gap]
) -> None:
    assert list(gaps(folios)) == found


@given(st.integers(1, 900), st.integers(6, 60), st.data())
def test_one_missing_page_is_found_and_nothing_else(
    first: int, count: int, data: st.DataObject
) -> None:
    whole = list(range(first, first + count))
    lost = data.draw(st.integers(3, count - 4)) if count >= 8 else None
    if lost is None:
        assert gaps(whole) == ()
        return
    assert gaps(whole[:lost] + whole[lost + 1 :]) == (Gap(lost - 1, (whole[lost],)),)
