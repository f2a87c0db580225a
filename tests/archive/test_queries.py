"""What a reader types, and what is asked of the index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.queries import LONGEST_QUERY, MOST_TERMS, parse_query
from archive.text import analyse_page, analyse_words
from archive.words import Area, Box, Line, Paragraph, PrintedPage
from archive.words import Word as PrintedWord
from storage.query import Clause, Phrase, Word


def shown(clause: Clause) -> str:
    """A clause as short text: words, "phrases", prefix*."""
    if isinstance(clause, Phrase):
        return '"' + " ".join(word.exact for word in clause.words) + '"'
    return clause.exact + ("*" if clause.prefix else "")


def asked(text: str) -> list[list[str]]:
    return [[shown(clause) for clause in group] for group in parse_query(text).query.all_of]


def refused(text: str) -> list[str]:
    return [shown(clause) for clause in parse_query(text).query.none_of]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("көмір", [["көмір"]]),
        ("  Көмір,  ШАХТА! ", [["көмір"], ["шахта"]]),
        ('"қара алтын" көмір', [['"қара алтын"'], ["көмір"]]),
        ("«қара алтын»", [['"қара алтын"']]),
        ("“қара алтын”", [['"қара алтын"']]),
        ('"қара алтын', [['"қара алтын"']]),
        ('"көмір"', [["көмір"]]),
        ('көмір"қара алтын"шахта', [["көмір"], ['"қара алтын"'], ["шахта"]]),
        ("қуғын-сүргін", [['"қуғын сүргін"']]),
        ("12.05.1937", [['"12 05 1937"']]),
        ("А.С.Пушкин", [['"а с пушкин"']]),
        ("№15б", [["№15б"]]),
        ("кітап*", [["кітап*"]]),
        ("кі*", [["кі"]]),
        ("*", []),
        ("шахта OR көмір", [["шахта", "көмір"]]),
        ("шахта ИЛИ көмір НЕМЕСЕ қала", [["шахта", "көмір", "қала"]]),
        ("қала шахта OR көмір", [["қала"], ["шахта", "көмір"]]),
        ("шахта OR көмір қала", [["шахта", "көмір"], ["қала"]]),
        ("или көмір", [["или"], ["көмір"]]),
        ('"OR" көмір', [["or"], ["көмір"]]),
        ("OR көмір", [["көмір"]]),
        ("көмір OR", [["көмір"]]),
        ("шахта OR OR көмір", [["шахта", "көмір"]]),
        ("1937-1938", [['"1937 1938"']]),
        ("", []),
        ("—", []),
        ('""', []),
    ],
)
def test_wanted(typed: str, expected: list[list[str]]) -> None:
    assert asked(typed) == expected


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("көмір -шахта", [["көмір"]], ["шахта"]),
        ("көмір −шахта", [["көмір"]], ["шахта"]),
        ('көмір -"қара алтын"', [["көмір"]], ['"қара алтын"']),
        ("көмір -«қара алтын»", [["көмір"]], ['"қара алтын"']),
        ("көмір - шахта", [["көмір"], ["шахта"]], []),
        ("-шахта", [], ["шахта"]),
        ("көмір OR -шахта қала", [["көмір", "қала"]], ["шахта"]),
        ("көмір -OR", [["көмір"]], ["or"]),
    ],
)
def test_unwanted(typed: str, wanted: list[list[str]], unwanted: list[str]) -> None:
    assert asked(typed) == wanted
    assert refused(typed) == unwanted


def test_what_is_said_about_a_question() -> None:
    parsed = parse_query('Қарағанды "қара алтын" -шахта ... OR кітап*')
    assert parsed.words_as_typed == ("Қарағанды", "қара алтын", "кітап*")
    assert parsed.ignored == ("...",)
    assert not parsed.is_empty
    assert parse_query("-шахта").is_empty


def test_a_word_is_asked_for_in_four_streams_or_one() -> None:
    (placed,) = analyse_words(["қаласының"])
    term = placed.term
    (group,) = parse_query("қаласының").query.all_of
    assert group == (Word(term.exact, term.kk, term.ru, term.skeleton),)
    exact = parse_query('қаласының "қара алтын"', only_exact=True).query
    assert all(
        word.only_exact
        for (clause,) in exact.all_of
        for word in (clause.words if isinstance(clause, Phrase) else (clause,))
    )


def test_long_questions_are_cut_and_it_is_said() -> None:
    parsed = parse_query(" ".join(f"сөз{n}" for n in range(MOST_TERMS + 3)))
    assert len(parsed.query.all_of) == MOST_TERMS
    assert parsed.ignored == tuple(f"сөз{MOST_TERMS + n}" for n in range(3))
    parsed = parse_query("а" * LONGEST_QUERY + "бв")
    assert [shown(clause) for clause in parsed.query.all_of[0]] == ["а" * LONGEST_QUERY]
    assert parsed.ignored == ("бв",)


def test_a_phrase_that_has_no_room_is_left_out_whole() -> None:
    words = " ".join(f"сөз{n}" for n in range(MOST_TERMS - 1))
    parsed = parse_query(f'{words} "қара алтын" көмір')
    assert len(parsed.query.all_of) == MOST_TERMS
    assert parsed.ignored == ("қара алтын",)


@pytest.mark.parametrize(
    "printed", ["іс-шаралардың", "12.05.1937", "ОКЖ-ның", "«Қарағанды»,", "М.О."]
)
def test_what_is_printed_is_found_as_it_is_printed(printed: str) -> None:
    """A word copied from a page asks for just the terms that the page has."""
    box = Box(0, 0, 1, 1)
    line = Line(box, (PrintedWord(printed, box, 90.0),))
    page = PrintedPage(1, 1, (Area(box, (Paragraph(box, (line,)),)),))
    on_page = [placed.term.exact for placed in analyse_page(page, "kk")]
    (group,) = parse_query(printed).query.all_of
    words = group[0].words if isinstance(group[0], Phrase) else group
    assert [word.exact for word in words if isinstance(word, Word)] == on_page


@given(st.text(max_size=400))
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    parsed = parse_query(text)
    clauses = [*parsed.query.none_of, *(c for group in parsed.query.all_of for c in group)]
    terms = [w for c in clauses for w in (c.words if isinstance(c, Phrase) else (c,))]
    assert len(terms) <= MOST_TERMS
    assert all(word.exact and word.kk and word.ru and word.skeleton for word in terms)
    assert all(group for group in parsed.query.all_of)
    assert all(len(c.words) > 1 for c in clauses if isinstance(c, Phrase))


@given(
    st.lists(
        st.sampled_from(['"', "-", "OR", "*", "«", "»", "қала", "көмір", " ", "“"]), max_size=30
    )
)
def test_signs_in_any_order_are_no_error(parts: list[str]) -> None:
    parsed = parse_query("".join(parts))
    assert parsed.is_empty == (not parsed.query.all_of)
