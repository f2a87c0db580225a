"""One key for a word in every script and spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analyser import analyse_word
from archive.text.skeleton import key


def skeleton(word: str, profile: str = "") -> str:
    term = analyse_word(word, profile)
    assert term is not None
    return term.skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        # Cyrillic, without Kazakh letters, 2018, 2017, ASCII, 2021, Arabic
        "Қарағанды Караганды Qaraǵandy Qarag'andy Qaragandy Qarağandy قاراعاندى",
        "Қарағандының Карагандынын Qaraǵandynyń Qarag'andynyn' Qaragandynyn Qaragandynyng",
        "қаласының қаласы қала qalasynyn qalasy kala قالاسى",
        "Шымкент Shymkent Şymkent S'ymkent",
        "жұмысшылар jumysshylar jumysşylar zhumysshylar",
        "орталық Ortalyq Ortalıq ортaлык",
        "Карлаг Қарлаг Qarlag",
        "кітаппен кітап kitap kitappen كىتاپ",
        "Қазақстан Qazaqstan Qazaqstannyñ قازاقستان Казакстан",
        "мәдениеті mádenıeti mädenieti madenieti мадениети",
        "университеті ýnıversıteti universiteti",
        "Тоқаев Toqaev Tokaev",
        "ғылым ğylym gylym ghylym",
        "шаңырақ shańyraq şañyraq shangyraq шанырак",
        "әже áje äje aje azhe",
        "яғни iaǵni yagni",
        "классик klassik класик",
    ],
)
def test_all_spellings_have_one_key(spellings: str) -> None:
    keys = [skeleton(word) for word in spellings.split()]
    assert keys == keys[:1] * len(keys)


@pytest.mark.parametrize(
    ("cyrillic", "yanalif"),
    [
        ("қала", "qala"),
        ("шаңырақ", "caꞑьraq"),
        ("жұмыс", "çumьs"),
        ("ғылым", "ƣьlьm"),
        ("үй", "yj"),
    ],
)
def test_the_alphabet_of_1929_is_read_by_profile(cyrillic: str, yanalif: str) -> None:
    assert skeleton(yanalif, "kk-latn-1929") == skeleton(cyrillic)


@pytest.mark.parametrize(
    ("one", "other"), [("қала", "дала"), ("көмір", "темір"), ("кітап", "кітапхана")]
)
def test_different_words_have_different_keys(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_digits_are_digits_in_every_script() -> None:
    assert key("١٩٣٧") == key("1937") == "1937"


@given(st.text(min_size=1, max_size=12).filter(lambda text: analyse_word(text) is not None))
def test_no_stream_is_empty_or_holds_white_space(text: str) -> None:
    term = analyse_word(text)
    assert term is not None
    for form in (term.exact, term.kk, term.ru, term.skeleton):
        assert form
        assert not any(letter.isspace() for letter in form)
