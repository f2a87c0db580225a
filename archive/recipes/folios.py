"""Which page number is printed here, and is a page missing between two others?

Pure. The folio stands alone at the head or the foot of a page, or at one end of its
running title. Only what is sure counts: a page that seems missing is looked for by a
person, so one false alarm in a book costs more than one gap not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.words import Line, PrintedPage

HIGHEST = 3000
LONGEST_GAP = 4  # pages: more is a part bound elsewhere, or a misread number
SUPPORT = 2  # pages on either side that must agree
_AROUND = "—–-.·*•[]() "
_NUMERAL = re.compile(r"[1-9]\d{0,3}")


@dataclass(frozen=True, slots=True)
class Gap:
    """After the page at place `after` (from 0) the pages with these folios are missing."""

    after: int
    missing: tuple[int, ...]


def folio_of(page: PrintedPage) -> int | None:
    """The printed number of a page as it was recognised, None where there is none for sure."""
    lines = [line for line in page.lines() if line.words]
    if not lines:
        return None
    head = min(lines, key=lambda line: line.box.y)
    foot = max(lines, key=lambda line: line.box.bottom)
    alone = {number for line in (head, foot) if (number := _alone(line)) is not None}
    found = alone or {number for line in (head, foot) for number in _at_an_end(line)}
    return found.pop() if len(found) == 1 else None


def _alone(line: Line) -> int | None:
    return _numeral("".join(word.text for word in line.words))


def _at_an_end(line: Line) -> Iterator[int]:
    """The number beside a running title, which is no longer than a few words."""
    if not 2 <= len(line.words) <= 6:
        return
    ends = (_numeral(line.words[0].text), _numeral(line.words[-1].text))
    yield from (number for number in ends if number is not None)


def _numeral(text: str) -> int | None:
    bare = text.strip(_AROUND)
    number = int(bare) if _NUMERAL.fullmatch(bare) else 0
    return number if 0 < number <= HIGHEST else None


def gaps(folios: Sequence[int | None]) -> tuple[Gap, ...]:
    """Where pages seem to be missing, judging by the numbers read on those that are here.

    The last pages before the gap and the first after it must count on with one another.
    """
    return tuple(
        Gap(place, tuple(range(before + 1, after)))
        for place, (before, after) in enumerate(pairwise(folios))
        if before is not None
        and after is not None
        and 1 < after - before <= LONGEST_GAP + 1
        and _counts_on(folios, place, before, -1)
        and _counts_on(folios, place + 1, after, 1)
    )


def _counts_on(folios: Sequence[int | None], place: int, folio: int, step: int) -> bool:
    """Whether the next `SUPPORT` pages in this direction bear the numbers they should."""
    beside = [place + step * each for each in range(1, SUPPORT + 1)]
    return all(
        0 <= other < len(folios) and folios[other] == folio + step * number
        for number, other in enumerate(beside, start=1)
    )
