"""How well are pages recognised? Every profile at every grade, beside bare Tesseract.

    python -m tests.language.recognition [--pages 4] [--grades scan,poor]

prints Markdown: wrong characters / wrong words in percent and CPU seconds a page, for the
bare program and each rung of the ladder in the same run; then how well languages and
misread text are told.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.recipes.recognition import LADDER
from archive.text_language import PageLanguage, language_of_words
from archive.text_layers import is_kazakh_misread
from tests.data.degrade import grades
from tests.language.recognition.line_set import misread_lines, true_lines
from tests.language.recognition.pages import PROFILES, true_pages
from tests.language.recognition.reading import Readings, Score, read_all

EVERY = "all"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=2)
    arguments.add_argument("--grades", default=",".join(grades()))
    given = arguments.parse_args()
    for line in _recognition_table(given.pages, given.grades.split(",")):
        print(line, flush=True)
    print()
    for line in language_table():
        print(line)


def _recognition_table(pages: int, names: Sequence[str]) -> Iterator[str]:
    rungs = [f"rung {rung.number} ({rung.name})" for rung in LADDER]
    yield _row(
        ["grade", "profile", "bare", *rungs, "ladder", "rungs kept", "ladder ÷ bare", "found"]
    )
    yield _row(["---"] * (7 + len(rungs)))
    with tempfile.TemporaryDirectory() as name:
        for grade in names:
            every: list[Readings] = []
            for profile in PROFILES:
                read = [
                    read_all(page, grades()[grade], Path(name))
                    for page in true_pages(profile, pages)
                ]
                every += read
                yield _recognition_row(grade, profile, read)
            yield _recognition_row(grade, EVERY, every)


def _recognition_row(grade: str, profile: str, read: Sequence[Readings]) -> str:
    bare = sum((each.bare for each in read), Score())
    ladder = sum((each.ladder for each in read), Score())
    rungs = [sum((each.rungs[number] for each in read), Score()) for number in range(len(LADDER))]
    kept = " ".join(str(each.rung) for each in read)
    share = f"1/{bare.cer / ladder.cer:.0f}" if ladder.cer else "0"
    cells = [_cell(each) for each in (bare, *rungs, ladder)]
    return _row([grade, profile, *cells, kept, share, f"{ladder.recall:.2%}"])


def _cell(score: Score) -> str:
    return f"{100 * score.cer:.2f} / {100 * score.wer:.2f}, {score.seconds / score.pages:.1f} s"


def language_table() -> Iterator[str]:
    """The two judgements on the lines written for it."""
    yield _row(["lines", "number", "language told", "called misread"])
    yield _row(["---"] * 4)
    for name, lines in (("as written", true_lines()), ("by the Russian model", misread_lines())):
        for language in PageLanguage:
            words = [line.words for line in lines if line.language is language]
            if not words:
                continue
            told = sum(language_of_words(each).language is language for each in words)
            misread = sum(map(is_kazakh_misread, words))
            yield _row([f"{language}, {name}", str(len(words)), str(told), str(misread)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
