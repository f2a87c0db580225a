"""docs/language.md says what the analyser does: its examples and figures are made anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.text import Term, analyse_word
from archive.text.kazakh import stem
from tests.language import scripts, stemming_table
from tests.language.families import held_out, tuned
from tests.language.stemmers import ours

DOCUMENT = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
ROWS = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in DOCUMENT.splitlines()]
STREAMS = [row for row in ROWS if row[0] in {"stream", "exact", "kk", "ru", "skeleton"}]


@pytest.mark.parametrize("column", [2, 3, 4])
def test_the_example_words_have_the_terms_of_the_table(column: int) -> None:
    word = STREAMS[0][column]
    told = {row[0]: row[column] for row in STREAMS[1:]}
    assert analyse_word(word) == Term(**told)


@pytest.mark.parametrize(
    ("taken_apart", "root"), re.findall(r"(\w+) is (\w+) \+ \w+", DOCUMENT), ids=lambda word: word
)
def test_the_readings_of_the_text_are_those_of_the_stemmer(taken_apart: str, root: str) -> None:
    assert stem(taken_apart) == stem(root)


@pytest.mark.parametrize(
    ("kept", "root"), re.findall(r"(\w+) is not (\w+)(?=[,.])", DOCUMENT), ids=lambda word: word
)
def test_what_changes_the_meaning_is_kept(kept: str, root: str) -> None:
    assert stem(kept) != stem(root)


def test_the_figures_of_the_stemmer_are_those_measured() -> None:
    parts = {"tuned": tuned(), "held out": held_out()}
    for part, lists in parts.items():
        assert stemming_table.row(stemming_table.OURS, part, lists, ours) in DOCUMENT


def test_the_figures_of_the_scripts_are_those_measured() -> None:
    for line in scripts.tables():
        assert line in DOCUMENT
