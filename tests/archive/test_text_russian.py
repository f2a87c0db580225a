"""Russian stems and the spelling of before 1918."""

from __future__ import annotations

import threading

import pytest

from archive.text.russian import modern_spelling, stem


@pytest.mark.parametrize(
    "family",
    ["шахта шахты шахту шахтой шахтами", "город города городу городов", "степь степи степью"],
)
def test_forms_of_a_word(family: str) -> None:
    assert len({stem(form) for form in family.split()}) == 1


@pytest.mark.parametrize(
    ("printed", "modern"),
    [
        ("съѣздъ", "съезд"),
        ("городъ", "город"),
        ("ѳедоръ", "федор"),
        ("мѣстнаго", "местного"),
        ("мѵро", "миро"),
    ],
)
def test_old_letters_tell_old_spelling(printed: str, modern: str) -> None:
    assert modern_spelling(printed, old=False) == modern


@pytest.mark.parametrize("word", ["кітап", "мәдениеті", "білім", "съезд", "объявление", "благо"])
def test_what_is_not_old_stays(word: str) -> None:
    assert modern_spelling(word, old=False) == word


@pytest.mark.parametrize(
    ("printed", "modern"),
    [("исторія", "история"), ("краснаго", "красного"), ("синяго", "синего"), ("благо", "благо")],
)
def test_the_profile_tells_old_spelling(printed: str, modern: str) -> None:
    assert modern_spelling(printed, old=True) == modern


def test_threads_do_not_disturb_one_another() -> None:
    words = [f"{root}{ending}" for root in ("шахт", "город", "степ") for ending in
             ("ами", "ой", "ов", "е", "у", "и")] * 40  # fmt: skip
    alone = [stem(word) for word in words]
    wrong: list[str] = []

    def work() -> None:
        for word, expected in zip(words, alone, strict=True):
            if stem(word) != expected:
                wrong.append(word)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
