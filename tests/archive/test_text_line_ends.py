"""Words broken at line ends: which are joined, which are not, and over what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import analyse_page
from archive.text.line_ends import broken_words
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word

BOX = Box(0, 0, 10, 10)


def printed(*columns: str) -> PrintedPage:
    """A page of columns; each line of a string is a printed line."""
    areas = []
    for column in columns:
        lines = tuple(
            Line(BOX, tuple(Word(text, BOX, 90.0) for text in line.split()))
            for line in column.splitlines()
        )
        areas.append(Area(BOX, (Paragraph(BOX, lines),)))
    return PrintedPage(100, 100, tuple(areas))


def placed(*columns: str, profile: str = "kk") -> list[tuple[str, tuple[int, ...]]]:
    return [(p.term.exact, p.words) for p in analyse_page(printed(*columns), profile)]


def test_a_broken_word_is_one_term_over_two_words() -> None:
    assert placed("бұл «Қара-\nғанды» қаласы") == [
        ("бұл", (0,)),
        ("қарағанды", (1, 2)),
        ("қаласы", (3,)),
    ]


def test_a_word_goes_on_in_the_next_column() -> None:
    assert placed("ескі кітап-", "хана ашылды") == [
        ("ескі", (0,)),
        ("кітапхана", (1, 2)),
        ("ашылды", (3,)),
    ]


def test_a_narrow_column_may_break_a_word_twice() -> None:
    assert placed("орталық-\nтанды-\nрылған жүйе") == [
        ("орталықтандырылған", (0, 1, 2)),
        ("жүйе", (3,)),
    ]


@pytest.mark.parametrize("hyphen", ["-", "‐", "‑", "\u00ad", "¬"])
def test_every_sign_of_a_break(hyphen: str) -> None:
    assert placed(f"қара{hyphen}\nғанды") == [("қарағанды", (0, 1))]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Алма-\nАта", [("алма", (0,)), ("ата", (1,))]),
        ("Нұр-\nСұлтан", [("нұр", (0,)), ("сұлтан", (1,))]),
        ("1937-\n1938", [("1937", (0,)), ("1938", (1,))]),
        ("15-\nші", [("15", (0,)), ("ші", (1,))]),
        ("сөз -\nдеді", [("сөз", (0,)), ("деді", (2,))]),
        ("сөз —\nдеді", [("сөз", (0,)), ("деді", (2,))]),
        ("бұл қара\nғанды", [("бұл", (0,)), ("қара", (1,)), ("ғанды", (2,))]),
        ("қара-", [("қара", (0,))]),
        ("қара-\n", [("қара", (0,))]),
    ],
)
def test_what_is_not_joined(lines: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert placed(lines) == expected


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ("қуғын-\nсүргінге", ["қуғын", "сүргінге"]),
        ("іс-\nшаралар", ["іс", "шаралар"]),
        ("мәдени-\nбұқаралық", ["мәдени", "бұқаралық"]),
        ("жүз-\nжүздеген", ["жүз", "жүздеген"]),
        ("научно-\nисследовательский", ["научно", "исследовательский"]),
        ("какой-\nто", ["какой", "то"]),
        # printed with its hyphen elsewhere on the page
        ("ақын-жырау\nақын-\nжыраудың", ["ақын", "жырау", "ақын", "жыраудың"]),
    ],
)
def test_a_compound_keeps_its_parts(lines: str, parts: list[str]) -> None:
    assert [exact for exact, _ in placed(lines)] == parts


@pytest.mark.parametrize(
    ("lines", "whole"),
    [("боло-\nто", "болото"), ("іс-\nтелді", "істелді"), ("ма-\nмандар", "мамандар")],
)
def test_a_syllable_is_not_taken_for_a_compound(lines: str, whole: str) -> None:
    assert [exact for exact, _ in placed(lines)] == [whole]


def test_a_joined_compound_has_each_part_on_its_own_words() -> None:
    assert placed("ақпарат-\nтық-кітапханалық") == [
        ("ақпараттық", (0, 1)),
        ("кітапханалық", (1,)),
    ]


def test_broken_words_are_told_for_the_plain_text() -> None:
    page = printed("бұл қара-\nғанды Алма-\nАта іс-\nшара орта-\nлық-\nтан")
    assert broken_words(page) == {1: 2, 7: 8, 8: 9}


WORDS = st.text(alphabet="аәбқо-.«»1А", min_size=1, max_size=6)


@given(st.lists(st.lists(WORDS, max_size=4), max_size=6))
def test_terms_follow_the_words(lines: list[list[str]]) -> None:
    page = printed("\n".join(" ".join(line) for line in lines))
    count = sum(1 for _ in page.words())
    last = -1
    for term in analyse_page(page, "kk"):
        assert term.words == tuple(range(term.words[0], term.words[-1] + 1))
        assert term.words[0] >= last or term.words[0] == last
        assert term.words[-1] < count
        last = max(last, term.words[0])
