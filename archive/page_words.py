"""The words and terms of one page as columns: what hits and snippets work on.

Kept outside the search index, one packed value for each page (`schemas.page_words`
has the bytes), so that every engine's hits are found and boxed by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.text.terms import PlacedTerm, Term
from archive.words import Box, PrintedPage


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words and terms of a page as columns, as quick to load as to match.

    The first eight columns have a value for each printed word: its text, its box
    in px of the Scan, confidence 0..100, and the numbers of its line and
    paragraph on the page. The last six have a value for each term: its four
    forms, the number of its first printed word, and how many it was read from.
    """

    width: int
    height: int
    analyser: str
    words: tuple[str, ...]
    lefts: tuple[int, ...]
    tops: tuple[int, ...]
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    confidences: tuple[int, ...]
    lines: tuple[int, ...]
    paragraphs: tuple[int, ...]
    exact: tuple[str, ...]
    kk: tuple[str, ...]
    ru: tuple[str, ...]
    skeleton: tuple[str, ...]
    first_words: tuple[int, ...]
    word_counts: tuple[int, ...]

    def box(self, word: int) -> Box:
        """The box of a printed word, px of the Scan."""
        return Box(self.lefts[word], self.tops[word], self.widths[word], self.heights[word])

    def words_of(self, term: int) -> tuple[int, ...]:
        """The numbers of the printed words that a term was read from."""
        first = self.first_words[term]
        return tuple(range(first, first + self.word_counts[term]))

    def with_term(self, place: int, term: Term) -> PageWords:
        """The page with another term at one place of its streams; all else stays."""
        after = place + 1
        return replace(
            self,
            exact=(*self.exact[:place], term.exact, *self.exact[after:]),
            kk=(*self.kk[:place], term.kk, *self.kk[after:]),
            ru=(*self.ru[:place], term.ru, *self.ru[after:]),
            skeleton=(*self.skeleton[:place], term.skeleton, *self.skeleton[after:]),
        )

    @property
    def terms(self) -> tuple[PlacedTerm, ...]:
        """The terms as the analyser gave them; made anew at each call."""
        columns = zip(self.exact, self.kk, self.ru, self.skeleton, strict=True)
        return tuple(PlacedTerm(Term(*forms), self.words_of(n)) for n, forms in enumerate(columns))


def page_words(page: PrintedPage, terms: Sequence[PlacedTerm], analyser: str) -> PageWords:
    """The columns of a page that was read and analysed."""
    words = tuple(page.words())
    every_paragraph = (paragraph for area in page.areas for paragraph in area.paragraphs)
    return PageWords(
        width=page.width,
        height=page.height,
        analyser=analyser,
        words=tuple(word.text for word in words),
        lefts=tuple(word.box.x for word in words),
        tops=tuple(word.box.y for word in words),
        widths=tuple(word.box.w for word in words),
        heights=tuple(word.box.h for word in words),
        confidences=tuple(min(100, max(0, round(word.confidence))) for word in words),
        lines=tuple(number for number, line in enumerate(page.lines()) for _ in line.words),
        paragraphs=tuple(
            number
            for number, paragraph in enumerate(every_paragraph)
            for line in paragraph.lines
            for _ in line.words
        ),
        exact=tuple(placed.term.exact for placed in terms),
        kk=tuple(placed.term.kk for placed in terms),
        ru=tuple(placed.term.ru for placed in terms),
        skeleton=tuple(placed.term.skeleton for placed in terms),
        first_words=tuple(placed.words[0] for placed in terms),
        word_counts=tuple(len(placed.words) for placed in terms),
    )
