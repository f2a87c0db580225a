"""How fast are words analysed, a question parsed and a page matched, beside Snowball alone?

    python -m tests.benchmarks.bench_text

The words are those of the families and the sample texts. The reference is what a stock
engine does with a word: small letters and one Snowball stem. CPU time of one core; the
caches are emptied before what is called new.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import snowballstemmer

from archive.hits import find_hits
from archive.page_words import page_words
from archive.queries import parse_query
from archive.text import (
    ANALYSER_VERSION,
    analyse_page,
    analyse_words,
    analyser,
    kazakh,
    normal_form,
    russian,
    skeleton,
)
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word

DATA = Path(__file__).resolve().parents[1]
REPEATS, WORDS_A_PAGE, WORDS_A_LINE = 20, 270, 9
QUESTIONS = ("қарағандының монументалды өнері", '"1937 жылы" қуғын-сүргін', "Дөскей Әлімбаев")


def main() -> None:
    """Analyse, parse, match, and print."""
    words = _words()
    types = sorted(set(words))
    bare = _seconds(lambda: _snowball(types)) / len(types)
    new = _seconds(lambda: _anew(types)) / len(types)
    analyse_words(words)
    known = _seconds(lambda: analyse_words(words), REPEATS) / len(words)
    print(f"{len(words)} words, {len(types)} different")
    print(f"Snowball alone: {1 / bare:,.0f} words/s")
    print(f"four streams, new words: {1 / new:,.0f} words/s, {new / bare:.1f} x Snowball")
    print(f"four streams, known words: {1 / known:,.0f} words/s, {known / bare:.2f} x Snowball")
    _print_queries(words, bare)


def _print_queries(words: list[str], bare: float) -> None:
    printed = _page(words[:WORDS_A_PAGE])
    page = page_words(printed, analyse_page(printed, "kk"), ANALYSER_VERSION)
    for question in QUESTIONS:
        asked = _seconds(partial(_ask_anew, question), REPEATS)
        query = parse_query(question).query
        matched = _seconds(partial(find_hits, page, query), REPEATS * 10)
        print(
            f"{question}: parsed in {asked * 1e3:.3f} ms ({asked / bare:.0f} x Snowball), "
            f"a page of {WORDS_A_PAGE} words matched in {matched * 1e3:.3f} ms"
        )


def _words() -> list[str]:
    texts = sorted(
        [*(DATA / "data" / "texts").rglob("*.txt"), *(DATA / "language").rglob("families/*.txt")]
    )
    whole = "\n".join(text.read_text(encoding="utf-8") for text in texts)
    return re.findall(r"[^\W\d_]+", whole)


def _snowball(words: list[str]) -> None:
    stemmer = snowballstemmer.stemmer("russian")
    for word in words:
        stemmer.stemWord(word.casefold())


def _anew(words: list[str]) -> None:
    _forget()
    analyse_words(words)


def _forget() -> None:
    """Empty the caches of word forms."""
    for module in (analyser, kazakh, normal_form, russian, skeleton):
        for each in vars(module).values():
            if hasattr(each, "cache_clear"):
                each.cache_clear()


def _ask_anew(question: str) -> None:
    _forget()
    parse_query(question)


def _page(words: list[str]) -> PrintedPage:
    box = Box(0, 0, 100, 20)
    lines = [words[n : n + WORDS_A_LINE] for n in range(0, len(words), WORDS_A_LINE)]
    printed = tuple(Line(box, tuple(Word(word, box, 95.0) for word in line)) for line in lines)
    return PrintedPage(1000, 1000, (Area(box, (Paragraph(box, printed),)),))


def _seconds(run: Callable[[], object], times: int = 1) -> float:
    """CPU seconds of one run; the quickest of three rounds."""
    rounds = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(times):
            run()
        rounds.append((time.process_time() - began) / times)
    return min(rounds)


if __name__ == "__main__":
    main()
