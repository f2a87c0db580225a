"""Does the Russian stream join the forms of a word and keep words apart?

`python -m tests.language.russian` prints Markdown, with bare Snowball beside ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import snowballstemmer

from archive.text import russian
from archive.text.normal_form import normal_form

HERE = Path(__file__).parent / "russian"
TUNED = HERE / "families_tuned.txt"
HELD_OUT = HERE / "families_held_out.txt"
OLD_SPELLING = HERE / "old_spelling.tsv"

Stemmer = Callable[[str], str]
Families = tuple[tuple[str, ...], ...]


def lines(path: Path) -> list[str]:
    """The lines that are not for the file's reader."""
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]


def families(path: Path) -> Families:
    return tuple(tuple(normal_form(word) for word in line.split()) for line in lines(path))


def old_and_modern() -> list[tuple[str, str]]:
    rows = [line.split("\t") for line in lines(OLD_SPELLING)[1:]]
    return [(row[0], row[1]) for row in rows]


def precision_and_recall(known: Families, stem: Stemmer) -> tuple[float, float]:
    """Of pairs of different forms that share a stem, and of pairs of one family."""
    words = sorted({(word, number) for number, family in enumerate(known) for word in family})
    pairs = [(a[1] == b[1], stem(a[0]) == stem(b[0])) for a, b in combinations(words, 2)]
    joined = pairs.count((True, True))
    return joined / (joined + pairs.count((False, True))), joined / (
        joined + pairs.count((True, False))
    )


def snowball() -> Stemmer:
    bare = snowballstemmer.stemmer("russian")
    return lambda word: str(bare.stemWord(word))


def tables() -> Iterator[str]:
    """What `make language` prints about Russian, line by line."""
    yield "### Russian: pairs of forms, precision and recall"
    yield ""
    yield "| stemmer | tuned on | held out |"
    yield "|---|---|---|"
    for name, stem in (("Snowball", snowball()), ("Sandyq", russian.stem)):
        cells = [
            "{:.3f} / {:.3f}".format(*precision_and_recall(families(path), stem))
            for path in (TUNED, HELD_OUT)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    print("\n".join(tables()))


if __name__ == "__main__":
    main()
