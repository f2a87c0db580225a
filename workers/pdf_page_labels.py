"""How do the page numbers printed in a book become a PDF's page labels?

A number tree of ranges (ISO 32000-1, 12.4.2): i–xii, then 1–200. Labels come
as strings, from the title page's Roman numerals to a plate's "12а"; a run of
numbers becomes one range, and where a page is withheld a new range begins, so
that every page shows the number printed on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, String

_ROMAN_DIGITS = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_ROMAN = re.compile(r"[ivxlcdm]+|[IVXLCDM]+")
_PREFIXED_NUMBER = re.compile(r"(?P<prefix>.*?)(?P<number>[1-9][0-9]{0,8})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Label:
    """`style` is D, R, r or, for a label without a number, empty."""

    prefix: str
    style: str = ""
    number: int = 0

    def follows(self, earlier: _Label) -> bool:
        same_run = (self.prefix, self.style) == (earlier.prefix, earlier.style)
        return bool(self.style) and same_run and self.number == earlier.number + 1


def page_labels(labels: Iterable[str]) -> Dictionary:
    """Return the /PageLabels number tree for the labels of all pages, in order."""
    ranges: list[int | Dictionary] = []
    for index, label in _starts(labels):
        ranges += [index, _range(label)]
    return Dictionary(Nums=Array(ranges))


def _starts(labels: Iterable[str]) -> Iterator[tuple[int, _Label]]:
    earlier: _Label | None = None
    for index, text in enumerate(labels):
        label = _parsed(text)
        if earlier is None or not label.follows(earlier):
            yield index, label
        earlier = label


def _parsed(text: str) -> _Label:
    if _ROMAN.fullmatch(text):
        number = _roman_value(text.lower())
        if _roman(number) == text.lower():
            return _Label("", "R" if text.isupper() else "r", number)
    if numbered := _PREFIXED_NUMBER.fullmatch(text):
        # A zero before the number belongs to the prefix: viewers print none.
        return _Label(numbered["prefix"], "D", int(numbered["number"]))
    return _Label(text)


def _range(label: _Label) -> Dictionary:
    entry = Dictionary(Type=Name.PageLabel)
    if label.style:
        entry.S = Name(f"/{label.style}")
        entry.St = label.number
    if label.prefix:
        entry.P = String(label.prefix)
    return entry


def _roman_value(numeral: str) -> int:
    values = [value for digit in numeral for value, sign in _ROMAN_DIGITS if sign == digit]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _roman(number: int) -> str:
    numeral = ""
    for value, sign in _ROMAN_DIGITS:
        count, number = divmod(number, value)
        numeral += sign * count
    return numeral
