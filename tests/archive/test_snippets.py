"""How hits read: marks, cuts, words made whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.hits import find_hits
from archive.page_words import PageWords, page_words
from archive.queries import parse_query
from archive.snippets import snippet
from archive.text import analyse_page
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word

BOX = Box(0, 0, 10, 10)


def columns(text: str) -> PageWords:
    lines = tuple(
        Line(BOX, tuple(Word(word, BOX, 90.0) for word in line.split()))
        for line in text.splitlines()
    )
    page = PrintedPage(100, 100, (Area(BOX, (Paragraph(BOX, lines),)),))
    return page_words(page, analyse_page(page, "kk"), "test")


def shown(text: str, question: str, letters: int = 180) -> str:
    page = columns(text)
    runs = snippet(page, find_hits(page, parse_query(question).query), letters)
    return "".join(f"[{run.text}]" if run.marked else run.text for run in runs)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("бұл көмір қаласы", "көмір", "бұл [көмір] қаласы"),
        ("көмір", "көмір", "[көмір]"),
        # marks stand on words, not on their punctuation
        ("бұл «Көмір», деді", "көмір", "бұл «[Көмір]», деді"),
        # but a phrase has one mark
        ("бұл «қара алтын» деді", '"қара алтын"', "бұл «[қара алтын]» деді"),
        ("ақын А. С. Пушкин, ол", '"А С Пушкин"', "ақын [А. С. Пушкин], ол"),
        ("көмір көмір", "көмір", "[көмір] [көмір]"),
        # words broken at a line end are whole
        ("бұл Қара-\nғанды қаласы", "қала", "бұл Қарағанды [қаласы]"),
        ("бұл «Қара-\nғанды» қаласы", "Қарағанды", "бұл «[Қарағанды]» қаласы"),
        ("орталық-\nтанды-\nрылған жүйе", "жүйе", "орталықтандырылған [жүйе]"),
        ("қара\u00ad\nғанды жүйе", "жүйе", "қарағанды [жүйе]"),
        # a hyphen that belongs there stays
        ("Алма-\nАта қаласы", "Ата", "[Алма-Ата] қаласы"),
        ("іс-\nшаралар болды", "шара", "[іс-шаралар] болды"),
        ("1937-\n1938 жылы", "жыл", "1937-1938 [жылы]"),
        # but a page's number is no part of the word above it, which goes on overleaf
        ("осы үлкен қала-\n45", "қала", "осы үлкен [қала]- 45"),
        ("сөз -\nдеді ол", "деді", "сөз - [деді] ол"),
        ("жоқ болса да", "тіпті", "жоқ болса да"),
        ("", "көмір", ""),
    ],
)
def test_snippets(text: str, question: str, expected: str) -> None:
    assert shown(text, question) == expected


def test_what_is_left_out_is_shown_by_dots() -> None:
    text = " ".join(["алдында"] * 30 + ["көмір"] + ["артында"] * 30)
    assert shown(text, "көмір", 60) == "… алдында алдында алдында [көмір] артында артында артында …"
    assert shown(text, "жоқсөз", 30) == "алдында алдында алдында …"


def test_room_that_one_side_does_not_need_goes_to_the_other() -> None:
    text = " ".join(["көмір"] + ["артында"] * 30)
    assert shown(text, "көмір", 40) == "[көмір] артында артында артында артында …"
    text = " ".join(["алдында"] * 30 + ["көмір"])
    assert shown(text, "көмір", 40) == "… алдында алдында алдында алдында [көмір]"


def test_the_place_with_the_most_different_words_is_shown() -> None:
    text = " ".join(["көмір көмір көмір", "толтырма " * 40, "көмір шахта", "толтырма " * 40])
    assert "[көмір] [шахта]" in shown(text, "көмір шахта", 60)


def test_of_equal_places_the_first_is_shown() -> None:
    text = " ".join(["бірінші көмір", "толтырма " * 40, "екінші көмір", "толтырма " * 40])
    assert "бірінші [көмір]" in shown(text, "көмір", 60)


def test_a_hit_is_never_cut() -> None:
    page = "бір екі үш төрт бес алты жеті"
    assert shown(page, '"екі үш төрт бес"', 5) == "… [екі үш төрт бес] …"


WORDS = st.sampled_from(["қара", "«алтын»,", "көмір", "қара-", "ғанды", "Ата", "—", "алма-"])
TEXT = st.lists(st.lists(WORDS, max_size=8), max_size=8)


@given(TEXT, st.integers(1, 60))
def test_snippets_are_cut_from_the_page_between_words(lines: list[list[str]], letters: int) -> None:
    page = columns("\n".join(" ".join(line) for line in lines))
    hits = find_hits(page, parse_query('алтын "қара көмір"').query)
    whole = "".join(run.text for run in snippet(page, hits, 10_000))
    runs = snippet(page, hits, letters)
    text = "".join(run.text for run in runs).removeprefix("… ").removesuffix(" …")
    assert f" {text} " in f" {whole} "
    assert all(one.marked != other.marked for one, other in pairwise(runs))
    assert all(run.text for run in runs)
    assert any(run.marked for run in runs) == bool(hits)
    if not hits:
        assert len(text) <= letters or " " not in text
