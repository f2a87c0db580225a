"""The lines on which languages and misread text are judged: read from their two files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.text_language import PageLanguage

HERE = Path(__file__).parent
TRUE, MISREAD = HERE / "lines.txt", HERE / "lines_by_russian.txt"


@dataclass(frozen=True)
class Line:
    """A line and the language in which it was written."""

    language: PageLanguage
    text: str

    @property
    def words(self) -> list[str]:
        return self.text.split()


def true_lines() -> list[Line]:
    """As they were written."""
    return _read(TRUE)


def misread_lines(language: PageLanguage | None = None) -> list[Line]:
    """As a Russian model reads those with Kazakh in them; all, or those of one language."""
    return [line for line in _read(MISREAD) if language in {None, line.language}]


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Keep lines: language, tab, text."""
    text = "".join(f"{line.language}\t{line.text}\n" for line in lines)
    path.write_text(text, encoding="utf-8")


def _read(path: Path) -> list[Line]:
    rows = (row.split("\t") for row in path.read_text(encoding="utf-8").splitlines())
    return [Line(PageLanguage(language), text) for language, text in rows]
