"""What does a catalogue say of a work, in whatever format it said it? Plain values, pure.

`schemas` reads MARC 21 and UNIMARC (RUSMARC) records into these and writes them back;
`archive.catalogue` makes rows of them. Nothing here knows a tag or a subfield.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from archive.handover import WorkType
from storage.errors import Refused

KAZAKH_LETTERS = frozenset("әғқңөұүһі")

# Years from which a script was in use, as the profiles of recognition know them.
_KAZAKH_LATIN_FROM, _KAZAKH_CYRILLIC_FROM, _RUSSIAN_NEW_FROM = 1929, 1941, 1918


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A person or body as a catalogue names it; `role` is a MARC relator code.

    A person stands under `entry` (the family name) with `rest` (initials) behind
    it; `fuller` is the rest in full. `authority` is the number of the authority record.
    """

    entry: str
    rest: str = ""
    fuller: str = ""
    kind: str = "person"
    role: str = "aut"
    birth_year: int | None = None
    death_year: int | None = None
    authority: str = ""

    @property
    def name(self) -> str:
        """The form that is shown: Мұқанов С."""
        return f"{self.entry} {self.rest}".strip()

    @property
    def variants(self) -> tuple[str, ...]:
        """Other forms that lead to the same agent."""
        full = f"{self.entry} {self.fuller}".strip()
        return (full,) if self.fuller and full != self.name else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A physical copy; `branch` as the catalogue writes it."""

    inventory_number: str = ""
    shelfmark: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRecord:
    """One bibliographic record.

    `control_number` is the source's own; `predecessors` are numbers of the same source
    that this record has taken the place of, `other_numbers` those of other systems.
    `languages` are ISO 639-2 codes. `deleted`: the source has taken the record back.
    """

    control_number: str
    title: str
    agency: str = ""
    deleted: bool = False
    predecessors: tuple[str, ...] = ()
    other_numbers: tuple[str, ...] = ()
    type: str = WorkType.BOOK
    subtitle: str = ""
    responsibility: str = ""
    parallel_title: str = ""
    headings: tuple[Heading, ...] = ()
    place: str = ""
    publisher: str = ""
    year: int | None = None
    issued: date | None = None
    extent: str = ""
    languages: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    source_title: str = ""
    source_part: str = ""  # the issue and the pages in it
    subjects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def language(self) -> str:
        """The recognition profile that the record suggests; a cataloguer may correct it."""
        year = self.year or (self.issued.year if self.issued else None) or 9999
        codes = set(self.languages)
        if {"kaz", "rus"} <= codes:
            return "mixed"
        if "kaz" in codes or (not codes and KAZAKH_LETTERS & set(self.title.casefold())):
            if year < _KAZAKH_LATIN_FROM:
                return "kk-arab"
            return "kk-latn-1929" if year < _KAZAKH_CYRILLIC_FROM else "kk"
        return "ru-petr" if "rus" in codes and year < _RUSSIAN_NEW_FROM else "ru"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A record at its place in a file, or the refusal that stands for it.

    `number` counts from 1; `after` is where the next one begins.
    """

    number: int
    offset: int
    after: int
    record: CatalogueRecord | None = None
    refusal: Refused | None = None


def plain_of(record: CatalogueRecord) -> dict[str, Any]:
    """The record as JSON can hold it; fields that say nothing are left out."""
    told = {name: value for name, value in asdict(record).items() if value not in ("", (), None)}
    if record.issued is not None:
        told["issued"] = record.issued.isoformat()
    plain: dict[str, Any] = json.loads(json.dumps(told, ensure_ascii=False))
    return plain


def record_from(plain: Mapping[str, Any]) -> CatalogueRecord:
    """The record that `plain_of` has written, also by an older version."""
    known = {field.name for field in fields(CatalogueRecord)}
    told: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            continue
        told[name] = _value(name, value)
    return CatalogueRecord(**told)


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  (one value of many types)
    if name == "issued":
        return date.fromisoformat(value)
    if name == "headings":
        return tuple(Heading(**each) for each in value)
    if name == "copies":
        return tuple(Copy(**each) for each in value)
    return tuple(value) if isinstance(value, list) else value


def digest_of(plain: Mapping[str, Any]) -> str:
    """What two equal records share: the sha-256 of their canonical form."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def plain_isbn(isbn: str) -> str:
    """An ISBN by which two records can be compared: 13 digits where it is whole."""
    digits = "".join(c for c in isbn.upper() if c.isdigit() or c == "X")
    if len(digits) != 10:
        return digits
    body = "978" + digits[:9]
    check = -sum(int(c) * (3 if place % 2 else 1) for place, c in enumerate(body)) % 10
    return body + str(check)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that say something, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))
