"""What is the Kazakh stem of a word?

A stem need not be the dictionary form; it is the same for all forms of a word
and different for different words. Endings are taken off from outside inwards
where the place in the chain, the vowel harmony and the letters before them allow
it. Every allowed reading is followed; one that leaves a known root wins (the
longest root of them), else the first, which took the longest ending at each step.

The same tables work on Cyrillic and, written in ASCII, on the skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.text.kazakh_rules import (
    BACK,
    EASY,
    FRONT,
    KNOWN,
    NEUTRAL,
    WEAK,
    Ending,
    Rules,
    rules,
)

_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")

# In the writing at hand: final voiced consonants as they sound at a word's end
# (кітап, кітабы), and the narrow vowel that comes and goes (халық, халқы).
_DEVOICED = {"б": "п", "г": "к", "ғ": "қ", "b": "p", "g": "k"}
_NARROW = frozenset("ыіi")
_ELIDED = re.compile("(?<=[лрйуңнlriun])[ыіi](?=[қкнзпknzp]$)|(?<=[уu])[ыi](?=[сs]$)")
_SHORTEST_WITH_ELISION = 4
# журналист, журналисі; съезд, съезі; апрель, апрелі: no last letter before an ending.
_SILENT_ENDS = ("ст", "езд", "ь", "st", "ezd")

# What voices and derivation leave at the end of verbs: мақсатын is мақсат + ын,
# but жүргізетін is жүргіз + етін.
_DERIVED_VERB_ENDINGS = tuple(
    """
    ғыз гіз қыз кіз дыр дір тыр тір ыл іл лан лен лас лес қар кер тал дал сет сат дан ден
    тан тен дас дес
    """.split()
)
_VERB_STEM_ENDINGS = (*_DERIVED_VERB_ENDINGS, *"ла ле да де та те ыс іс ыт іт".split())
# A verb is a native word; these are the pairs of consonants that may end one.
_VERB_CLUSTERS = frozenset(
    ["йт", "рт", "лт", "нт", "рк", "рқ", "лқ", "лп", "рп", "нш", "рш", "лш", "рс"]
)
# Surnames and many loans agree with neither shape reliably: Әуезовтың, Пушкиннің, банктер.
_UNDECIDED_HARMONY = tuple("ов ев ин ын ова ева ина нк кт рк рг кс уг лог".split())
# These make a word of a doer; what follows is a possessive: жазушы + сы.
_DOERS = ("шы", "ші")


class Reading(NamedTuple):
    """A word taken apart: its stem, and the endings from the outermost inwards."""

    stem: str
    endings: tuple[Ending, ...] = ()
    is_known: bool = False

    @property
    def is_verb(self) -> bool:
        """Whether the ending that stands at the stem is one of a verb."""
        return bool(self.endings) and self.endings[-1].is_verbal


class _Shape(NamedTuple):
    """An Ending in one of its shapes, as the tables are searched."""

    ending: Ending
    harmony: frozenset[str] | None
    after: frozenset[str]
    back_to: str
    roots: frozenset[str]
    further_in: _Shapes


class _Shapes(NamedTuple):
    """Shapes by what is written; and by a last letter, how long those are, longest first."""

    by_text: dict[str, list[_Shape]]
    lengths: dict[str, list[int]]


class Morphology:
    """The tables of Kazakh in one writing, ready to be searched.

    `write` puts a Cyrillic string into that writing; `shortest` is the number of
    letters that a stem must have to be believed without being a known root.
    """

    def __init__(self, write: Callable[[str], str], shortest: int, using: Rules) -> None:
        self._write = write
        self._shortest = shortest
        self._back = self._last_letters(BACK)
        self._front = self._last_letters(FRONT)
        self._narrow = self._last_letters("ыі")
        # In loans и agrees with both: архивтер, but тарихтар.
        self._either = self._last_letters("и") - self._narrow
        self._deciding = self._back | self._front | self._either
        self._vowels = self._back | self._front | self._last_letters(NEUTRAL)
        self._verb_ends = tuple(write(end) for end in _VERB_STEM_ENDINGS)
        self._derived = tuple(write(end) for end in _DERIVED_VERB_ENDINGS)
        self._verb_clusters = {write(end) for end in _VERB_CLUSTERS} | {"sh", "ch", "ts"}
        self._undecided = tuple(write(end) for end in _UNDECIDED_HARMONY)
        self._doers = tuple(write(end) for end in _DOERS)
        self._names = frozenset(_sound(write(root)) for root in using.names)
        self._verbs = frozenset(_sound(write(root)) for root in using.verbs)
        self._irregular = {
            write(form): _sound(write(root)) for form, root in using.irregular.items()
        }
        self._outermost = self._tables(using)

    def stem(self, word: str) -> str:
        """The stem of a word in this writing; never empty for a word."""
        return self.read(word).stem

    def read(self, word: str) -> Reading:
        """The likeliest reading of a word, its stem as it sounds at a word's end."""
        if word in self._irregular:
            return Reading(self._irregular[word], is_known=True)
        sound = _sound(word)
        if sound in self._names:
            return Reading(sound, is_known=True)
        readings: list[Reading] = []
        self._read_on(word, self._outermost, (), EASY, readings)
        if sound in self._verbs:
            readings.append(Reading(word, is_known=True))
        known = [reading for reading in readings if reading.is_known]
        if known:
            best = max(known, key=_likelihood)
            return Reading(_sound(best.stem), best.endings, is_known=True)
        likely = next((each for each in readings if self._is_derived_verb(each)), None)
        best = likely or (readings[0] if readings else Reading(word))
        return Reading(self._unknown(best.stem), best.endings)

    def _is_derived_verb(self, reading: Reading) -> bool:
        return reading.is_verb and reading.stem.endswith(self._derived)

    def _unknown(self, stem: str) -> str:
        """оқушы beside оқушысы: the first would lose its ы as a possessive."""
        if len(stem) > self._shortest and stem[-1] in self._narrow:
            stem = stem[:-1]
        return _sound(stem)

    def _read_on(
        self,
        word: str,
        shapes: _Shapes,
        taken: tuple[Ending, ...],
        belief: int,
        found: list[Reading],
    ) -> None:
        """Add what may be left of a word when endings are off: the deepest readings first.

        `taken` are the endings that were outside, `belief` what the most doubtful of
        them needs. Lists grow faster than generators yield, and this is the hottest loop.
        """
        for length in shapes.lengths.get(word[-1], ()):
            here = shapes.by_text.get(word[-length:])
            rest = word[:-length]
            if here is None or not rest:
                continue
            last = rest[-1]
            for shape in here:
                ending, harmony, after, back_to, roots, further_in = shape
                if last not in after or not (harmony is None or self._agrees(rest, harmony)):
                    continue
                stem = rest + back_to
                endings = (*taken, ending)
                doubt = max(belief, ending.belief)
                if stem[-1] in further_in.lengths:
                    self._read_on(stem, further_in, endings, doubt, found)
                is_known = stem in roots or _sound(stem) in roots
                if self._may_stop(stem, ending, doubt, is_known=is_known):
                    found.append(Reading(stem, endings, is_known))

    def _may_stop(self, stem: str, ending: Ending, belief: int, *, is_known: bool) -> bool:
        """Whether nothing further in need be an ending."""
        if ending.must:  # but отбасы has its possessive in it
            return is_known and ending.place == "possessed case"
        return is_known or (belief != KNOWN and self._stands(stem, ending, belief))

    def _stands(self, rest: str, ending: Ending, belief: int) -> bool:
        """Whether this can be a whole stem though no list has it."""
        if len(rest) < self._shortest or not self._has_vowel(rest[:-1]):
            return False
        if ending.is_verbal:
            return self._may_be_verb(rest, belief)
        return belief == EASY and not self._is_final_s(rest, ending)

    def _has_vowel(self, letters: str) -> bool:
        return not self._vowels.isdisjoint(letters)

    def _may_be_verb(self, rest: str, belief: int) -> bool:
        if belief == WEAK:
            return len(rest) > self._shortest and rest.endswith(self._verb_ends)
        pair = rest[-2:]
        return self._has_vowel(pair) or pair in self._verb_clusters

    def _is_final_s(self, rest: str, ending: Ending) -> bool:
        """жұмысы is жұмыс + ы, though сы stands after a vowel; but жазушы + сы."""
        if ending.place != "possessive" or ending.back[0] != "с":
            return False
        return rest[-1] in self._narrow and not rest.endswith(self._doers)

    def _agrees(self, rest: str, harmony: frozenset[str]) -> bool:
        """Vowel harmony with the last vowel that is clear."""
        for letter in reversed(rest):
            if letter in self._deciding:
                return letter in harmony or letter in self._either or self._is_undecided(rest)
        return True

    def _is_undecided(self, rest: str) -> bool:
        """Whether a stem takes either shape whatever its last vowel is."""
        if rest.endswith(self._undecided):
            return True
        # the vowel that decided is gone: қауіп, қаупі
        return rest in self._names and self._deciding.isdisjoint(rest[-2:])

    def _tables(self, using: Rules) -> _Shapes:
        """The shapes that may stand outermost; each leads to those further in."""
        tables = {ending.then: _Shapes({}, {}) for ending in using.endings}
        tables[using.outermost] = _Shapes({}, {})
        for ending in using.endings:
            for text, shape in self._in_shapes(ending, tables[ending.then]):
                for places, table in tables.items():
                    if ending.place in places:
                        table.by_text.setdefault(text, []).append(shape)
        for by_text, lengths in tables.values():
            for text in sorted(by_text, key=len, reverse=True):
                these = lengths.setdefault(text[-1], [])
                if len(text) not in these:
                    these.append(len(text))
        return tables[using.outermost]

    def _in_shapes(self, ending: Ending, further_in: _Shapes) -> Iterator[tuple[str, _Shape]]:
        after = self._last_letters(ending.after)
        roots = self._verbs if ending.is_verbal else self._names
        back, front = self._write(ending.back), self._write(ending.front)
        back_to = self._write(ending.back_to[0]), self._write(ending.back_to[1])
        one = back == front and back_to[0] == back_to[1]
        yield (
            back,
            _Shape(ending, None if one else self._back, after, back_to[0], roots, further_in),
        )
        if not one:
            yield front, _Shape(ending, self._front, after, back_to[1], roots, further_in)

    def _last_letters(self, letters: Iterable[str]) -> frozenset[str]:
        return frozenset(self._write(letter)[-1:] for letter in letters) - {""}


