"""Which records are in a stream of ISO 2709, and which of them are damaged?

The stream is cut at the record terminator before anything else looks at it: one
damaged record must not take the ones behind it along. Memory holds one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RECORD_END, FIELD_END, SUBFIELD = b"\x1d", b"\x1e", b"\x1f"
LEADER, ENTRY = 24, 12  # bytes
LONGEST = 99_999  # bytes: five digits of the leader
_MOST_HELD = 4 * LONGEST
_BETWEEN = b"\r\n\t \x00\x1a\xef\xbb\xbf"  # what programs leave between records
_FIVE_DIGITS = re.compile(rb"(?=(\d{5}))")
_BAD_SUBFIELD = re.compile(rb"\x1f(?![0-9A-Za-z!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The bytes of one record: its number from 1, its offset in the stream.

    `damage` is the reason why it cannot be read, empty when it is sound.
    """

    number: int
    offset: int
    data: bytes
    damage: str = ""


def split_records(
    pieces: Iterable[bytes], *, offset: int = 0, number: int = 0
) -> Iterator[RawRecord]:
    """Every record of a stream that begins at `offset`, after `number` records."""
    for start, chunk in _chunks(pieces, offset):
        for at, data, damage in _parts(chunk):
            number += 1
            yield RawRecord(number, start + at, data, damage)


def _chunks(pieces: Iterable[bytes], offset: int) -> Iterator[tuple[int, bytes]]:
    """The stream cut behind every terminator, without what lies between records."""
    held = b""
    for piece in pieces:
        held += piece
        *whole, held = held.split(RECORD_END)
        for part in whole:
            yield from _trimmed(offset, part + RECORD_END)
            offset += len(part) + 1
        if len(held) > _MOST_HELD:  # no record is so long: whatever it is, it is passed over
            yield offset, held
            offset, held = offset + len(held), b""
    yield from _trimmed(offset, held)


def _trimmed(offset: int, chunk: bytes) -> Iterator[tuple[int, bytes]]:
    trimmed = chunk.lstrip(_BETWEEN)
    if trimmed:
        yield offset + len(chunk) - len(trimmed), trimmed


def _parts(chunk: bytes) -> Iterator[tuple[int, bytes, str]]:
    """The record, or a damaged beginning and the sound record that ends the chunk."""
    if _told_length(chunk) == len(chunk):
        yield 0, chunk, damage_of(chunk)
        return
    begin = _sound_end(chunk)
    if begin is None:
        yield 0, chunk, _broken(chunk)
        return
    yield 0, chunk[:begin], _broken(chunk[:begin])
    yield begin, chunk[begin:], ""


def _sound_end(chunk: bytes) -> int | None:
    """Where a sound record begins that reaches to the end of the chunk."""
    for found in _FIVE_DIGITS.finditer(chunk):
        at = found.start()
        if int(found[1]) == len(chunk) - at and not damage_of(chunk[at:]):
            return at
    return None


def _told_length(data: bytes) -> int | None:
    return int(data[:5]) if data[:5].isdigit() else None


def _broken(data: bytes) -> str:
    told = _told_length(data)
    if told is None or len(data) < LEADER:
        return "not-a-record"
    if told == len(data) + 1 and not data.endswith(RECORD_END):
        return "no-record-end"
    return "truncated-record" if told > len(data) else "wrong-record-length"


def damage_of(data: bytes) -> str:
    """Why a record that has its full length cannot be read; empty when it can."""
    base = data[12:17]
    if not data.endswith(RECORD_END):
        return "no-record-end"
    if not base.isdigit() or not LEADER < int(base) < len(data):
        return "bad-leader"
    directory = data[LEADER : int(base) - 1]
    if data[int(base) - 1 : int(base)] != FIELD_END or not directory:
        return "bad-directory"
    if len(directory) % ENTRY or not directory[3:].isascii():
        return "bad-directory"
    if not all(_is_sound(data, int(base), entry) for entry in _entries(directory)):
        return "bad-directory"
    return "bad-subfield" if _BAD_SUBFIELD.search(data, int(base)) else ""


def _entries(directory: bytes) -> Iterator[bytes]:
    for at in range(0, len(directory), ENTRY):
        yield directory[at : at + ENTRY]


def _is_sound(data: bytes, base: int, entry: bytes) -> bool:
    """Whether an entry of the directory leads to a field that ends where it says."""
    if not entry[3:].isdigit() or not entry[:3].isalnum():
        return False
    length, start = int(entry[3:7]), base + int(entry[7:12])
    end = start + length
    return length > 0 and end < len(data) and data[end - 1 : end] == FIELD_END
