"""Was this page scanned twice? Neighbours whose ink lies in the same places.

A fingerprint is a difference hash of the page's ink (which of two neighbouring cells
holds more of it, `CELLS` × `CELLS` bits in hex), drawn within the ink's own outline, so
that a sheet laid a little lower on the glass gives the same. What differs is counted among
the bits that are set in either: a page of few lines is mostly paper, and paper is alike
everywhere. Two pages of one book differ in 63 % of them and more, two scans of one page in
44 % at most (measured on drawn pages of 28 lines and of 5).
"""

from __future__ import annotations

from collections.abc import Sequence

CELLS = 32
BITS = CELLS * CELLS
MOST_DIFFERENT = 0.5
FARTHEST = 2  # pages back: the operator turned two leaves back and went on


def difference(one: str, other: str) -> float:
    """The share 0..1 in which two fingerprints differ, of the bits set in either."""
    return _difference(int(one, 16), int(other, 16))


def _difference(one: int, other: int) -> float:
    return (one ^ other).bit_count() / max(1, (one | other).bit_count())


def doubles(fingerprints: Sequence[str | None]) -> dict[int, int]:
    """The places (from 0) of pages that seem to be scanned twice, with the page they repeat.

    A page without a fingerprint is blank: nobody can say that it is another's double.
    """
    found: dict[int, int] = {}
    read = [int(each, 16) if each else None for each in fingerprints]
    for place, own in enumerate(read):
        for earlier in range(place - 1, max(-1, place - 1 - FARTHEST), -1):
            other = read[earlier]
            if own is None or other is None:
                continue
            if _difference(own, other) <= MOST_DIFFERENT:
                found[place] = earlier
                break
    return found
