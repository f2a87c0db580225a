"""Is a word found across scripts, and which words are taken for one another?

`python -m tests.language.scripts` prints Markdown. The words of scripts/*.tsv are
written by hand, so nothing here is the inverse of our own tables.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.text.analyser import analyse_words
from archive.text.skeleton import written
from archive.text.terms import Term

HERE = Path(__file__).parent / "scripts"
TEXTS = Path(__file__).parents[1] / "data" / "texts"
TUNED = HERE / "variants.tsv"
HELD_OUT = HERE / "variants_held_out.tsv"

CYRILLIC = "cyrillic"
YANALIF = "yanalif_1929"
NAMES = {
    CYRILLIC: "Cyrillic",
    "latin_2021": "Latin of 2021",
    "latin_2018": "Latin of 2018",
    "latin_2017": "Latin of 2017",
    "qazaqparat": "QazAqparat",
    "ascii_2021": "2021 without diacritics",
    "bgn": "passports and maps (gh, kh, zh)",
    "plain_cyrillic": "Cyrillic without Kazakh letters",
    YANALIF: "Yañalif 1929-40, by profile",
    "arabic": "Arabic script",
}

# What a Russian model makes of the letters of Kazakh (old text layers), each alone.
MISREADINGS = {
    "қ": ("к", "ц"),
    "ғ": ("г",),
    "ң": ("н",),
    "ұ": ("у",),
    "ү": ("у",),
    "ө": ("о", "е"),
    "ә": ("а", "э", "е"),
    "і": ("и", "i", "1", "!", "|", "l", ""),
    "һ": ("h", "х"),
}

Row = dict[str, str]


def rows(path: Path) -> tuple[Row, ...]:
    """The words of a file, each by alphabet; lines with # are for its reader."""
    lines = path.read_text("utf-8").splitlines()
    return tuple(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t"))


def terms_of(word: str, alphabet: str) -> tuple[Term, ...]:
    profile = "kk-latn-1929" if alphabet == YANALIF else ""
    return tuple(placed.term for placed in analyse_words([word], profile))


def finds(asked: tuple[Term, ...], there: tuple[Term, ...]) -> bool:
    """Whether one of the four streams has the same terms."""
    return any(
        [getattr(term, stream) for term in asked] == [getattr(term, stream) for term in there]
        for stream in ("exact", "kk", "ru", "skeleton")
    )


@dataclass(frozen=True)
class Share:
    """Of how many words how many were found, and those that were not."""

    found: int
    of: int
    missed: tuple[str, ...]

    @property
    def percent(self) -> float:
        return 100 * self.found / self.of

    def __str__(self) -> str:
        return f"{self.percent:.1f} %"


def found_from(alphabet: str, words: Iterable[Row], others: Iterable[str]) -> Share:
    """Questions in one alphabet about the same words written in others."""
    tried = [
        (
            f"{row[alphabet]}/{row[other]}",
            terms_of(row[alphabet], alphabet),
            terms_of(row[other], other),
        )
        for row in words
        for other in others
        if other != alphabet
    ]
    missed = tuple(pair for pair, asked, there in tried if not finds(asked, there))
    return Share(len(tried) - len(missed), len(tried), missed)


def found_misread(letter: str, read: str, words: Iterable[Row]) -> Share:
    """Words with this letter inside, asked for rightly, on a page that has it wrongly."""
    tried = [
        (row[CYRILLIC][0] + row[CYRILLIC][1:].replace(letter, read), row[CYRILLIC])
        for row in words
        if letter in row[CYRILLIC][1:-1]
    ]
    missed = tuple(
        page for page, asked in tried if not finds(terms_of(asked, CYRILLIC), terms_of(page, ""))
    )
    return Share(len(tried) - len(missed), len(tried), missed)


def types_of_texts() -> frozenset[str]:
    """Every different word of the sample texts and of the hand-written lists."""
    texts = [path.read_text("utf-8") for path in sorted(TEXTS.glob("*/*.txt"))]
    joined = "\n".join(texts).replace("¬\n", "")
    words = [*joined.split(), *(row[CYRILLIC] for path in (TUNED, HELD_OUT) for row in rows(path))]
    return frozenset(placed.term.exact for placed in analyse_words(words))


def collisions(types: Iterable[str], key: Callable[[Term], str]) -> list[set[str]]:
    """Words that share a key though neither language's stem joins them.

    Two forms of a word are no collision: they ought to share their key.
    """
    sharing: dict[str, list[Term]] = defaultdict(list)
    for placed in analyse_words(sorted(types)):
        sharing[key(placed.term)].append(placed.term)
    return [
        {term.exact for term in terms}
        for terms in sharing.values()
        if len({term.kk for term in terms}) > 1 and len({term.ru for term in terms}) > 1
    ]


def collision_share(types: Iterable[str], key: Callable[[Term], str]) -> float:
    """Percent of the types that share their key with another word."""
    known = frozenset(types)
    return 100 * sum(map(len, collisions(known, key))) / len(known)


def tables() -> Iterator[str]:
    """What `make language` prints about scripts, line by line."""
    tuned, held_out = rows(TUNED), rows(HELD_OUT)
    yield f"### Scripts: {len(tuned)} words tuned on, {len(held_out)} held out"
    yield ""
    yield "| a question in | finds Cyrillic | held out | finds every other alphabet | held out |"
    yield "|---|---|---|---|---|"
    for alphabet, name in NAMES.items():
        cells = [
            found_from(alphabet, words, others) if alphabet != CYRILLIC or others is NAMES else "–"
            for others in ((CYRILLIC,), NAMES)
            for words in (tuned, held_out)
        ]
        yield f"| {name} | {' | '.join(map(str, cells))} |"
    types = types_of_texts()
    whole = collision_share(types, lambda term: written(term.exact))
    stemmed = collision_share(types, lambda term: term.skeleton)
    yield ""
    yield f"Of {len(types)} different words, {whole:.1f} % share the letters of their key with"
    yield f"another word, {stemmed:.1f} % the key itself, where endings are off."
    yield ""
    yield "| a Russian model reads | as | still found |"
    yield "|---|---|---|"
    for letter, readings in MISREADINGS.items():
        for read in readings:
            share = found_misread(letter, read, (*tuned, *held_out))
            yield f"| {letter} | {f'`{read}`' if read else 'nothing'} | {share} of {share.of} |"


def main() -> None:
    print("\n".join(tables()))


if __name__ == "__main__":
    main()
