"""What does a search cost over many pages, and how much of that is ours?

    python tests/benchmarks/bench_search.py --pages 40000

Makes pages of Kazakh- and Russian-like words from a seed, indexes them, and asks
the same words of bare tantivy and of our index with facets and the rights filter.
Prints milliseconds and, which is what to look at, their ratios in one run;
nothing is asserted on time.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tantivy

from archive.hits import find_hits
from archive.queries import parse_query
from archive.snippets import snippet
from archive.text import ANALYSER_VERSION, analyse_page, analyse_words
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.page_words import pack, unpack
from storage.query import Kind, Query, Search, Visible, spans
from storage.search import Document, SearchSchema
from storage.tantivy_index import TantivyIndex

COMMON_WORD = "қала"
COMMON_FORMS = (COMMON_WORD, COMMON_WORD + "ның", COMMON_WORD + "да")
COMMON_SHARE = 0.64
PROFILE = "mixed"
WORDS_ON_A_PAGE = 260
PAGES_IN_A_WORK = 40
CLOSED_UNITS = 300
BATCH = 2_000
SEED = 1937

_ONSETS = "б д ж з к л м н п р с т ш қ ғ й".split()
_BACK = "а о ұ ы".split()
_FRONT = "е ө ү і ә".split()
_CODAS = ["", "", "", "р", "н", "л", "с", "қ", "з", "т"]
_ENDINGS = {
    True: ["", "", "", "ның", "да", "ға", "лар", "дың", "сы", "ды"],
    False: ["", "", "", "нің", "де", "ге", "лер", "дің", "сі", "ді"],
}
_RUSSIAN = ["ого", "ый", "ая", "ость", "ение", "ами", "ов", "ские", "ать", "ил"]


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """The words of a page, and where it stands."""

    key: int
    words: tuple[str, ...]

    @property
    def work(self) -> int:
        return 1 + (self.key - 1) // PAGES_IN_A_WORK

    @property
    def sequence(self) -> int:
        return 1 + (self.key - 1) % PAGES_IN_A_WORK

    def printed(self) -> PrintedPage:
        """The page as recognition would give it."""
        return laid_out(self.words)

    def packed(self) -> bytes:
        """The page's words and terms as they are kept."""
        page = self.printed()
        return pack(page, analyse_page(page, PROFILE))

    def document(self, revision: int = 1) -> Document:
        """What the index is told of it; a work is its own rights unit."""
        terms = [placed.term for placed in analyse_words(self.words, PROFILE)]
        return Document(
            kind=Kind.PAGE,
            key=self.key,
            revision=revision,
            work=self.work,
            unit=self.work,
            streams={
                name: " ".join([getattr(term, name) for term in terms])
                for name in ("exact", "kk", "ru", "skeleton")
            },
            sequence=self.sequence,
            language="ru" if self.work % 3 == 0 else "kk",
            type="newspaper-article" if self.work % 5 == 0 else "book",
            year=1900 + self.work % 90,
            collections=(self.work % 7,) if self.work % 2 else (),
        )


class Generator:
    """Makes any page of a library from its number; the same for the same seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.forms = vocabulary(random.Random(seed))
        self._weights = list(
            itertools.accumulate(1 / (rank + 2) for rank, _ in enumerate(self.forms))
        )

    def page(self, key: int) -> GeneratedPage:
        """Page `key`, from 1."""
        chance = random.Random(self.seed * 1_000_003 + key)
        words = chance.choices(self.forms, cum_weights=self._weights, k=WORDS_ON_A_PAGE)
        if chance.random() < COMMON_SHARE:
            for _ in range(chance.randint(1, 4)):
                words[chance.randrange(len(words))] = chance.choice(COMMON_FORMS)
        return GeneratedPage(key, tuple(words))


def vocabulary(chance: random.Random, stems: int = 20_000) -> list[str]:
    """Word forms, the most frequent first: harmonious Kazakh, some Russian."""
    forms: dict[str, None] = {}
    while len(forms) < stems * 2:
        back = chance.random() < 0.6
        vowels = _BACK if back else _FRONT
        stem = "".join(
            chance.choice(_ONSETS) + chance.choice(vowels) + chance.choice(_CODAS)
            for _ in range(chance.choice((1, 2, 2, 3)))
        )
        if stem.startswith(COMMON_WORD[:3]):
            continue
        russian = chance.random() < 0.3
        endings = _RUSSIAN if russian else _ENDINGS[back]
        for ending in chance.sample(endings, 3):
            forms[stem + ending] = None
    return list(forms)


def laid_out(words: Sequence[str], columns: int = 55) -> PrintedPage:
    """Words set in lines of an A5 page at 300 dpi."""
    lines: list[Line] = []
    row: list[Word] = []
    width = 0
    for word in words:
        row.append(_printed(word, width, len(lines)))
        width += len(word) + 1
        if width >= columns:
            lines.append(Line(Box(150, 150 + 55 * len(lines), 24 * width, 50), tuple(row)))
            row, width = [], 0
    if row:
        lines.append(Line(Box(150, 150 + 55 * len(lines), 24 * width, 50), tuple(row)))
    around = Box(150, 150, 1500, 55 * len(lines))
    return PrintedPage(1748, 2480, (Area(around, (Paragraph(around, tuple(lines)),)),))


def _printed(word: str, column: int, line: int) -> Word:
    box = Box(150 + 24 * column, 150 + 55 * line, 24 * len(word) - 4, 42 + len(word) % 5)
    return Word(word, box, 90.0 + len(word) % 7)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds by the clock, and of processor time: the machine may be shared."""

    p50: float
    p95: float
    cpu: float

    def __str__(self) -> str:
        return f"p50 {self.p50:6.2f} ms  p95 {self.p95:6.2f} ms  CPU {self.cpu:6.2f} ms"


