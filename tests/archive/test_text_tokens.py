"""Normal forms and tokens: what is a word, and when are two words the same?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.normal_form import clean, normal_form
from archive.text.tokens import tokens


def forms(text: str) -> list[str]:
    return [normal_form(token.text) for token in tokens(clean(text))]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Қарағанды", ["қарағанды"]),
        ("«Қарағанды»,", ["қарағанды"]),
        ("(шахта).", ["шахта"]),
        ("—", []),
        ("№", []),
        ("***", []),
        ("", []),
        ("№15б", ["№15б"]),
        ("12.05.1937", ["12", "05", "1937"]),
        ("1937-1938", ["1937", "1938"]),
        ("іс-шаралар", ["іс", "шаралар"]),
        ("қуғын‐сүргін", ["қуғын", "сүргін"]),
        ("М.О.", ["м", "о"]),
        ("А.С.Пушкин", ["а", "с", "пушкин"]),
        ("ОКЖ-ның", ["окж"]),
        ("КММ-нің,", ["кмм"]),
        ("Instagram-да", ["instagram"]),
        ("20-шы", ["20"]),
        ("1937-ші", ["1937"]),
        ("бала-да", ["бала", "да"]),
        ("Ата-тың", ["ата", "тың"]),
        ("Qarag'andy", ["qarag'andy"]),
        ("Qarag’andy", ["qarag'andy"]),
        ("'сөз'", ["сөз"]),
        ("csmb.kz", ["csmb", "kz"]),
    ],
)
def test_tokens(printed: str, expected: list[str]) -> None:
    assert forms(printed) == expected


@pytest.mark.parametrize(
    ("printed", "same_as"),
    [
        ("ЁЛКА", "елка"),
        ("и\u0306", "й"),
        ("қазақ\u00adстан", "қазақстан"),
        ("Қӯрылыс", "құрылыс"),
        ("за́мок", "замок"),
        ("об'явление", "объявление"),
        # Latin look-alikes inside Cyrillic words
        ("Кapaғaнды", "қарағанды".replace("қ", "к")),
        ("кiтап", "кітап"),
        ("əлем", "әлем"),
        ("б1л1м", "білім"),
        ("к0мір", "комір"),
        # and the other way round
        ("Qаzаq", "qazaq"),
        ("ﺍﻝﻡ", "الم"),
    ],
)
def test_the_same_word(printed: str, same_as: str) -> None:
    assert forms(printed) == [same_as]


@pytest.mark.parametrize("printed", ["15б", "А1", "CCCP", "2х2"])
def test_what_is_not_a_misreading_stays(printed: str) -> None:
    assert forms(printed) == [printed.casefold()]


@given(st.text())
def test_tokens_hold_no_white_space_and_lie_where_they_say(text: str) -> None:
    cleaned = clean(text)
    end_before = 0
    for token in tokens(cleaned):
        assert cleaned[token.start : token.end] == token.text
        assert token.start >= end_before
        assert normal_form(token.text)
        assert not normal_form(token.text).split()[1:]
        end_before = token.end


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
