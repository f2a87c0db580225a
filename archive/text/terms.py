"""One word seen four ways: the streams that every engine indexes.

The four values of a Term stand at the same position in four parallel streams
(`exact`, `kk`, `ru`, `skeleton`), so a phrase can be matched in any of them and
a match can always be led back to the printed words and their boxes.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word of running text as search sees it.

    `exact` is the normalised form, `kk` and `ru` its Kazakh and Russian stem,
    `skeleton` one ASCII key for every script and spelling. None is ever empty
    and none holds white space.
    """

    exact: str
    kk: str
    ru: str
    skeleton: str


class PlacedTerm(NamedTuple):
    """A Term and the numbers of the printed words it was read from.

    One word as a rule; two where a word was broken at the end of a line.
    """

    term: Term
    words: tuple[int, ...]