def timed(call: Callable[[], object], repeats: int) -> Percentiles:
    """How long a call takes."""
    taken = []
    cpu = time.process_time()
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / repeats
    taken.sort()
    return Percentiles(taken[len(taken) // 2], taken[int(len(taken) * 0.95)], cpu)


def build(index: TantivyIndex, generator: Generator, count: int) -> None:
    """Index the pages in batches and print the rates."""
    analysing = indexing = 0.0
    for first in range(1, count + 1, BATCH):
        start = time.process_time()
        keys = range(first, min(first + BATCH, count + 1))
        documents = [generator.page(key).document() for key in keys]
        analysing += time.process_time() - start
        start = time.perf_counter()
        index.write(documents)
        indexing += time.perf_counter() - start
    print(f"{count} pages made and analysed in {analysing:.1f} CPU s")
    print(f"index: {count / indexing:.0f} pages/s in batches of {BATCH}")
    packed = [len(generator.page(key).packed()) for key in range(1, 101)]
    print(f"packed words: {sum(packed) / 100:.0f} bytes a page of {WORDS_ON_A_PAGE} words")


def bare(folder: Path, word: str, repeats: int) -> Percentiles:
    """The same word asked of tantivy in one stream, without facets or filter."""
    generation = next(folder.glob("g[0-9]*"))
    index = tantivy.Index.open(str(generation))
    query = tantivy.Query.term_query(index.schema, "page_kk", word)
    return timed(lambda: index.searcher().search(query, 20), repeats)


def ask(query: Query, pages: int) -> Search:
    """The question that a results page asks."""
    units = 1 + pages // PAGES_IN_A_WORK
    chance = random.Random(SEED)
    closed = spans(chance.sample(range(1, units + 1), min(CLOSED_UNITS, units // 2)))
    return Search(query, Kind.PAGE, Visible(units, closed), facets=True)


def main() -> None:
    """Print what the module says."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=40_000)
    arguments.add_argument("--repeats", type=int, default=200)
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder), SearchSchema(ANALYSER_VERSION))
        generator = Generator()
        build(index, generator, told.pages)
        measure(index, Path(folder), generator, told.pages, told.repeats)


def measure(
    index: TantivyIndex, folder: Path, generator: Generator, pages: int, repeats: int
) -> None:
    """Print the cost of questions of several kinds."""
    forms = generator.forms
    bare_common = bare(folder, COMMON_WORD, repeats)
    print(f"bare tantivy, common word     {bare_common}")
    for name, text in (
        ("common word", COMMON_WORD),
        ("two words", f"{COMMON_WORD} {forms[50]}"),
        ("rare word", forms[5000]),
        ("phrase", f'"{COMMON_WORD} {forms[0]}"'),
        ("prefix", forms[10][:3] + "*"),
    ):
        query = parse_query(text).query
        search = ask(query, pages)
        found = index.search(search)
        engine = timed(partial(index.search, search), repeats)
        shown = [generator.page(document.page or 0).packed() for document in found.documents]
        marks = timed(partial(_marked, shown, query), repeats)
        print(
            f"{name:<12} {found.count:>6} pages  {engine}  "
            f"/ bare common word {engine.cpu / bare_common.cpu:6.1f}\n"
            f"{'':<12} hits and snippets of {len(shown)} pages  {marks}"
        )


def _marked(shown: Sequence[bytes], query: Query) -> None:
    for packed in shown:
        page = unpack(packed)
        snippet(page, find_hits(page, query))


if __name__ == "__main__":
    main()
