"""What a reader types, and what is asked of the index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.queries import LONGEST_QUERY, MOST_TERMS, parse_query
from archive.text import analyse_page, analyse_words
from archive.words import Area, Box, Line, Paragraph, PrintedPage
from archive.words import Word as PrintedWord
from storage.query import Clause, InField, Phrase, Word, Years


def shown(clause: Clause) -> str:
    """A clause as short text: words, "phrases", prefix*, field(choice|choice …), first..last."""
    if isinstance(clause, Years):
        return f"{clause.first or ''}..{clause.last or ''}"
    if isinstance(clause, InField):
        groups = ["|".join(map(shown, group)) for group in clause.all_of]
        return f"{clause.field}({' '.join(groups)})"
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("title:қала көмір", [["title(қала)"], ["көмір"]]),
        ("тақырып:қала", [["title(қала)"]]),
        ("Название:город", [["title(город)"]]),
        ("атауы: қала", [["title(қала)"]]),
        ('title:"Абай жолы"', [['title("абай жолы")']]),
        ("title:кітап*", [["title(кітап*)"]]),
        ("title:OR", [["title(or)"]]),
        ("title:қала OR көмір", [["title(қала)", "көмір"]]),
        ("author:Әуезов", [["author(әуезов|ә әуезов)"]]),
        ("автор:«М.О. Әуезов»", [["author(м|·м о|·о әуезов|ә әуезов)"]]),
        ('author:"Мұхтар Әуезов"', [["author(мұхтар|м әуезов|ә мұхтар|әуезов)"]]),
        ("author:М.О.", [["author(м|·м о|·о)"]]),
        ("author:Әуез*", [["author(әуез*)"]]),
        ("year:1937", [["1937..1937"]]),
        ("жыл:1930..1940", [["1930..1940"]]),
        ("Год:1930–1940", [["1930..1940"]]),
        ('year:"1937"', [["1937..1937"]]),
        ("year:1940..1930", [["1930..1940"]]),
        ("year:1930..", [["1930.."]]),
        ("year:..1930", [["..1930"]]),
        ("year:1937 OR қала", [["1937..1937", "қала"]]),
    ],
)
def test_conditions(typed: str, expected: list[list[str]]) -> None:
    assert asked(typed) == expected
    assert parse_query(typed).literal == ()


def test_a_condition_may_be_unwanted() -> None:
    typed = "көмір -author:Абай -title:қала -year:1937"
    assert refused(typed) == ["author(абай|а абай)", "title(қала)", "1937..1937"]
    assert asked(typed) == [["көмір"]]


@pytest.mark.parametrize(
    ("typed", "expected", "literal"),
    [
        ("year:abc", [['"year abc"']], ["year:abc"]),
        ("year:19377", [['"year 19377"']], ["year:19377"]),
        ("жыл:.. қала", [["жыл"], ["қала"]], ["жыл:.."]),
        ("foo:bar", [['"foo bar"']], ["foo:bar"]),
        ('foo:"қара алтын"', [["foo"], ['"қара алтын"']], ["foo:"]),
        ("author:", [["author"]], ["author:"]),
        ("author: year:1937", [["author"], ["1937..1937"]], ["author:"]),
        ("author: -қала", [["author"]], ["author:"]),
        ("12:30", [['"12 30"']], []),
        ("http://a.kz", [['"http a kz"']], []),
    ],
)
def test_a_condition_that_is_none_is_searched_as_words_and_it_is_said(
    typed: str, expected: list[list[str]], literal: list[str]
) -> None:
    assert asked(typed) == expected
    assert list(parse_query(typed).literal) == literal


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
    assert all(word.only_exact for (clause,) in exact.all_of for word in words_of(clause))


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


def words_of(clause: Clause) -> list[Word]:
    """The words of a clause as typed: the first of each choice in a field."""
    if isinstance(clause, InField):
        return [word for group in clause.all_of for word in words_of(group[0])]
    if isinstance(clause, Years):
        return []
    return list(clause.words) if isinstance(clause, Phrase) else [clause]


SIGNS = ['"', "-", "OR", "*", "«", "»", "қала", "А.Б.", " ", "“", ":", ".."]
NAMED = ["author:", "автор:", "title:", "year:", "жыл:", "1937", "foo:", " "]


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from([*SIGNS, *NAMED]) | st.text(max_size=3), max_size=40).map("".join)
)
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    parsed = parse_query(text)
    clauses = [*parsed.query.none_of, *(c for group in parsed.query.all_of for c in group)]
    terms = [word for clause in clauses for word in words_of(clause)]
    assert len(terms) <= MOST_TERMS
    assert all(word.exact and word.kk and word.ru and word.skeleton for word in terms)
    assert all(group for group in parsed.query.all_of)
    assert all(c.all_of and all(c.all_of) for c in clauses if isinstance(c, InField))
    assert all(len(c.words) > 1 for c in clauses if isinstance(c, Phrase))
    assert parsed.is_empty == (not parsed.query.all_of)
