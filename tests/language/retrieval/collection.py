"""A collection of short pages, the same for the same seed, with answers hidden in it.

A page is sentences of local history around at most one written passage. Beside a
page with a passage stands one with the same words strewn over its sentences, and
there are pages of passages that merely look alike: whoever ranks by words alone, or
cuts words too short, brings those up.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SEED = 1934
SIZE = 1_500
AROUND = 6
"""Sentences around a passage; a page without one has twice as many."""

_HERE = Path(__file__).parent
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_SLOT = re.compile(r"\{([a-z-]+)\}")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text; `name` is the passage's that it holds, empty without one."""

    name: str
    text: str


def rows(file: Path) -> Iterator[list[str]]:
    """The fields of each line of a list, without remarks."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [field.strip() for field in line.split("|")]


def pages(seed: int = SEED, size: int = SIZE) -> list[Page]:
    """The whole collection in a mixed order."""
    chance = random.Random(seed)
    author = _Author(chance)
    answers = [(name, text) for name, text in rows(_HERE / "passages.txt")]
    alike = [text for _, text in rows(_HERE / "decoys.txt")]
    made = [Page(name, author.around(text)) for name, text in answers]
    made += [Page("", author.strewn(text)) for _, text in answers]
    made += [Page("", author.around(text)) for text in alike]
    languages = chance.choices(("kk", "ru"), (2, 1), k=size - len(made))
    made += [Page("", " ".join(author.sentences(language, 2 * AROUND))) for language in languages]
    chance.shuffle(made)
    return made


class _Author:
    """Writes what stands around the passages."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def sentences(self, language: str, count: int) -> list[str]:
        chosen = self._chance.sample(self._patterns[language], count)
        return [_SLOT.sub(self._filled, pattern) for pattern in chosen]

    def around(self, passage: str) -> str:
        """A page with the passage somewhere in its middle."""
        before = self._chance.randint(1, AROUND - 1)
        others = self.sentences(_language(passage), AROUND)
        return " ".join([*others[:before], passage, *others[before:]])

    def strewn(self, passage: str) -> str:
        """A page with the passage's words, each in a sentence of its own as far as they go."""
        others = [sentence.split() for sentence in self.sentences(_language(passage), AROUND)]
        words = passage.split()
        self._chance.shuffle(words)
        for number, word in enumerate(words):
            sentence = others[number % AROUND]
            sentence.insert(self._chance.randint(0, len(sentence)), word)
        return " ".join(word for sentence in others for word in sentence)

    def _filled(self, slot: re.Match[str]) -> str:
        if slot[1] == "year":
            return str(self._chance.randint(1929, 1989))
        if slot[1] == "number":
            return str(self._chance.randint(2, 900))
        return self._chance.choice(self._words[slot[1]])

    @cached_property
    def _patterns(self) -> dict[str, list[str]]:
        patterns: dict[str, list[str]] = {"kk": [], "ru": []}
        for first, *rest in rows(_HERE / "sentences.txt"):
            if first in patterns:
                patterns[first].append(rest[0])
        return patterns

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        lists: dict[str, list[str]] = {}
        for first, *rest in rows(_HERE / "sentences.txt"):
            name, equals, value = first.partition(" = ")
            if equals:
                lists[name] = [value, *rest]
        return lists


def _language(passage: str) -> str:
    return "kk" if _KAZAKH.search(passage) else "ru"
