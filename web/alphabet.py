"""In which order do names and titles stand?

In the order of the Kazakh alphabet, whatever language the page is in: one shelf,
one order. Russian letters have their place in it; Latin follows Cyrillic. Code
points do not do: ә, ғ, қ, ң, ө, ұ, ү, һ, і would all stand after я.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_PLACES = {letter: place for place, letter in enumerate(ALPHABET)}

SortKey = tuple[tuple[int, int], ...]


def kazakh_order(text: str) -> SortKey:
    """A key for `sorted`: digits, then Cyrillic by the Kazakh alphabet, then the rest.

    Case, quotation marks and punctuation do not count; a space comes before any
    letter, so that a shorter name precedes a longer one that begins with it.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    return tuple(_place(sign) for sign in folded if sign.isalnum() or sign == " ")


def first_letter(text: str) -> str:
    """The capital letter under which a name stands in a list; "#" without letters."""
    folded = unicodedata.normalize("NFC", text)
    return next((sign.upper() for sign in folded if sign.isalpha()), "#")


def _place(sign: str) -> tuple[int, int]:
    if sign == " ":
        return (0, 0)
    if sign.isdigit():
        return (1, ord(sign))
    if sign in _PLACES:
        return (2, _PLACES[sign])
    return (3, ord(sign))
