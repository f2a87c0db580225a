"""Was this page scanned twice? Neighbours whose ink lies in the same places.

A fingerprint is a difference hash of the page's ink (which of two neighbouring cells
holds more of it, `CELLS` × `CELLS` bits in hex), drawn within the ink's own outline, so
that a sheet laid a little lower on the glass gives the same. Two pages of one book differ
in two fifths of the bits, two scans of one page in a sixth (measured on drawn pages).
"""

from __future__ import annotations

from collections.abc import Sequence

CELLS = 32
BITS = CELLS * CELLS
MOST_DIFFERENT = 0.27
FARTHEST = 2  # pages back: the operator turned two leaves back and went on


def difference(one: str, other: str) -> float:
    """The share 0..1 of bits in which two fingerprints differ."""
    return _difference(int(one, 16), int(other, 16))


def _difference(one: int, other: int) -> float:
    return (one ^ other).bit_count() / BITS


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
