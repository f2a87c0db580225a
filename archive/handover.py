"""What does a person say of a book or a branch when handing it in? Plain values, pure.

The words of the command line, ``book.yaml`` and ``library.yaml`` are read into
these by `schemas`; `archive.descriptions` and `archive.library` make rows of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from archive.recipes.recognition import PROFILES
from archive.rights import STATEMENTS, Facts
from storage.errors import Refused


class WorkType(StrEnum):
    """The four rows of the library's annual table, and everything outside it."""

    BOOK = "book"
    NEWSPAPER_ARTICLE = "newspaper-article"
    JOURNAL_ARTICLE = "journal-article"
    EXTRACT = "extract"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Everything a person says of a book when handing it in."""

    title: str
    authors: tuple[str, ...] = ()
    subtitle: str | None = None
    source_title: str | None = None
    year: int | None = None
    issued: date | None = None
    language: str = "kk"
    type: str = WorkType.BOOK
    branch: str | None = None
    collections: tuple[str, ...] = ()
    rights: Facts | None = None  # None: nobody has said anything yet
    contents: tuple[tuple[str, str], ...] = ()  # title, printed page label
    labels: tuple[str, ...] = ()  # printed labels of the pages, in order


@dataclass(frozen=True, slots=True)
class BranchDescription:
    """A branch as the library's file gives it; `networks` are CIDR ranges."""

    code: str
    label_kk: str
    label_ru: str
    label_en: str
    aliases: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


def fold(text: str) -> str:
    """What two spellings of one title or name have in common: letters and digits."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def checked(description: Description) -> Description:
    """The description itself, if it makes sense.

    Raises:
        Refused: ``no-title``, ``unknown-language``, ``unknown-type`` or
            ``unknown-statement``, each with the value given.
    """
    if not fold(description.title):
        raise Refused("no-title")
    if description.language not in PROFILES:
        raise Refused("unknown-language", value=description.language)
    if description.type not in set(WorkType):
        raise Refused("unknown-type", value=description.type)
    statement = description.rights.statement if description.rights else None
    if statement is not None and statement not in STATEMENTS:
        raise Refused("unknown-statement", value=statement)
    return description
