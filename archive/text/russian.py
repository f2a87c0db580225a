"""What is the Russian stem of a word, and its modern spelling?

The stem is Snowball's (https://snowballstem.org/algorithms/russian/stemmer.html).
Before the decree of 1918 Russian was spelled with ѣ, і, ѳ, ѵ and a final ъ; such
a word is put into modern spelling first, so that modern questions find it.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import snowballstemmer

_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")
_OLD_LETTERS = str.maketrans("ѣѳѵі", "ефии")
_ONLY_OLD = re.compile("[ѣѳѵ]|(?<=[бвгджзклмнпрстфхцчшщ])ъ$")

# A stemmer keeps the word in hand as its state, so each thread has its own.
_ours = threading.local()


def modern_spelling(word: str, *, old: bool) -> str:
    """A normal form in the spelling of today.

    With `old` the text is known to be pre-1918 Russian; without, a word is taken
    for it only by letters that nothing else has, since і is a letter of Kazakh.
    """
    if not old and not _ONLY_OLD.search(word):
        return word
    word = word.translate(_OLD_LETTERS).removesuffix("ъ") or word
    for ending, today in (("аго", "ого"), ("яго", "его")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + today
    return word


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Russian stem of a normal form; a word that is not Cyrillic is its own stem."""
    if not _CYRILLIC_WORD.fullmatch(word):
        return word
    if not hasattr(_ours, "stemmer"):
        _ours.stemmer = snowballstemmer.stemmer("russian")
    stemmed: str = _ours.stemmer.stemWord(word)
    return stemmed or word
