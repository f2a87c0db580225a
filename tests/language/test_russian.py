"""Russian forms are joined better than by Snowball alone, in today's spelling and the old."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.text import russian
from archive.text.analyser import analyse_word
from tests.language.russian import (
    HELD_OUT,
    TUNED,
    families,
    old_and_modern,
    precision_and_recall,
    snowball,
    tables,
)


@pytest.mark.parametrize(("path", "more"), [(TUNED, 0.07), (HELD_OUT, 0.03)])
def test_more_forms_are_joined_and_no_more_words(path: Path, more: float) -> None:
    known = families(path)
    assert len(known) >= 40
    precision, recall = precision_and_recall(known, russian.stem)
    bare_precision, bare_recall = precision_and_recall(known, snowball())
    assert precision >= bare_precision
    assert recall >= bare_recall + more


@pytest.mark.parametrize("profile", ["ru-petr", ""], ids=["page", "question"])
@pytest.mark.parametrize(("old", "modern"), old_and_modern())
def test_the_old_spelling_and_todays_find_each_other(old: str, modern: str, profile: str) -> None:
    there, asked = analyse_word(old, profile), analyse_word(modern)
    assert there is not None
    assert there == asked


@pytest.mark.parametrize(
    "word",
    [
        "білім",
        "іс",
        "кіші",
        "Сантьяго",
        "саго",
        "безгек",
        "тіл",
        "бір",
        "Чикаго",
        "объект",
    ],
)
def test_what_is_not_old_russian_stays(word: str) -> None:
    term = analyse_word(word)
    assert term is not None
    assert term.exact == word.lower()


def test_the_tables_can_be_printed() -> None:
    assert [line for line in tables() if line.startswith("| Sandyq")]
