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
from dataclasses import dataclass
from itertools import product
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
_VOICED = {sound: voiced for voiced, sound in _DEVOICED.items()}
_NARROW = frozenset("ыіi")
_ELIDED = frozenset(
    before + narrow + last
    for befores, narrows, lasts in (("лрйуңнlriun", "ыіi", "қкнзпknzp"), ("уu", "ыi", "сs"))
    for before, narrow, last in product(befores, narrows, lasts)
)
# What such a stem ends in when the vowel is gone, and so may a root as it sounds: халқ.
_WITHOUT_NARROW = {end[0] + end[2] for end in _ELIDED}
_SHORTEST_WITH_ELISION = 4
# журналист, журналисі; съезд, съезі; апрель, апрелі: no last letter before an ending.
_SILENT_ENDS = ("ст", "езд", "ь", "st", "ezd")
_SILENT = {end[-1] for end in _SILENT_ENDS}
# A stem with another last letter sounds as it is written.
_UNSTEADY = {*_DEVOICED, *_SILENT, *(end[-1] for end in _ELIDED)}

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
# Surnames and many loans agree with neither shape reliably: Әуезовтың, Пушкиннің, банктер;
# after a soft sign endings are soft whatever the vowel is: медальдер, фестивальге.
_UNDECIDED_HARMONY = tuple(
    "ов ев ин ын ова ева ина нк кт рк рг кс уг лог аль оль бль кль рь".split()
)
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """An Ending in one of its shapes, as the tables are searched.

    `alone` is a word's endings if it is the only one; `begins` where its letters begin,
    counted from a word's end; `agreeing` are the clear vowels that it may follow, None if
    any; `roots` the listed ones as written before endings; `may_stop` says whether one of
    them may stand before it.
    """

    ending: Ending
    alone: tuple[Ending]
    letters: str
    begins: int
    agreeing: frozenset[str] | None
    after: frozenset[str]
    back_to: str
    roots: frozenset[str]
    may_stop: bool
    further_in: _Shapes


# By the last two letters of a word the shapes that it may end in, longest first: where
# there are none, as after most stems, one look is all that a word costs.
_Shapes = dict[str, list[_Shape]]

# What is left of a word, the endings that are off, outermost first, and what the most
# doubtful of them needs to be believed. A bare tuple: this is the hottest loop.
_Left = tuple[str, tuple[Ending, ...], int]


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
        self._softened = frozenset(
            _sound(write(root)) for root in using.names if root.endswith("ь")
        )
        self._verbs = frozenset(_sound(write(root)) for root in using.verbs)
        self._irregular = {
            write(form): _sound(write(root)) for form, root in using.irregular.items()
        }
        self._roots = _before_endings(self._names), _before_endings(self._verbs)
        self._outermost = self._tables(using)

    def stem(self, word: str) -> str:
        """The stem of a word in this writing; never empty for a word."""
        return self._likeliest(word)[0]

    def read(self, word: str) -> Reading:
        """The likeliest reading of a word, its stem as it sounds at a word's end."""
        return Reading(*self._likeliest(word))

    def _likeliest(self, word: str) -> tuple[str, tuple[Ending, ...], bool]:
        """The values of the likeliest Reading."""
        if word in self._irregular:
            return self._irregular[word], (), True
        sound = _sound(word)
        if sound in self._names:
            return sound, (), True
        known: list[_Left] = []
        unknown: list[_Left] = []
        shapes = self._outermost.get(word[-2:])
        if shapes is not None:
            self._read_on((word, (), EASY), shapes, known, unknown)
        if sound in self._verbs:
            known.append((word, (), EASY))
        if known:
            stem, endings, _ = known[0] if len(known) == 1 else max(known, key=_likelihood)
            return _sound(stem), endings, True
        stem, endings, _ = self._likeliest_unknown(unknown) or (word, (), EASY)
        return self._unknown(stem), endings, False

    def _likeliest_unknown(self, unknown: Iterable[_Left]) -> _Left | None:
        """Where no listed root is left, the first derived verb, or else the first stem."""
        first = None
        for left in unknown:
            stem, endings, belief = left
            is_derived_verb = endings[-1].is_verbal and stem.endswith(self._derived)
            if (is_derived_verb or first is None) and self._stands(stem, endings[-1], belief):
                if is_derived_verb:
                    return left
                first = left
        return first

    def _unknown(self, stem: str) -> str:
        """оқушы beside оқушысы: the first would lose its ы as a possessive."""
        if len(stem) > self._shortest and stem[-1] in self._narrow:
            stem = stem[:-1]
        return _sound(stem)

    def _read_on(
        self, left: _Left, shapes: Iterable[_Shape], known: list[_Left], unknown: list[_Left]
    ) -> None:
        """Add what may be left when further endings are off: the deepest readings first.

        Whether what leaves no listed root can be a stem is asked when all is read, for
        as a rule there is a listed one. Lists grow faster than generators yield.
        """
        word, taken, belief = left
        for shape in shapes:
            if not word.endswith(shape.letters):
                continue
            rest = word[: shape.begins]
            if not rest or rest[-1] not in shape.after:
                continue
            if shape.agreeing is not None and not self._agrees(rest, shape.agreeing):
                continue
            ending, stem = shape.ending, rest + shape.back_to
            doubt = belief if belief > ending.belief else ending.belief  # noqa: FURB136  (max is slow)
            deeper = stem, taken + shape.alone, doubt
            further_in = shape.further_in.get(stem[-2:])
            if further_in is not None:
                self._read_on(deeper, further_in, known, unknown)
            if stem in shape.roots or (stem[-1] in _SILENT and _sound(stem) in shape.roots):
                if shape.may_stop:
                    known.append(deeper)
            elif doubt != KNOWN and not ending.must:
                unknown.append(deeper)

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

    def _agrees(self, rest: str, agreeing: frozenset[str]) -> bool:
        """Vowel harmony with the last vowel that is clear."""
        for letter in reversed(rest):
            if letter in self._deciding:
                return letter in agreeing or self._is_undecided(rest)
        return True

    def _is_undecided(self, rest: str) -> bool:
        """Whether a stem takes either shape whatever its last vowel is."""
        if rest.endswith(self._undecided) or rest in self._softened:
            return True
        # the vowel that decided is gone: қауіп, қаупі
        return rest in self._names and self._deciding.isdisjoint(rest[-2:])

    def _tables(self, using: Rules) -> _Shapes:
        """The shapes that may stand outermost; each leads to those further in."""
        tables: dict[tuple[str, ...], _Shapes] = {ending.then: {} for ending in using.endings}
        tables[using.outermost] = {}
        shapes = [
            shape
            for ending in using.endings
            for shape in self._in_shapes(ending, tables[ending.then])
        ]
        for shape in sorted(shapes, key=lambda shape: -len(shape.letters)):
            for places, table in tables.items():
                if shape.ending.place in places:
                    for pair in _last_two(shape):
                        table.setdefault(pair, []).append(shape)
        return tables[using.outermost]

    def _in_shapes(self, ending: Ending, further_in: _Shapes) -> Iterator[_Shape]:
        after = self._last_letters(ending.after)
        roots = self._roots[ending.is_verbal]
        back, front = (
            (self._write(letters), self._write(back_to))
            for letters, back_to in zip((ending.back, ending.front), ending.back_to, strict=True)
        )
        shapes = ((*back, self._back), (*front, self._front))
        for letters, back_to, clear in shapes if back != front else ((*back, None),):
            yield _Shape(
                ending,
                (ending,),
                letters,
                begins=-len(letters),
                agreeing=clear and clear | self._either,
                after=after,
                back_to=back_to,
                roots=roots,
                # отбасы has its possessive in it
                may_stop=not ending.must or ending.place == "possessed case",
                further_in=further_in,
            )

    def _last_letters(self, letters: Iterable[str]) -> frozenset[str]:
        return frozenset(self._write(letter)[-1:] for letter in letters) - {""}


