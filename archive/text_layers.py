"""Was this Kazakh read by a program that knew Russian letters only? Pure.

Old text layers are often such: қазақ became казак, және became жэне, білім became б1л1м.
Each of the nine letters is lost, so the text cannot be mended, only be recognised anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.text_language import PageLanguage, has_kazakh_letter, is_of_letters, runs

LEAST_WORDS = 4
"""Of Kazakh on end, in letters: less is a name in a Russian text."""

LEAST_SHARE = 0.2
"""Two of three Kazakh words have one of the nine letters (0.64 of the sample books'); a
Russian model leaves none."""


_WITH_RUSSIAN_ALONE = frozenset({"ru"})


def is_misread(words: Sequence[str], profile: str) -> bool:
    """Whether a page recognised with this profile is Kazakh that the profile cannot read."""
    return profile in _WITH_RUSSIAN_ALONE and is_kazakh_misread(words)


def is_kazakh_misread(words: Sequence[str]) -> bool:
    """Whether a page, or a part of it, is Kazakh whose own letters were lost.

    `words` are the printed words of a page in reading order, from whatever text layer.
    """
    kazakh = list(_kazakh_words(words))
    with_letter = sum(map(has_kazakh_letter, kazakh))
    return len(kazakh) >= LEAST_WORDS and with_letter < LEAST_SHARE * len(kazakh)


def _kazakh_words(words: Sequence[str]) -> Iterator[str]:
    """The words of letters that stand in Kazakh runs."""
    place = 0
    for run in runs(words):
        if run.language is PageLanguage.KAZAKH:
            yield from filter(is_of_letters, words[place : place + run.words])
        place += run.words
