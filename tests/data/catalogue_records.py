"""Catalogue records as a city library would have them, generated: sound files and damaged ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from archive.catalogue_values import CatalogueRecord, Copy, Heading
from schemas.marc21 import write_marc21
from schemas.marc_record import MarcRecord, write_record
from schemas.unimarc import write_unimarc

_SURNAMES = "Мұқанов Әуезов Сейфуллин Жұмабаев Өтетілеуов Қасымова Ғабдуллин Үмбетов Һадиев Іңкәр"
_GIVEN = "Сәбит Мұхтар Сәкен Мағжан Қайрат Әлия Ғалым Үміт Нұрлан Ілияс"
_THINGS = "Көмір Қала Өлке Дала Шахта Жұлдыз Үміт Бұлақ Әлем Тарих Ғасыр Теміржол"
_OF = "қалалық өлкелік тарихи кеншілер жастық ұлттық әдеби мұралық жаңа ескі"
_RUSSIAN = "Очерки История Рассказы Сборник Заметки Летопись Хроника"
_PLACES = "Алматы Қарағанды Астана Мәскеу"
_BRANCHES = "ОҚК 16 12б №16 4"

# What typists of cp1251 wrote for the letters that it has not.
SUBSTITUTES = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")


def generated(count: int, seed: int = 1, first: int = 1) -> Iterator[CatalogueRecord]:
    """So many records, numbered from `first`; the same seed gives the same ones."""
    for number in range(first, first + count):
        yield record_of(number, random.Random(f"{seed}/{number}"))


def record_of(number: int, chance: random.Random) -> CatalogueRecord:
    """One record: a book in Kazakh or Russian, or an article."""
    kind = chance.choices(
        ("book", "newspaper-article", "journal-article", "extract"), (50, 35, 10, 5)
    )[0]
    is_kazakh = chance.random() < 0.6
    year = chance.randint(1945, 2023)
    thing = chance.choice(_THINGS.split())
    title = f"{thing} {chance.choice(_OF.split())} {number}"
    if not is_kazakh:
        title = f"{chance.choice(_RUSSIAN.split())} города: выпуск {number}"
    issued = date(year, 1, 1) + timedelta(days=chance.randrange(365))
    is_book = kind == "book"
    return CatalogueRecord(
        control_number=f"KZ-{number:06}",
        agency="KZ-KRG",
        type=kind,
        title=title,
        subtitle="әңгімелер" if is_kazakh else "рассказы",
        responsibility="ред. Ә. Қасымова" if number % 3 == 0 else "",
        headings=tuple(_heading(chance, role) for role in _roles(chance)),
        place=chance.choice(_PLACES.split()) if is_book else "",
        publisher="Жазушы" if is_book else "",
        year=year,
        issued=issued if kind == "newspaper-article" else None,
        extent=f"{chance.randint(40, 400)} б.",
        languages=("kaz",) if is_kazakh else ("rus",),
        isbns=(_isbn(number),) if is_book and year > 1990 else (),
        source_title="" if is_book else "Орталық Қазақстан",
        source_part="" if is_book else f"№ {number % 250}, Б. {number % 8 + 1}",
        subjects=("Қарағанды -- тарихы", "өлкетану"),
        notes=("Суреттері бар",) if number % 5 == 0 else (),
        copies=(
            Copy(
                inventory_number=f"{100000 + number}",
                shelfmark=f"84(5Қ) {thing[:1]} {number % 99}",
                branch=chance.choice(_BRANCHES.split()),
            ),
        ),
    )


def _roles(chance: random.Random) -> Sequence[str]:
    return chance.choice((("aut",), ("aut", "aut"), ("aut", "ill"), ("com",), ()))


def _heading(chance: random.Random, role: str) -> Heading:
    given, surname = chance.choice(_GIVEN.split()), chance.choice(_SURNAMES.split())
    # Namesakes: two people in a hundred share a name and differ by their years.
    born = 1870 + (len(given) * 7 + len(surname) * 11) % 70 + 3 * (chance.random() < 0.02)
    return Heading(
        entry=surname,
        rest=f"{given[0]}.",
        fuller=given,
        role=role,
        birth_year=born,
        death_year=born + 60,
    )


def _isbn(number: int) -> str:
    body = f"9786010{number:05}"
    check = -sum(int(c) * (3 if place % 2 else 1) for place, c in enumerate(body)) % 10
    return f"978-601-0{number:05}-{check}"


def rusmarc_file(records: Iterator[CatalogueRecord], encoding: str = "kz1048") -> bytes:
    """A file as Web-RABIS writes it."""
    return b"".join(_coded(write_unimarc(record), encoding) for record in records)


def marc21_file(records: Iterator[CatalogueRecord]) -> bytes:
    """A file in MARC 21 and UTF-8."""
    return b"".join(write_record(write_marc21(record)) for record in records)


def with_substitutes(record: MarcRecord) -> MarcRecord:
    """The record as it was typed where cp1251 was all there was."""
    fields = tuple(
        type(field)(
            field.tag,
            field.data.translate(SUBSTITUTES),
            field.indicators,
            tuple((code, value.translate(SUBSTITUTES)) for code, value in field.subfields),
        )
        for field in record.fields
    )
    return MarcRecord(record.leader, fields)


def _coded(record: MarcRecord, encoding: str) -> bytes:
    """Our writer says Unicode in 100 $a; an 8-bit catalogue says code page 1251."""
    data = write_record(record, encoding)
    return data if encoding == "utf-8" else data.replace(b"y0kazy50", b"y0kazy89")


# Damages: each takes sound bytes and gives bytes in which one record cannot be read.


def wrong_length(data: bytes) -> bytes:
    """The leader tells another length."""
    return f"{int(data[:5]) + 7:05}".encode() + data[5:]


def truncated(data: bytes) -> bytes:
    """The record breaks off; the next one follows at once."""
    return data[: len(data) * 2 // 3]


def without_end(data: bytes) -> bytes:
    """The record terminator is missing."""
    return data[:-1]


def garbage_inside(data: bytes) -> bytes:
    """Bytes of something else in the middle of the directory."""
    return data[:30] + b"\x00\xffPK\x03\x04??" + data[38:]


def in_other_encoding(data: bytes) -> bytes:
    """A UTF-8 record with a letter that is none."""
    place = data.rindex("ө".encode()) if "ө".encode() in data else data.rindex(b"\xd2")
    return data[:place] + b"\xd3\x28" + data[place + 2 :]


DAMAGES: Sequence[Callable[[bytes], bytes]] = (
    wrong_length,
    truncated,
    without_end,
    garbage_inside,
)
