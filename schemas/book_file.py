"""What a person wrote about a book: ``book.yaml`` beside the pages, or a line of ``books.csv``.

Both use the same words as the command line. Unknown words are refused by name
instead of being passed over: a misspelt ``untill`` must not open a book for ever.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Any

import yaml

from archive.handover import Description, checked
from archive.rights import Facts, Level
from storage.errors import Refused

KNOWN = frozenset(
    """
    title subtitle author authors source year issued language type branch collection collections
    rights level until contents labels
    """.split()
)
SEVERAL = frozenset(("author", "authors", "collection", "collections", "contents", "labels"))


def read_book_yaml(text: str, name: str) -> Description:
    """The description in a ``book.yaml``; `name` is told in a refusal.

    Raises:
        Refused: ``bad-book-file`` (file, detail), or what `describe` refuses.
    """
    try:
        # Every value as it is written: YAML would make a number of 1.10 and of 010, and
        # "no" of a page called no.
        told = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  (makes nothing but text)
    except yaml.YAMLError as error:
        raise Refused("bad-book-file", file=name, detail=str(error).splitlines()[0]) from error
    if not isinstance(told, dict):
        raise Refused("bad-book-file", file=name, detail="title: …")
    return describe({str(key): value for key, value in told.items()}, name)


def read_books_csv(text: str, name: str) -> list[tuple[str, Description]]:
    """Folder and description of every line; the first line names the columns.

    Raises:
        Refused: ``bad-book-file`` with the line, or what `describe` refuses.
    """
    delimiter = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    books = []
    for number, row in enumerate(csv.DictReader(StringIO(text), delimiter=delimiter), start=2):
        where = f"{name}:{number}"
        if None in row or None in row.values():
            raise Refused("bad-book-file", file=where, detail=delimiter)
        told: dict[str, Any] = {
            key.strip(): value.strip() for key, value in row.items() if value.strip()
        }
        folder = told.pop("folder", None)
        if folder is None:
            raise Refused("bad-book-file", file=where, detail="folder")
        books.append((folder, describe(told, where)))
    return books


def describe(told: Mapping[str, Any], name: str) -> Description:
    """The description that these words give.

    Raises:
        Refused: ``bad-book-file`` for a word that is unknown or that cannot have
            several values, ``bad-date``,
            ``bad-level`` or ``bad-year`` with the value, or what
            `archive.handover.checked` refuses.
    """
    for word, value in told.items():
        if word not in KNOWN or (word not in SEVERAL and isinstance(value, (list, dict))):
            raise Refused("bad-book-file", file=name, detail=word)
    year = told.get("year")
    return checked(
        Description(
            title=str(told.get("title", "")),
            subtitle=_text(told.get("subtitle")),
            source_title=_text(told.get("source")),
            authors=_several(told.get("authors") or told.get("author")),
            year=_year(year) if year not in {None, ""} else None,
            issued=_date(told.get("issued")),
            language=str(told.get("language", "kk")),
            type=str(told.get("type", "book")),
            branch=_text(told.get("branch")),
            collections=_several(told.get("collections") or told.get("collection")),
            rights=_rights(told),
            contents=tuple(_contents(told.get("contents") or (), name)),
            labels=tuple(str(label) for label in told.get("labels") or ()),
        )
    )


def _rights(told: Mapping[str, Any]) -> Facts | None:
    if not {"rights", "level", "until"} & told.keys():
        return None
    level = str(told.get("level", Level.NOBODY))
    if level not in set(Level):
        raise Refused("bad-level", value=level)
    return Facts(
        statement=_text(told.get("rights")), level=Level(level), until=_date(told.get("until"))
    )


def _contents(lines: Iterable[Any], name: str) -> Iterable[tuple[str, str]]:
    for line in lines:
        if not isinstance(line, Mapping) or "title" not in line or "page" not in line:
            raise Refused("bad-book-file", file=name, detail="contents: title, page")
        yield str(line["title"]), str(line["page"])


def _text(value: Any) -> str | None:  # noqa: ANN401  (YAML gives anything)
    return str(value) if value not in {None, ""} else None


def _several(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(str(part) for part in value)


def _year(value: Any) -> int:  # noqa: ANN401
    try:
        year = int(value)
    except (TypeError, ValueError) as error:
        raise Refused("bad-year", value=str(value)) from error
    if not 1000 <= year <= 2200:
        raise Refused("bad-year", value=str(value))
    return year


def _date(value: Any) -> date | None:  # noqa: ANN401
    if value in {None, ""}:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise Refused("bad-date", value=str(value)) from error