def _likelihood(reading: Reading) -> tuple[int, int, int]:
    """How likely a reading is that leaves a known root.

    With sure endings alone before a bare verb (орында is орын + да), that before one
    with doubtful endings (жаса is not жас + а). Of sure ones the longest root; of
    doubtful ones the fewest endings, and then the longer: ойласа is ойла + са.
    """
    if not reading.endings:
        return 1, 0, 0
    if any(ending.belief for ending in reading.endings):
        return 0, -len(reading.endings), -len(reading.stem)
    return 2, len(reading.stem), 0


def _sound(stem: str) -> str:
    """A stem as it sounds at a word's end, so that all its forms agree."""
    if len(stem) > _SHORTEST_WITH_ELISION and stem.endswith(_SILENT_ENDS):
        stem = stem[:-1]
    last = stem[-1]
    if last in _DEVOICED:
        stem = stem[:-1] + _DEVOICED[last]
    if len(stem) >= _SHORTEST_WITH_ELISION and stem[-2] in _NARROW:
        stem = _ELIDED.sub("", stem)
    return stem


CYRILLIC = Morphology(write=str, shortest=3, using=rules())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Kazakh stem of a normal form; a word that is not Cyrillic is its own stem."""
    return CYRILLIC.stem(word) if _CYRILLIC_WORD.fullmatch(word) else word


def reading(word: str) -> Reading | None:
    """How a normal form was taken apart; None if it is not Cyrillic, its own stem."""
    return CYRILLIC.read(word) if _CYRILLIC_WORD.fullmatch(word) else None
