"""How is the cover of a closed work drawn, since its scan may not be shown?

A plain cloth binding with the title on it: an SVG of 264 × 372 units, whose
colour follows from the title, so that a work always looks the same.
"""

from __future__ import annotations

from zlib import crc32

SHADES = 5
LINE_LENGTH = 13  # signs that fit on a line at the cover's type size
MOST_LINES = 5


def cover_shade(title: str) -> int:
    """Which of the five bindings this title gets, 1..5."""
    return crc32(title.encode()) % SHADES + 1


def cover_lines(title: str) -> tuple[str, ...]:
    """The title broken into at most five lines; a cut is shown by an ellipsis."""
    lines: list[str] = []
    for word in _short_words(title):
        if lines and len(lines[-1]) + 1 + len(word) <= LINE_LENGTH:
            lines[-1] += " " + word
        else:
            lines.append(word)
    if len(lines) > MOST_LINES:
        return (*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][: LINE_LENGTH - 1] + "…")
    return tuple(lines)


def _short_words(title: str) -> list[str]:
    """Words, with those too long for a line cut into pieces that end in a hyphen."""
    pieces: list[str] = []
    for word in title.split():
        rest = word
        while len(rest) > LINE_LENGTH:
            pieces.append(rest[: LINE_LENGTH - 1] + "-")
            rest = rest[LINE_LENGTH - 1 :]
        pieces.append(rest)
    return pieces
