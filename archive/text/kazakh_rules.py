"""What may a Kazakh word carry, and which roots are known? Read from two text files.

`kazakh_endings.txt` lists the endings place by place, as a grammar does;
`kazakh_roots.txt` the roots that endings alone would take apart wrongly. Both are
written for people who do not program; what they mean is said at their heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BACK = frozenset("аоұыяё")
FRONT = frozenset("әөүіеэ")
# и, у and ю agree with both shapes: the vowel before them decides. At the end of
# a stem they behave as й and у do, that is as sonorous consonants.
NEUTRAL = frozenset("иую")

STEM_ENDS = {
    "vowel": BACK | FRONT,
    "u-sound": NEUTRAL,
    "sonorant": frozenset("рлйь"),
    "buzz": frozenset("жз"),
    "nasal": frozenset("мнң"),
    "voiceless": frozenset("кқпстфхһцчшщбвгғд"),
    "narrow": frozenset("ыі"),
}
"""The words of `kazakh_endings.txt` for what a stem ends in."""

_BACK_AND_FRONT = {"А": "ае", "Ы": "ыі", "Ғ": "ғг", "Қ": "қк"}
_HEADING = re.compile(r"\[(?P<place>[^:]+):(?P<inwards>[^]]*)\]")
_MARKS = ("", "weak", "known")
_COLUMNS = re.compile(r"\s{2,}")

_INNER = frozenset(["negation", "wanting"])
VERB_PLACES = frozenset(
    "participle,past tense,wish,wanting,present tense,converb,finite,negation".split(",")
)
"""Places that only a verb has."""


EASY, WEAK, KNOWN = range(3)
"""What an ending needs to be believed: a likely stem, a likely verb, a listed root."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One ending in its two shapes; see the head of `kazakh_endings.txt`.

    `after` are the letters that the stem may end in, `then` the places that may
    stand further in, `back_to` the letters (back, front) that the stem gets back,
    `belief` one of EASY, WEAK and KNOWN.
    """

    name: str
    place: str
    back: str
    front: str
    after: frozenset[str]
    then: tuple[str, ...]
    belief: int
    must: bool
    back_to: tuple[str, str]

    @property
    def is_verbal(self) -> bool:
        """Whether only a verb carries it."""
        return self.place in VERB_PLACES


@dataclass(frozen=True, slots=True)
class Rules:
    """The endings, the places that may stand outermost, and the roots by their list."""

    endings: tuple[Ending, ...]
    outermost: tuple[str, ...]
    names: frozenset[str]
    verbs: frozenset[str]
    irregular: Mapping[str, str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The two files, read once a process.

    Raises:
        ValueError: a line cannot be understood; the message names file and line.
    """
    endings = tuple(_endings(_text("kazakh_endings.txt")))
    places = tuple(dict.fromkeys(ending.place for ending in endings))
    roots = _roots(_text("kazakh_roots.txt"))
    verbs = frozenset(roots.pop("verbs"))
    irregular = dict(_irregular(roots.pop("irregular forms")))
    names = frozenset().union(*roots.values(), irregular.values())
    outermost = tuple(place for place in places if place not in _INNER)
    return Rules(endings, outermost, names, verbs, irregular)


def _irregular(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each irregular form with its root, which stands before its forms with a colon."""
    root = ""
    for word in words:
        if word.endswith(":"):
            root = word[:-1]
        else:
            yield word, root


def rules_as_written() -> str:
    """Both files as one text, for whoever must notice that they changed."""
    return _text("kazakh_endings.txt") + _text("kazakh_roots.txt")


def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _endings(text: str) -> Iterator[Ending]:
    place: str = ""
    then: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            place = heading["place"]
            then = tuple(each.strip() for each in heading["inwards"].split(",") if each.strip())
            continue
        try:
            yield _ending(line, place, then)
        except (KeyError, ValueError) as error:
            raise ValueError(f"kazakh_endings.txt, line {number}: {line.strip()}") from error


def _ending(line: str, place: str, then: tuple[str, ...]) -> Ending:
    name, written, after, *marks = _COLUMNS.split(line.strip())
    said = " ".join(marks).split()
    back_to = next((mark[1:] for mark in said if mark.startswith("+")), "")
    unknown = {mark for mark in said if not mark.startswith("+")} - {*_MARKS, "must"}
    if unknown or not after.startswith("after "):
        raise ValueError(line)
    return Ending(
        name,
        place,
        _in_shape(written, 0),
        _in_shape(written, 1),
        _letters(after.removeprefix("after ")),
        then,
        belief=max((_MARKS.index(mark) for mark in said if mark in _MARKS), default=0),
        must="must" in said,
        back_to=(_in_shape(back_to, 0), _in_shape(back_to, 1)),
    )


def _in_shape(written: str, shape: int) -> str:
    return "".join(_BACK_AND_FRONT.get(letter, letter * 2)[shape] for letter in written)


def _letters(said: str) -> frozenset[str]:
    """The letters that a line says a stem may end in: words of STEM_ENDS, or letters."""
    letters: set[str] = set()
    for word in re.split("[, ]+", said):
        letters |= STEM_ENDS[word] if word in STEM_ENDS else set(_one_letter(word))
    return frozenset(letters)


def _one_letter(word: str) -> str:
    if len(word) != 1:
        raise ValueError(word)
    return word


def _roots(text: str) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("["):
            name = line.strip("[] ")
            lists[name] = []
        elif line.strip() and not line.startswith("#"):
            lists[name].extend(line.split())
    return lists
