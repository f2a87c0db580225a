"""Where a page is hit: words, boxes, phrases over line ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.hits import Hit, find_hits
from archive.page_words import PageWords, page_words
from archive.queries import parse_query
from archive.text import analyse_page
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from storage.query import Phrase, Query
from storage.query import Word as AskedWord


def printed(*columns: str) -> PrintedPage:
    """A page of columns side by side: each letter 10 px wide, each line 20 px high."""
    areas = []
    for number, column in enumerate(columns):
        lines = []
        for row, text in enumerate(column.splitlines()):
            words, x = [], 1000 * number
            for word in text.split():
                words.append(Word(word, Box(x, 30 * row, 10 * len(word), 20), 90.0))
                x += 10 * len(word) + 10
            lines.append(Line(Box(1000 * number, 30 * row, x, 20), tuple(words)))
        box = Box(1000 * number, 0, 900, 30 * len(lines))
        areas.append(Area(box, (Paragraph(box, tuple(lines)),)))
    return PrintedPage(2000, 2000, tuple(areas))


def columns(*texts: str) -> PageWords:
    page = printed(*texts)
    return page_words(page, analyse_page(page, "kk"), "test")


def hits(page: PageWords, text: str) -> tuple[Hit, ...]:
    return find_hits(page, parse_query(text).query)


def words(page: PageWords, text: str) -> list[tuple[int, ...]]:
    return [hit.words for hit in hits(page, text)]


def test_every_form_of_a_word_is_a_hit() -> None:
    page = columns("қала көмір қаласының\nКараганды қалада")
    assert words(page, "қала") == [(0,), (2,), (4,)]
    assert words(page, "Қарағанды") == [(3,)]
    assert words(page, "қаланың көмірі") == [(0,), (1,), (2,), (4,)]


def test_a_hit_has_the_box_of_its_word() -> None:
    (hit,) = hits(columns("қара көмір"), "көмір")
    assert hit.boxes == (Box(50, 0, 50, 20),)


def test_a_phrase_marks_only_its_own_words_in_one_box() -> None:
    page = columns("қара алтын қара тас алтын қара")
    (hit,) = hits(page, '"қара алтын"')
    assert hit.words == (0, 1)
    assert hit.boxes == (Box(0, 0, 100, 20),)
    assert hit.terms == (0, 1)


def test_a_phrase_over_a_line_end_has_a_box_on_each_line() -> None:
    (hit,) = hits(columns("бұл қара\nалтын қаласы"), '"қара алтын қала"')
    assert hit.words == (1, 2, 3)
    assert hit.boxes == (Box(40, 0, 40, 20), Box(0, 30, 120, 20))


def test_a_broken_word_has_two_boxes() -> None:
    (hit,) = hits(columns("бұл «Қара-\nғанды» қаласы"), "Қарағандының")
    assert hit.words == (1, 2)
    assert hit.boxes == (Box(40, 0, 60, 20), Box(0, 30, 60, 20))


def test_a_phrase_over_a_line_end_hyphen_has_two_boxes() -> None:
    (hit,) = hits(columns("бұл Қара-\nғанды қаласының тарихы"), '"Қарағанды қаласы"')
    assert hit.words == (1, 2, 3)
    assert [box.y for box in hit.boxes] == [0, 30]


def test_a_phrase_over_a_column_break_has_two_boxes() -> None:
    (hit,) = hits(columns("бұл қара", "алтын"), '"қара алтын"')
    assert hit.boxes == (Box(40, 0, 40, 20), Box(1000, 0, 50, 20))


def test_a_phrase_goes_on_over_a_dash_and_does_not_mark_it() -> None:
    (hit,) = hits(columns("қара — алтын"), '"қара алтын"')
    assert hit.words == (0, 2)
    assert hit.boxes == (Box(0, 0, 40, 20), Box(70, 0, 50, 20))


def test_a_compound_is_a_phrase_on_one_word() -> None:
    page = columns("қуғын-сүргінге ұшырады")
    (hit,) = hits(page, "қуғын-сүргін")
    assert hit.words == (0,)
    assert hit.boxes == (Box(0, 0, 140, 20),)
    assert words(page, "сүргін") == [(0,)]


def test_a_phrase_is_matched_in_one_and_the_same_stream() -> None:
    page = columns("қара алтын")
    one, two = page.terms[0].term, page.terms[1].term
    exact_then_kk = Phrase((AskedWord(one.exact, "?", "?", "?"), AskedWord("?", two.kk, "?", "?")))
    kk = Phrase((AskedWord("?", one.kk, "?", "?"), AskedWord("?", two.kk, "?", "?")))
    assert find_hits(page, Query(((exact_then_kk,),))) == ()
    assert len(find_hits(page, Query(((kk,),)))) == 1


def test_only_exact_and_prefix() -> None:
    page = columns("қала қаласы қалам кітапхана кітап")
    exact = parse_query("қала", only_exact=True).query
    assert [hit.words for hit in find_hits(page, exact)] == [(0,)]
    assert words(page, "кітап*") == [(3,), (4,)]


def test_a_word_inside_a_phrase_that_is_hit_is_not_hit_again() -> None:
    page = columns("қара алтын және алтын")
    assert words(page, '"қара алтын" алтын') == [(0, 1), (3,)]


def test_choices_are_hit_and_unwanted_words_are_not() -> None:
    page = columns("шахта көмір қала")
    assert words(page, "шахта OR қала -көмір") == [(0,), (2,)]
    assert words(page, "-шахта") == []


def test_a_word_repeated_is_a_phrase_at_each_place() -> None:
    assert words(columns("жер жер жер"), '"жер жер"') == [(0, 1), (1, 2)]


def test_lines_and_paragraphs_are_numbered_over_the_page() -> None:
    page = columns("а б\nв", "г\nд")
    assert page.lines == (0, 0, 1, 2, 3)
    assert page.paragraphs == (0, 0, 0, 1, 1)


TEXT = st.lists(
    st.lists(
        st.sampled_from(["қара", "қараның", "алтын", "«көмір»,", "ал-", "тын", "—"]), max_size=6
    ),
    max_size=5,
)


@given(
    TEXT, st.sampled_from(["қара", '"қара алтын"', "көмір", "алтын қара", "қар*", '"көмір қара"'])
)
def test_hits_lie_on_their_words(lines: list[list[str]], question: str) -> None:
    page = columns("\n".join(" ".join(line) for line in lines))
    found = hits(page, question)
    assert [hit.terms for hit in found] == sorted({hit.terms for hit in found})
    for hit in found:
        assert hit.words == tuple(sorted({w for term in hit.terms for w in page.words_of(term)}))
        # a dash between two words of a phrase is not one of them
        lines_hit = {page.lines[word] for word in hit.words}
        gaps = sum(after - before > 1 for before, after in pairwise(hit.words))
        assert len(lines_hit) <= len(hit.boxes) <= len(lines_hit) + gaps
        for word in hit.words:
            box = page.box(word)
            assert any(
                each.x <= box.x and each.y <= box.y
                and box.right <= each.right and box.bottom <= each.bottom
                for each in hit.boxes
            )  # fmt: skip


@pytest.mark.parametrize("question", ["қала", '"қала қала"', "қал*"])
def test_a_page_without_words_has_no_hits(question: str) -> None:
    assert hits(columns(""), question) == ()
