"""How does a page read as plain text, with words broken at line ends made whole?

Which words are halves of one another is decided elsewhere (the rule needs the
language); here the pairs come as `broken_words`: the number of a first half to
the number of its second. A word's number is its index in reading order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archive.words import PrintedPage

NOTHING_BROKEN: Mapping[int, int] = MappingProxyType({})


def paragraphs(page: PrintedPage) -> tuple[tuple[int, ...], ...]:
    """The word numbers of each paragraph, in reading order; none is empty."""
    found: list[tuple[int, ...]] = []
    start = 0
    for area in page.areas:
        for paragraph in area.paragraphs:
            end = start + sum(len(line.words) for line in paragraph.lines)
            if end > start:
                found.append(tuple(range(start, end)))
            start = end
    return tuple(found)


def write_plain_text(page: PrintedPage, broken_words: Mapping[int, int] = NOTHING_BROKEN) -> str:
    """The page as text: one line for each paragraph, a blank line between.

    A broken word stands whole where it began. An empty page is an empty string.
    """
    whole = WholeWords(tuple(word.text for word in page.words()), broken_words)
    written = [" ".join(whole.of(numbers)) for numbers in paragraphs(page)]
    told = [paragraph for paragraph in written if paragraph]
    return "\n\n".join(told) + "\n" if told else ""


@dataclass(frozen=True, slots=True)
class WholeWords:
    """The words of a page, those that are broken made whole.

    A second half may itself be broken again; it must lie further on.
    """

    texts: tuple[str, ...]
    broken_words: Mapping[int, int]

    def of(self, numbers: tuple[int, ...]) -> Iterator[str]:
        """The words that begin within `numbers`."""
        second_halves = frozenset(self.broken_words.values())
        return (self.beginning_at(number) for number in numbers if number not in second_halves)

    def beginning_at(self, number: int) -> str:
        """The word that begins with the printed word `number`."""
        text = self.texts[number]
        while number in self.broken_words:
            number = self.broken_words[number]
            text = without_hyphen(text) + self.texts[number]
        return text


def without_hyphen(text: str) -> str:
    """A first half without its hyphen, whatever sign was printed or read for it."""
    return text[:-1] if text and not text[-1].isalnum() else text
