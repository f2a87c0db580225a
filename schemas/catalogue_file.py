"""A file of catalogue records: which shape, format and encoding has it, and what is in it?

Three questions are answered apart, and each answer can be overruled by a person: the
shape (ISO 2709 or MARCXML), the format (MARC 21 or UNIMARC), the encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO

from archive.catalogue_values import CatalogueRecord, FileRecord
from schemas.iso2709 import RawRecord, split_records
from schemas.marc21 import read_marc21
from schemas.marc_record import MarcRecord, read_record
from schemas.marcxml import read_marcxml
from schemas.record_encoding import DetectedEncoding, detect_encoding, spread_sample
from schemas.unimarc import read_unimarc
from storage.errors import Refused

PIECE = 1 << 16  # bytes
TITLES = 8  # to be judged by eye

Reader = Callable[[MarcRecord], CatalogueRecord]
FORMATS: Mapping[str, Reader] = MappingProxyType({"marc21": read_marc21, "unimarc": read_unimarc})


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file seems to be; `records` counts the damaged ones too."""

    format: str
    encoding: DetectedEncoding
    records: int
    damaged: int


def is_xml(file: BinaryIO) -> bool:
    """Whether the file is MARCXML."""
    file.seek(0)
    return file.read(PIECE).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def pieces_from(file: BinaryIO, position: int = 0) -> Iterator[bytes]:
    """The file's bytes from a place on, in pieces."""
    file.seek(position)
    while piece := file.read(PIECE):
        yield piece


def examine(file: BinaryIO) -> Examined:
    """Look through a whole file once.

    Raises:
        Refused: ``no-records`` when nothing in it is a record, ``bad-xml``.
    """
    if is_xml(file):
        return _examine_xml(file)
    counted = [0, 0]

    def readable() -> Iterator[bytes]:
        for each in split_records(pieces_from(file)):
            counted[1 if each.damage else 0] += 1
            if not each.damage:
                yield each.data

    sound = spread_sample(readable())
    if not sound:
        raise Refused("no-records")
    encoding = detect_encoding(sound)
    marc = [each for each in (_read(raw, encoding.encoding) for raw in sound[:50]) if each]
    return Examined(_format_of(marc), encoding, sum(counted), counted[1])


def _examine_xml(file: BinaryIO) -> Examined:
    file.seek(0)
    first = list(islice(read_marcxml(file), 50))
    if not first:
        raise Refused("no-records")
    file.seek(0)
    count = sum(1 for _ in read_marcxml(file))
    return Examined(_format_of(first), DetectedEncoding("utf-8", 1.0), count, 0)


def _read(data: bytes, encoding: str) -> MarcRecord | None:
    try:
        return read_record(data, encoding)
    except Refused:
        return None


def _format_of(records: list[MarcRecord]) -> str:
    """The title is in 245 of MARC 21 and in 200 of UNIMARC."""
    marc21 = sum(1 for each in records if each.first("245").subfields)
    unimarc = sum(1 for each in records if each.first("200").subfields)
    return "marc21" if marc21 > unimarc else "unimarc"


def titles_in(file: BinaryIO, form: str, encoding: str) -> tuple[str, ...]:
    """Some titles as this choice reads them: letters beyond ASCII are what one looks at."""
    found: list[str] = []
    for each in islice(read_catalogue(file, form, encoding), 300):
        if each.record is not None and not each.record.title.isascii():
            found.append(each.record.title)
        if len(found) == TITLES:
            break
    return tuple(found)


def read_catalogue(
    file: BinaryIO, form: str, encoding: str, *, position: int = 0, number: int = 0
) -> Iterator[FileRecord]:
    """Every record from `position` on, after `number` records.

    A position counts bytes of ISO 2709, records of MARCXML.
    """
    reader = FORMATS[form]
    if is_xml(file):
        yield from _read_xml(file, reader, position)
        return
    for raw in split_records(pieces_from(file, position), offset=position, number=number):
        yield _judged(raw, reader, encoding)


def _judged(raw: RawRecord, reader: Reader, encoding: str) -> FileRecord:
    after = raw.offset + len(raw.data)
    if raw.damage:
        refusal = Refused(raw.damage)
        return FileRecord(raw.number, raw.offset, after, refusal=refusal)
    try:
        record = reader(read_record(raw.data, encoding))
    except Refused as refused:
        return FileRecord(raw.number, raw.offset, after, refusal=refused)
    return FileRecord(raw.number, raw.offset, after, record)


def _read_xml(file: BinaryIO, reader: Reader, position: int) -> Iterator[FileRecord]:
    file.seek(0)
    number = 0
    try:
        for number, marc in enumerate(read_marcxml(file), start=1):
            if number > position:
                yield FileRecord(number, number - 1, number, reader(marc))
    except Refused as refused:
        yield FileRecord(number + 1, number, number + 1, refusal=refused)
