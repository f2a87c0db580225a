"""The same word however it was typed or recognised."""

from __future__ import annotations

import pytest

from archive.text.analyser import analyse_words


def exact(text: str) -> list[str]:
    return [placed.term.exact for placed in analyse_words([text])]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("iс", "іс"),
        ("Tеміртаy", "теміртау"),
        ("KАРАҒАНДЫ", "қарағанды".replace("қ", "к")),
        ("кiтaпxaнa", "кітапхана"),
        ("Hұрлы", "нұрлы"),
        ("бlлlм", "білім"),
        ("б1л1м", "білім"),
        ("б!л!м", "білім"),
        ("к|тап", "кітап"),
        ("қа3ақ", "қазақ"),
        ("Qарaғанды", "qарағанды"),
        ("qаla", "qala"),
        ("кі\u00adтап", "кітап"),
        ("кі\u200bтап", "кітап"),
        ("за\u0301мок", "замок"),
        ("и\u0306од", "йод"),
        ("ӯлт", "ұлт"),
        ("шахтёр", "шахтер"),
        ("об’явление", "объявление"),
        ("ﻗﺎﻻ", "قالا"),
        ("Ulytay’", "ulytay'"),
        ("çumьs", "çumьs"),
        ("ƣьlьm", "ƣьlьm"),
    ],
)
def test_one_word(typed: str, word: str) -> None:
    assert exact(typed) == [word]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Алға!Алға", ["алға", "алға"]),
        ("'Qaragandy'", ["qaragandy"]),
        ("d'", ["d"]),
        ("Ура! да", ["ура", "да"]),
    ],
)
def test_signs_between_words_are_no_letters(typed: str, words: list[str]) -> None:
    assert exact(typed) == words
