"""Under which other names is what a question names written of?

Караганда is Қарағанды, Алма-Ата is Алматы: such names differ by more than their
letters, so no rule of spelling joins them. They stand in ``gazetteer.txt``, a line
a place or person, for a librarian to edit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from archive.text.analyser import analyse_words
from archive.text.kazakh_rules import rules
from archive.text.skeleton import letters
from archive.text.terms import Term
from storage.errors import Refused

SYNONYMS = "synonyms.txt"
"""Beside library.yaml: the library's own lines of names that are one."""

LONGEST_NAME = 6
"""Words of a name; a line with more was meant for something else."""

_WHOLE = frozenset([""])
_CASES = frozenset(
    letters(written)
    for ending in rules().endings
    if ending.place == "case"
    for written in (ending.back, ending.front)
).union(_WHOLE)

_FILE = Path(__file__).with_name("gazetteer.txt")
_BETWEEN = "~"

Name = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """`words` is another name for what the terms from `start` to before `end` name."""

    start: int
    end: int
    words: Name


@dataclass(frozen=True)
class Gazetteer:
    """Groups of names; those of one group are names of the same."""

    groups: tuple[tuple[Name, ...], ...] = ()
    _first: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note which groups have a name that begins with a word."""
        first: dict[str, list[int]] = defaultdict(list)
        for number, group in enumerate(self.groups):
            for stem in {stem for name in group for stem in _stems(name[0], _WHOLE)}:
                first[stem].append(number)
        object.__setattr__(self, "_first", dict(first))

    def __add__(self, other: Gazetteer) -> Gazetteer:
        """The names of both."""
        return Gazetteer(self.groups + other.groups)

    def variants(self, words: Sequence[Term]) -> tuple[Variant, ...]:
        """The other names of what these words name, wherever they name something.

        Every word may carry an ending (Карагандада, Алма-Атой) and be in any script.
        Names that only their letters tell apart from what was asked are given too,
        since their stems may differ. Pure; the time is that of a few look-ups a word.

        Args:
            words: the terms of a question in order, as `analyse_words` gives them.

        Returns:
            By start, the longest name first; each with words to look for, as a phrase
            if they are several, *beside* ``words[start:end]``. Empty if nothing is named.
        """
        found = dict.fromkeys(
            Variant(start, start + len(name), other)
            for start in range(len(words))
            for group in self._groups_at(words[start])
            for name in group
            if _names(words[start : start + len(name)], name)
            for other in group
            if not _same(other, words[start : start + len(name)])
        )
        return tuple(sorted(found, key=lambda variant: (variant.start, -variant.end)))

    def other_names(self, words: Sequence[Term]) -> tuple[Name, ...]:
        """What else these words may be called: each of their names changed for another.

        For a word or a phrase of a question (`archive.queries.parse_query`).
        """
        whole = tuple(words)
        return tuple(
            whole[: variant.start] + variant.words + whole[variant.end :]
            for variant in self.variants(words)
        )

    def _groups_at(self, word: Term) -> Iterator[tuple[Name, ...]]:
        numbers = {n for stem in _stems(word, _CASES) for n in self._first.get(stem, ())}
        return (self.groups[number] for number in sorted(numbers))


@lru_cache(maxsize=10_000)
def _stems(word: Term, endings: frozenset[str]) -> frozenset[str]:
    """What the word may be known by, its letters without one of these endings too.

    A stemmer that has never heard of a name may take its end for an ending.
    """
    whole = letters(word.exact)
    without = {whole.removesuffix(ending) for ending in endings if whole.endswith(ending)}
    streams = {f"kk {word.kk}", f"ru {word.ru}", f"skeleton {word.skeleton}"}
    return frozenset(streams | {f"letters {left}" for left in without if left})


def _names(words: Sequence[Term], name: Name) -> bool:
    return len(words) == len(name) and all(map(_is_form, words, name))


def _is_form(word: Term, name: Term) -> bool:
    """Whether the word is the name with or without endings.

    A key may be shared by what only looks alike without endings (қара, Караганда),
    so the letters of the name must stand there too, but for a last one that changes.
    """
    if _stems(word, _CASES).isdisjoint(_stems(name, _WHOLE)):
        return False
    known = letters(name.exact)
    return letters(word.exact).startswith(known[:-1] if len(known) > 1 else known)


def _same(name: Name, words: Sequence[Term]) -> bool:
    return [word.exact for word in name] == [word.exact for word in words]


def read_gazetteer(text: str, file: str) -> Gazetteer:
    """The names of a file's text; `file` is told in a refusal.

    Raises:
        Refused: ``bad-library-file`` (file, line, detail) for a line without ``~``, or
            with a name of no letters or of more than LONGEST_NAME words.
    """
    return Gazetteer(tuple(_groups(text.removeprefix("\ufeff").splitlines(), file)))


def _groups(lines: Iterable[str], file: str) -> Iterator[tuple[Name, ...]]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            names = tuple(_name(written) for written in line.split(_BETWEEN))
            if len(names) < 2 or not all(0 < len(name) <= LONGEST_NAME for name in names):
                detail = f"{file}:{number}"
                raise Refused("bad-library-file", file=file, line=number, detail=detail)
            yield names


def _name(written: str) -> Name:
    return tuple(placed.term for placed in analyse_words([written.strip()]))


@lru_cache(maxsize=1)
def known_names() -> Gazetteer:
    """The names of ``gazetteer.txt`` as it was installed."""
    return read_gazetteer(_FILE.read_text("utf-8"), _FILE.name)
