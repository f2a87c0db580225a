"""What is the Kazakh stem of a word?

A stem need not be the dictionary form; it is the same for all forms of a word
and different for different words. Endings are taken off from outside inwards
where the slot, the vowel harmony and the letters before them allow it. Every
allowed parse is followed; one that leaves a known root wins, else the first,
which took the longest ending at each step.

The same tables work on Cyrillic and, written in ASCII, on the skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.text import kazakh_rules as rules
from archive.text.kazakh_roots import ROOTS
from archive.text.kazakh_rules import After, Ending, Slot

_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")

# In the writing at hand: final voiced consonants as they sound at a word's end
# (кітап, кітабы), and the narrow vowel that comes and goes (халық, халқы).
_DEVOICED = {"б": "п", "г": "к", "ғ": "қ", "b": "p", "g": "k"}
_ELIDED = re.compile("(?<=[лрйуңнlriun])[ыіi](?=[қкнзспknzsp]$)")
_SHORTEST_WITH_ELISION = 4
_OUTER_SLOTS = (Slot.CASE, Slot.POSSESSIVE, Slot.PLURAL, Slot.VERB_FORM)


@dataclass(frozen=True, slots=True)
class _Shape:
    """An Ending in one of its shapes, as the tables are searched."""

    text: str
    ending: Ending
    harmony: frozenset[str] | None
    after: frozenset[str]


class Morphology:
    """The tables of Kazakh in one writing, ready to be searched.

    `write` puts a Cyrillic string into that writing; `shortest` is the number of
    letters that a stem must have to be believed without being a known root.
    """

    def __init__(self, write: Callable[[str], str], shortest: int) -> None:
        self._write = write
        self._shortest = shortest
        self._back = self._last_letters(rules.BACK)
        self._front = self._last_letters(rules.FRONT)
        self._vowels = self._back | self._front | self._last_letters(rules.NEUTRAL)
        self._verb_ends = tuple(write(end) for end in rules.VERB_STEM_ENDINGS)
        self._verb_clusters = {write(end) for end in rules.VERB_CLUSTERS} | {"sh", "ch", "ts"}
        self._undecided = tuple(write(end) for end in rules.UNDECIDED_HARMONY)
        self._agents = (write("шы"), write("ші"))
        self._narrow = self._last_letters("ыі")
        self._roots = frozenset(_sound(write(root)) for root in ROOTS)
        orders = {_OUTER_SLOTS} | {ending.then for ending in rules.ENDINGS}
        self._shapes = {slots: self._of_slots(slots) for slots in orders}

    def stem(self, word: str) -> str:
        """The stem of a word in this writing; never empty for a word."""
        if self.knows(word):
            return _sound(word)
        parses = (*self._parses(word, _OUTER_SLOTS), word)
        known = [parse for parse in parses if self.knows(parse)]
        return _sound(max(known, key=len)) if known else self._unknown(parses[0])

    def knows(self, stem: str) -> bool:
        """Whether this is one of the listed roots."""
        return _sound(stem) in self._roots

    def _unknown(self, stem: str) -> str:
        """оқушы beside оқушысы: the first would lose its ы as a possessive."""
        if len(stem) > self._shortest and stem[-1] in self._narrow:
            stem = stem[:-1]
        return _sound(stem)

    def _parses(self, word: str, slots: tuple[Slot, ...]) -> Iterator[str]:
        """What may be left of a word when endings are off: the deepest parses first."""
        for shape in self._shapes[slots]:
            if word.endswith(shape.text):
                rest = word[: len(word) - len(shape.text)]
                if rest and self._carries(rest, shape):
                    yield from self._parses(rest, shape.ending.then)
                    if not shape.ending.must and self._stands(rest):
                        yield rest

    def _carries(self, rest: str, shape: _Shape) -> bool:
        """Whether a stem can carry this ending: letters, harmony, roots, length."""
        if rest[-1] not in shape.after or not self._agrees(rest, shape.harmony):
            return False
        if self.knows(rest):
            return True
        if len(rest) < self._shortest - 1 or not self._vowels.intersection(rest):
            return False
        if shape.ending.slot is Slot.VERB_FORM:
            return self._may_be_verb(rest, weak=shape.ending.weak)
        return not shape.ending.weak and not self._is_final_s(rest, shape.ending)

    def _stands(self, rest: str) -> bool:
        """Whether this can be a whole stem; еліне passes through елі to ел."""
        return len(rest) >= self._shortest or self.knows(rest)

    def _may_be_verb(self, rest: str, *, weak: bool) -> bool:
        if weak:
            return rest.endswith(self._verb_ends)
        pair = rest[-2:]
        return bool(self._vowels.intersection(pair)) or pair in self._verb_clusters

    def _is_final_s(self, rest: str, ending: Ending) -> bool:
        """жұмысы is жұмыс + ы, though сы stands after a vowel; but жазушы + сы."""
        if ending.slot is not Slot.POSSESSIVE or ending.after is not After.VOWEL:
            return False
        return rest[-1] in self._narrow and not rest.endswith(self._agents)

    def _agrees(self, rest: str, harmony: frozenset[str] | None) -> bool:
        """Vowel harmony with the last vowel that is clear."""
        if harmony is None or rest.endswith(self._undecided):
            return True
        for letter in reversed(rest):
            if letter in self._back or letter in self._front:
                return letter in harmony
        return True

    def _of_slots(self, slots: tuple[Slot, ...]) -> tuple[_Shape, ...]:
        """The shapes of these slots' endings, the longest first."""
        shapes = {
            (text, ending.slot, ending.after): _Shape(text, ending, harmony, self._after(ending))
            for slot in slots
            for ending in rules.ENDINGS
            if ending.slot is slot
            for text, harmony in self._written(ending)
        }
        return tuple(sorted(shapes.values(), key=lambda shape: -len(shape.text)))

    def _written(self, ending: Ending) -> tuple[tuple[str, frozenset[str] | None], ...]:
        back, front = self._write(ending.back), self._write(ending.front)
        if back == front:
            return ((back, None),)
        return ((back, self._back), (front, self._front))

    def _after(self, ending: Ending) -> frozenset[str]:
        return self._last_letters(ending.after.value)

    def _last_letters(self, letters: Iterable[str]) -> frozenset[str]:
        return frozenset(self._write(letter)[-1:] for letter in letters) - {""}


def _sound(stem: str) -> str:
    """A stem as it sounds at a word's end, so that all its forms agree."""
    stem = stem[:-1] + _DEVOICED.get(stem[-1], stem[-1])
    return _ELIDED.sub("", stem) if len(stem) >= _SHORTEST_WITH_ELISION else stem


CYRILLIC = Morphology(write=str, shortest=3)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Kazakh stem of a normal form; a word that is not Cyrillic is its own stem."""
    return CYRILLIC.stem(word) if _CYRILLIC_WORD.fullmatch(word) else word
