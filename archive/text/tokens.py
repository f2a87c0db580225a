"""Which runs of letters and digits does a printed word hold?

A printed word is what stands between two spaces. Punctuation gives no token, nor
does a № that stands alone, but №15 keeps it. A date, initials and a hyphenated
compound give one token for each part, at consecutive positions, so that 1937 is
found in 12.05.1937 and шара in іс-шара. An ending hung on an abbreviation or a
number (ОКЖ-ның, 20-шы) is part of it and is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.text.kazakh_rules import rules

_TOKEN = re.compile(r"№?[^\W_]+(?:'[^\W_]+)*")
_HYPHENS = frozenset("-‐‑")

# Readers and printers hang these on ОКЖ, Instagram or 1937 with a hyphen.
_HUNG_ENDINGS = frozenset(
    shape
    for ending in rules().endings
    if ending.place in ("case", "plural")
    for shape in (ending.back, ending.front)
    if len(shape) > 1
) | frozenset("шы ші ншы нші ыншы інші сы сі й го му х е я".split())


class Token(NamedTuple):
    """A run of letters and digits; `start` and `end` are offsets in the text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text that `normal_form.clean` has seen, in order."""
    before: Token | None = None
    for match in _TOKEN.finditer(text):
        token = Token(match[0], match.start(), match.end())
        if before is None or not _is_hung_ending(text, before, token):
            yield token
        before = token


def _is_hung_ending(text: str, before: Token, token: Token) -> bool:
    if token.start - before.end != 1 or text[before.end] not in _HYPHENS:
        return False
    if token.text.casefold() not in _HUNG_ENDINGS:
        return False
    return before.text.isupper() or before.text.isdigit() or before.text.isascii()
