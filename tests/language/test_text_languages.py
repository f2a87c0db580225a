"""In which language is it, and was Kazakh read as Russian? Measured on lines written for it.

``lines.txt`` was written after the rules, in other words than those they were tried on;
``lines_by_russian.txt`` is what Tesseract's Russian model made of its Kazakh and mixed
lines, printed in four fonts (``python -m tests.language.recognition.misread``).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text_language import PageLanguage, language_of_words, runs
from archive.text_layers import is_kazakh_misread, is_misread
from tests.data.make_samples import source
from tests.language.recognition.line_set import Line, misread_lines, true_lines

KAZAKH, RUSSIAN, MIXED = PageLanguage.KAZAKH, PageLanguage.RUSSIAN, PageLanguage.MIXED
ENOUGH = 100


def words_of(name: str) -> list[str]:
    return [word for block in source(name) if block[0] not in "#@!" for word in block.split()]


def in_pages(lines: list[Line], count: int = 9) -> list[list[str]]:
    """The words of so many lines at a time."""
    return [
        [word for line in lines[begin : begin + count] for word in line.words]
        for begin in range(0, len(lines), count)
    ]


def test_the_language_of_single_lines() -> None:
    lines = true_lines()
    right = sum(language_of_words(line.words).language == line.language for line in lines)
    assert len(lines) >= ENOUGH
    assert right / len(lines) >= 0.98


def test_kazakh_by_a_russian_model_is_known_in_single_lines() -> None:
    """A false alarm costs a person's look at a good page; a page has thirty lines."""
    true, misread = true_lines(), misread_lines(KAZAKH)
    assert [line.text for line in true if is_kazakh_misread(line.words)] == []
    found = sum(is_kazakh_misread(line.words) for line in misread)
    assert found / len(misread) >= 0.95


@pytest.mark.parametrize("language", [KAZAKH, RUSSIAN])
def test_whole_pages_are_told_without_a_fault(language: PageLanguage) -> None:
    lines = [line for line in true_lines() if line.language == language]
    told = [language_of_words(words) for words in in_pages(lines)]
    assert [each.language for each in told] == [language] * 5
    assert [is_kazakh_misread(words) for words in in_pages(lines)] == [False] * 5


def test_misread_pages_are_kazakh_and_known_as_misread() -> None:
    for words in in_pages(misread_lines(KAZAKH)):
        assert language_of_words(words).language == KAZAKH
        assert is_kazakh_misread(words)


def test_a_page_in_both_languages_is_told_run_by_run() -> None:
    kazakh, russian = words_of("komirli-olke")[:120], words_of("industrialnaya-karaganda")[:80]
    told = language_of_words([*kazakh, *russian])
    assert told.language == MIXED
    assert [run.language for run in told.runs] == [KAZAKH, RUSSIAN]
    assert abs(told.runs[0].words - 120) <= 2
    assert told.kazakh_share == pytest.approx(0.6, abs=0.03)


def test_a_name_makes_no_run_and_a_quotation_does() -> None:
    name = "Экспедиция вышла к озеру Қарасор и там остановилась на ночлег".split()
    quoted = "Он сказал только одно: «Бүгін шахтада үлкен жиналыс өтеді» и сразу вышел".split()
    assert [run.words for run in runs(name)] == [len(name)]
    assert [run.language for run in runs(quoted)] == [RUSSIAN, KAZAKH, RUSSIAN]


def test_too_little_is_not_told() -> None:
    for words in ([], ["17"], ["—", "214", "—"], ["Printed", "in", "Leipzig", "1911"]):
        assert language_of_words(words).language is None
        assert language_of_words(words).runs == ()


def test_other_alphabets_are_told_by_their_profile() -> None:
    words = ["Qazaq", "eliniꞑ", "tarijxь", "turalь"]
    assert language_of_words(words, "kk-latn-1929").language == KAZAKH
    assert language_of_words(words, "mixed").language is None
    assert language_of_words(["Объ", "этомъ", "городѣ"], "ru-petr").language == RUSSIAN


def test_only_a_profile_without_kazakh_can_misread_it() -> None:
    words = in_pages(misread_lines(KAZAKH))[0]
    assert is_misread(words, "ru")
    assert not is_misread(words, "kk")


@given(st.lists(st.text(max_size=12), max_size=40))
def test_every_word_is_in_one_run(words: list[str]) -> None:
    assert sum(run.words for run in runs(words)) == len(words)
    share = language_of_words(words).kazakh_share
    assert 0.0 <= share <= 1.0
    is_kazakh_misread(words)


def test_the_sets_hold_what_they_say() -> None:
    folder = Path(__file__).parent / "recognition"
    assert {path.name for path in folder.glob("*.txt")} == {"lines.txt", "lines_by_russian.txt"}
    assert len(misread_lines()) == len([line for line in true_lines() if line.language != RUSSIAN])
