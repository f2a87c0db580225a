"""What MARC 21 and UNIMARC say in the same way: years, copies, kinds of articles, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from archive.catalogue_values import Copy
from archive.handover import WorkType
from schemas.marc_record import MarcField, MarcRecord

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_LIFE = re.compile(r"(\d{4})?\s*[-–—]\s*(\d{4})?")
_ISBN = re.compile(r"[0-9][0-9Xx -]{8,16}[0-9Xx]")
_AGENCY = re.compile(r"^\(([^)]*)\)\s*(.+)$")

# Tags and subfields in which catalogues of this country keep copies: the branch, the
# shelfmark, the inventory number.
_COPY_TAGS = ("852", "899", "952")
_COPY_CODES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {"852": ("ba", "jh", "p"), "899": ("ba", "jhi", "p"), "952": ("ab", "joh", "ip")}
)

# A genre that names the kind of article, as we write it and as cataloguers do.
_GENRES: Mapping[str, WorkType] = MappingProxyType(
    {
        "newspaper": WorkType.NEWSPAPER_ARTICLE,
        "газет": WorkType.NEWSPAPER_ARTICLE,
        "journal": WorkType.JOURNAL_ARTICLE,
        "журнал": WorkType.JOURNAL_ARTICLE,
        "extract": WorkType.EXTRACT,
    }
)
_DAY_OR_NUMBER = re.compile(
    r"№|\bN\b|\d{1,2}\s*(?:[.]\s*\d{1,2}|[а-яәғқңөұүһі]{3,})", re.IGNORECASE
)
_MONTHS = (
    "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел "
    "янв фев мар апр май мая июн июл авг сен окт ноя дек"
)
_A_DAY = re.compile(rf"\d{{1,2}}\s*[-.]?\s*(?:{'|'.join(_MONTHS.split())})", re.IGNORECASE)


def year_in(text: str) -> int | None:
    """The first year in a statement such as ``[Алматы], 1958 (обл. 1959)``."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def life_in(text: str) -> tuple[int | None, int | None]:
    """Years of birth and death: ``1900-1973``, ``1936-``, ``-1973``."""
    found = _LIFE.search(text)
    if found is None:
        return year_in(text), None
    born, died = found.groups()
    return int(born) if born else None, int(died) if died else None


def life_told(born: int | None, died: int | None) -> str:
    """The years as a heading has them; empty when neither is known."""
    return "" if born is None and died is None else f"{born or ''}-{died or ''}"


def day_in(coded: str, kind: str) -> date | None:
    """The day of a coded date field: its kind, then year, month and day."""
    try:
        return (
            date.fromisoformat(f"{coded[1:5]}-{coded[5:7]}-{coded[7:9]}")
            if coded[:1] == kind
            else None
        )
    except ValueError:
        return None


def isbns_in(fields: Iterator[MarcField]) -> list[str]:
    """The numbers without their prices and bindings."""
    told = (field.first("a") for field in fields)
    return [found[0].replace(" ", "-") if (found := _ISBN.search(each)) else each for each in told]


def copies_in(record: MarcRecord) -> tuple[Copy, ...]:
    """The copies, wherever the record keeps them."""
    found = []
    for field in record.all(*_COPY_TAGS):
        branch, shelfmark, number = _COPY_CODES[field.tag]
        copy = Copy(
            inventory_number=field.first(number),
            shelfmark=field.first(shelfmark),
            branch=field.first(branch),
        )
        found += [copy] if copy != Copy() else []
    return tuple(found)


def numbers_in(fields: Sequence[MarcField], agency: str) -> tuple[list[str], list[str]]:
    """Numbers of the same source that this record replaces, and numbers of other systems."""
    own, others = [], []
    for field in fields:
        for told in field.all("az"):
            found = _AGENCY.match(told)
            if found is None or found[1] == agency:
                own.append(found[2] if found else told)
            else:
                others.append(told)
    return own, others


def kind_of_article(
    genres: Sequence[str], part: str, *, has_issn: bool, day: date | None
) -> WorkType:
    """Newspaper or journal article, or extract from a book: what its record lets one conclude."""
    for genre in genres:
        for word, kind in _GENRES.items():
            if word in genre.casefold():
                return kind
    if day is not None or _A_DAY.search(part):
        return WorkType.NEWSPAPER_ARTICLE
    is_serial = has_issn or _DAY_OR_NUMBER.search(part) is not None
    return WorkType.JOURNAL_ARTICLE if is_serial else WorkType.EXTRACT
