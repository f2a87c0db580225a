"""A MARC record as neutral values, to and from ISO 2709. The one module that knows pymarc.

pymarc is given bytes and gives bytes back: what it decodes by itself it takes for
MARC-8 and turns Kazakh into garbage without a word. Every decoding here is strict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pymarc import Field, Indicators, RawField, Record, Subfield
from pymarc.exceptions import PymarcException

from storage.errors import Refused

Encode = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class MarcField:
    """A field: `data` of a control field, else indicators and subfields in order."""

    tag: str
    data: str = ""
    indicators: str = "  "
    subfields: tuple[tuple[str, str], ...] = ()

    def all(self, codes: str) -> list[str]:
        """The values of these subfields in the order of the record."""
        return [value.strip() for code, value in self.subfields if code in codes and value.strip()]

    def coded(self, code: str) -> str:
        """A value whose characters have fixed places, spaces included."""
        return next((value for each, value in self.subfields if each == code), "")

    def first(self, codes: str) -> str:
        """The first value of the first of these codes that there is."""
        found = (self.all(code) for code in codes)
        return next((values[0] for values in found if values), "")


@dataclass(frozen=True, slots=True)
class MarcRecord:
    """A record: its leader (24 characters) and its fields in order."""

    leader: str
    fields: tuple[MarcField, ...]

    def all(self, *tags: str) -> Iterator[MarcField]:
        """Fields with these tags in the order of the record."""
        return (field for field in self.fields if field.tag in tags)

    def first(self, *tags: str) -> MarcField:
        """The first field of the first of these tags that there is, or an empty one."""
        for tag in tags:
            for field in self.all(tag):
                return field
        return MarcField(tags[0])


def is_control(tag: str) -> bool:
    """Whether a field with this tag has data instead of subfields."""
    return tag.isdigit() and tag < "010"


def field_of(tag: str, indicators: str, *subfields: tuple[str, str]) -> MarcField:
    """A field with those subfields that say something."""
    return MarcField(
        tag, "", indicators, tuple((code, value) for code, value in subfields if value)
    )


def read_record(data: bytes, encoding: str) -> MarcRecord:
    """The record in these bytes, which `schemas.iso2709` has found sound.

    Raises:
        Refused: ``wrong-encoding`` when a letter is none in this encoding,
            ``unreadable-record`` when the record has no sense.
    """
    try:
        raw = Record(data=data, to_unicode=False, force_utf8=False)
        fields = tuple(_read_field(field, encoding) for field in raw.fields)
        return MarcRecord(str(raw.leader), fields)
    except UnicodeDecodeError as error:
        raise Refused("wrong-encoding", encoding=encoding) from error
    except (PymarcException, ValueError, IndexError) as error:
        raise Refused("unreadable-record") from error


def _read_field(field: Field, encoding: str) -> MarcField:
    if is_control(field.tag):
        return MarcField(field.tag, _text(field.data, encoding))
    told = field.indicators
    read = tuple((each.code, _text(each.value, encoding)) for each in field.subfields)
    return MarcField(field.tag, "", f"{told.first}{told.second}" if told else "  ", read)


def _text(value: str | bytes | None, encoding: str) -> str:
    if isinstance(value, bytes):
        return value.decode(encoding)
    return value or ""


def write_record(record: MarcRecord, encoding: str = "utf-8") -> bytes:
    """The record in ISO 2709.

    Raises:
        Refused: ``unencodable-record`` when the encoding has not all its letters,
            ``record-too-long`` when five digits cannot tell its length.
    """
    raw = Record(to_unicode=False, force_utf8=False, leader=record.leader)
    raw.leader = record.leader  # type: ignore[assignment]  # pymarc writes "4500" into every leader, UNIMARC has "450 "
    try:
        raw.add_field(
            *(  # type: ignore[no-untyped-call]
                _raw_field(field, encoding) for field in record.fields
            )
        )
        data: bytes = raw.as_marc()
    except UnicodeEncodeError as error:
        raise Refused("unencodable-record", encoding=encoding) from error
    if len(data) > 99_999 or any(len(part) > 9_998 for part in data.split(b"\x1e")[1:]):
        raise Refused("record-too-long", bytes=len(data))
    return data


def _raw_field(field: MarcField, encoding: str) -> RawField:
    if is_control(field.tag):
        return RawField(field.tag, data=field.data.encode(encoding))  # type: ignore[arg-type]
    return RawField(
        field.tag,
        indicators=Indicators(*field.indicators[:2]),
        subfields=_raw_subfields(field.subfields, encoding),
    )


def _raw_subfields(subfields: Sequence[tuple[str, str]], encoding: str) -> list[Subfield]:
    return [
        Subfield(code=code, value=value.encode(encoding))  # type: ignore[arg-type]
        for code, value in subfields
    ]