def _last_two(shape: _Shape) -> Iterable[str]:
    """The pairs of letters that a word with this shape may end in."""
    if len(shape.letters) > 1:
        return (shape.letters[-2:],)
    return (letter + shape.letters for letter in shape.after)


def _likelihood(left: _Left) -> tuple[int, int, int]:
    """How likely a reading is that leaves a known root.

    With sure endings alone before a bare verb (орында is орын + да), that before one
    with doubtful endings (жаса is not жас + а). Of sure ones the longest root; of
    doubtful ones the fewest endings, and then the longer: ойласа is ойла + са.
    """
    stem, endings, belief = left
    if not endings:
        return 1, 0, 0
    if belief != EASY:
        return 0, -len(endings), -len(stem)
    return 2, len(stem), 0


def _before_endings(roots: frozenset[str]) -> frozenset[str]:
    """Roots as they sound at a word's end, and as they are written before an ending.

    Made once here, кітаб need not be made кітап at each look whether it is listed. Silent
    letters are left out, for they would make two of every root.
    """
    narrow = {
        root[:-1] + vowel + root[-1]
        for root in roots
        if root[-2:] in _WITHOUT_NARROW
        for vowel in _NARROW
    }
    voiced = {form[:-1] + _VOICED[form[-1]] for form in roots | narrow if form[-1] in _VOICED}
    return roots | {form for form in narrow | voiced if _sound(form) in roots}


def _sound(stem: str) -> str:
    """A stem as it sounds at a word's end, so that all its forms agree."""
    last = stem[-1]
    if last not in _UNSTEADY:
        return stem
    if last in _SILENT and len(stem) > _SHORTEST_WITH_ELISION and stem.endswith(_SILENT_ENDS):
        stem = stem[:-1]
        last = stem[-1]
    if last in _DEVOICED:
        stem = stem[:-1] + _DEVOICED[last]
    if stem[-3:] in _ELIDED and len(stem) >= _SHORTEST_WITH_ELISION:
        return stem[:-2] + stem[-1]
    return stem


CYRILLIC = Morphology(write=str, shortest=3, using=rules())


def stem(word: str) -> str:
    """The Kazakh stem of a normal form; a word that is not Cyrillic is its own stem."""
    return CYRILLIC.stem(word) if _CYRILLIC_WORD.fullmatch(word) else word


def reading(word: str) -> Reading | None:
    """How a normal form was taken apart; None if it is not Cyrillic, its own stem."""
    return CYRILLIC.read(word) if _CYRILLIC_WORD.fullmatch(word) else None
