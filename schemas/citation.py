"""How is a work cited, by a person and by a program?

A reference after ГОСТ Р 7.0.5-2008 (7, references behind the text; 10, sources
on line), whose service words follow the reader's language; BibTeX
(http://www.bibtex.org/Format/) and RIS for reference managers. Whatever stands
in a title, it ends no field and starts no new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

Language = Literal["kk", "ru", "en"]

_MOST_AUTHORS = 3
"""More are named behind the title (ГОСТ Р 7.0.5-2008, 7.4.2)."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What is known of a work; `type` as in ``Work.type``, `identifier` its public name.

    `source` is the newspaper, journal or book that an article or extract stands
    in. `pages` counts the pages of a book. `seen` is the day of the request.
    """

    title: str
    identifier: str
    url: str
    seen: date
    type: str = "book"
    authors: tuple[str, ...] = ()
    subtitle: str = ""
    source: str = ""
    place: str = ""
    publisher: str = ""
    year: int | None = None
    issued: date | None = None
    pages: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    pages: str
    others: str
    archive: str
    seen: str


_WORDS = MappingProxyType(
    {
        "kk": _Words("{} б.", "[және т. б.]", "Сандық мұрағаты", "қаралған күні"),
        "ru": _Words("{} с.", "[и др.]", "Цифровой архив", "дата обращения"),
        "en": _Words("{} p.", "[et al.]", "Digital archive", "accessed"),
    }
)


# A reference for people -----------------------------------------------------------


def reference(cited: Cited, language: Language) -> str:
    """Return one line of plain text; `language` is the reader's."""
    words = _WORDS[language]
    archived = f"{words.archive}, {cited.identifier}"
    parts = [
        _heading(cited, words),
        _imprint(cited),
        words.pages.format(cited.pages) if cited.pages else "",
        archived,
        f"URL: {cited.url} ({words.seen}: {cited.seen:%d.%m.%Y})",
    ]
    return " — ".join(_closed(_one_line(part)) for part in parts if part)


def _heading(cited: Cited, words: _Words) -> str:
    """Author, title, and what the work stands in."""
    title = f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title
    if len(cited.authors) > _MOST_AUTHORS:
        title = f"{title} / {cited.authors[0]} {words.others}"
    elif cited.authors:
        title = f"{_closed(', '.join(cited.authors))} {title}"
    return f"{title} // {cited.source}" if cited.source else title


def _imprint(cited: Cited) -> str:
    """`Алматы: Жазушы, 1958`, or the day of a newspaper."""
    published = ": ".join(part for part in (cited.place, cited.publisher) if part)
    when = f"{cited.issued:%d.%m.%Y}" if cited.issued else str(cited.year or "")
    return ", ".join(part for part in (published, when) if part)


def _closed(part: str) -> str:
    return part if part.endswith((".", "!", "?", "…")) else f"{part}."


# BibTeX --------------------------------------------------------------------------

_BIBTEX_TYPES = MappingProxyType(
    {
        "book": "book",
        "newspaper-article": "article",
        "journal-article": "article",
        "extract": "incollection",
    }
)
_BIBTEX_SOURCES = MappingProxyType({"article": "journal", "incollection": "booktitle"})
_BIBTEX_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "{}$&#%_"},
    }
)


def bibtex(cited: Cited) -> str:
    """Return one BibTeX entry in UTF-8, for biber or a reference manager."""
    kind = _BIBTEX_TYPES.get(cited.type, "misc")
    authors = " and ".join(_bibtex_name(author) for author in cited.authors)
    title = f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title
    fields = {
        "author": authors,
        # A second pair of braces keeps the capitals of names.
        "title": f"{{{_bibtex_text(title)}}}",
        _BIBTEX_SOURCES.get(kind, "note"): _bibtex_text(cited.source),
        "address": _bibtex_text(cited.place),
        "publisher": _bibtex_text(cited.publisher),
        "year": str(cited.year or (cited.issued.year if cited.issued else "")),
        "date": cited.issued.isoformat() if cited.issued else "",
        "pagetotal": str(cited.pages or ""),
        "langid": _bibtex_text(cited.language),
        "url": _percent_encoded(cited.url),
        "urldate": cited.seen.isoformat(),
    }
    told = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9-]", "", cited.identifier)
    return "@{}{{{},\n{}\n}}\n".format(kind, key, ",\n".join(told))


def _bibtex_name(author: str) -> str:
    """One name; braces keep a name together that holds the word `and`."""
    name = _bibtex_text(author)
    return f"{{{name}}}" if re.search(r"\band\b", name, re.IGNORECASE) else name


def _bibtex_text(text: str) -> str:
    return _one_line(text).translate(_BIBTEX_SPECIAL)


def _percent_encoded(url: str) -> str:
    """The address without the characters that would end a BibTeX field."""
    return re.sub(r"[{}\\ ]", lambda found: f"%{ord(found[0]):02X}", _one_line(url))


# RIS -----------------------------------------------------------------------------

_RIS_TYPES = MappingProxyType(
    {
        "book": "BOOK",
        "newspaper-article": "NEWS",
        "journal-article": "JOUR",
        "extract": "CHAP",
    }
)


def ris(cited: Cited) -> str:
    """Return one RIS record in UTF-8, with the line ends that the format asks for."""
    title = f"{cited.title}: {cited.subtitle}" if cited.subtitle else cited.title
    year = cited.year or (cited.issued.year if cited.issued else None)
    fields = [
        ("TY", _RIS_TYPES.get(cited.type, "GEN")),
        *(("AU", author) for author in cited.authors),
        ("TI", title),
        ("T2", cited.source),
        ("CY", cited.place),
        ("PB", cited.publisher),
        ("PY", str(year or "")),
        ("DA", f"{cited.issued:%Y/%m/%d}" if cited.issued else ""),
        ("SP", str(cited.pages or "")),
        ("LA", cited.language),
        ("ID", cited.identifier),
        ("UR", cited.url),
        ("Y2", f"{cited.seen:%Y/%m/%d}"),
    ]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _one_line(text: str) -> str:
    """The text without line ends and other control characters."""
    printable = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(printable).split())
