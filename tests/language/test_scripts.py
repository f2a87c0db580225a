"""A question in any alphabet finds the word in every other one."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.text.skeleton import written
from tests.language import scripts

# Percent of the words found, from and in every alphabet (issue 6). Where ş became s, a
# worker (жұмысшы) and what is possessed look alike, so some words cannot be found.
LEAST = dict.fromkeys(scripts.NAMES, 99.0) | {"ascii_2021": 95.0, "yanalif_1929": 97.0}


@pytest.mark.parametrize("path", [scripts.TUNED, scripts.HELD_OUT], ids=lambda path: path.stem)
@pytest.mark.parametrize("alphabet", scripts.NAMES)
def test_a_question_in_one_alphabet_finds_the_others(alphabet: str, path: Path) -> None:
    words = scripts.rows(path)
    assert len(words) > 40
    others = [name for name in scripts.NAMES if name != alphabet]
    for other in others:
        share = scripts.found_from(alphabet, words, [other])
        assert share.percent >= min(LEAST[alphabet], LEAST[other]), share.missed


def test_few_words_are_taken_for_others() -> None:
    types = scripts.types_of_texts()
    assert scripts.collision_share(types, lambda term: term.skeleton[:2]) > 90
    assert scripts.collision_share(types, lambda term: written(term.exact)) < 2


def test_the_tables_can_be_printed() -> None:
    lines = list(scripts.tables())
    assert sum(line.startswith("| ") for line in lines) == 1 + len(scripts.NAMES)
