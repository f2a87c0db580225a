"""How well does a stemmer join the forms of a word and keep words apart?

All pairs of forms of all families are looked at. A pair is joined if both forms
have one key. Precision is the share of joined pairs that are of one family, where
each confusable pair that is joined counts as one more wrong pair; recall is the
share of a family's pairs that are joined, over all families. Where nothing is
joined, nothing is joined wrongly: precision is 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb

from tests.language.families import Family, Pair, WordLists

Key = Callable[[str], str]
"""A stemmer: what a form is found by."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of pairs; `merged` are the confusable pairs that were joined."""

    joined_rightly: int
    joined_wrongly: int
    wanted: int
    merged: tuple[Pair, ...]

    @property
    def precision(self) -> float:
        joined = self.joined_rightly + self.joined_wrongly
        return self.joined_rightly / joined if joined else 1.0

    @property
    def recall(self) -> float:
        return self.joined_rightly / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(lists: WordLists, key: Key) -> Score:
    """What the stemmer makes of these lists."""
    keys = [[key(form) for form in family] for family in lists.families]
    rightly = sum(_joined(family) for family in keys)
    merged = tuple(pair for pair in lists.confusables if key(pair[0]) == key(pair[1]))
    wrongly = _joined(key for family in keys for key in family) - rightly + len(merged)
    return Score(rightly, wrongly, sum(comb(len(family), 2) for family in keys), merged)


def _joined(keys: Iterable[str]) -> int:
    return sum(comb(count, 2) for count in Counter(keys).values())


@dataclass(frozen=True, slots=True)
class Failure:
    """A family that falls apart, or that others fell into; `pairs` says how badly."""

    family: Family
    keys: tuple[str, ...]
    intruders: tuple[str, ...]
    pairs: int


def failures(families: Sequence[Family], key: Key) -> list[Failure]:
    """The families with pairs that are apart or joined to another's, the worst first."""
    of_key: dict[str, list[tuple[Family, str]]] = {}
    for family in families:
        for form in family:
            of_key.setdefault(key(form), []).append((family, form))
    found = []
    for family in families:
        keys = Counter(key(form) for form in family)
        strangers = [
            (own, form) for own in keys for other, form in of_key[own] if other is not family
        ]
        apart = comb(len(family), 2) - sum(comb(count, 2) for count in keys.values())
        wrong = apart + sum(keys[own] for own, _ in strangers)
        if wrong:
            intruders = tuple(form for _, form in strangers)
            found.append(Failure(family, tuple(map(key, family)), intruders, wrong))
    return sorted(found, key=lambda failure: -failure.pairs)
