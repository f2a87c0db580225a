"""Is every sound record of a stream found, whatever stands before or behind it?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.iso2709 import split_records
from schemas.marc_record import read_record
from tests.data import catalogue_records as made

Damage = Callable[[bytes], bytes]


def records(count: int) -> list[bytes]:
    return [made.rusmarc_file(iter([each])) for each in made.generated(count)]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def numbers(data: bytes) -> list[str]:
    """Control numbers of the sound records."""
    sound = [each for each in split_records([data]) if not each.damage]
    return [read_record(each.data, "kz1048").first("001").data for each in sound]


class TestSound:
    @pytest.mark.parametrize("size", [1, 7, 4096, 10**6])
    def test_however_the_stream_is_cut(self, size: int) -> None:
        made_records = records(20)
        found = list(split_records(pieces(b"".join(made_records), size)))
        assert [each.data for each in found] == made_records
        assert [each.number for each in found] == list(range(1, 21))
        assert [each.damage for each in found] == [""] * 20

    def test_offsets_lead_back(self) -> None:
        data = b"\r\n".join(records(5))
        for each in split_records([data]):
            assert data[each.offset :].startswith(each.data)
            (first, *_) = split_records(
                [data[each.offset :]], offset=each.offset, number=each.number - 1
            )
            assert first == each

    def test_nothing(self) -> None:
        assert list(split_records([])) == []
        assert list(split_records([b"\r\n \x1a"])) == []


@pytest.mark.parametrize("damage", made.DAMAGES)
class TestDamaged:
    def test_is_told_and_takes_no_other_along(self, damage: Damage) -> None:
        first, second, third = records(3)
        data = first + damage(second) + third
        assert numbers(data) == ["KZ-000001", "KZ-000003"]
        told = [each for each in split_records([data]) if each.damage]
        assert told[0].number == 2
        assert told[0].offset == len(first)

    def test_at_the_end(self, damage: Damage) -> None:
        first, second = records(2)
        assert numbers(first + damage(second)) == ["KZ-000001"]


class TestReasons:
    @pytest.mark.parametrize(
        ("damage", "reason"),
        [
            (made.wrong_length, "truncated-record"),
            (made.truncated, "truncated-record"),
            (made.without_end, "no-record-end"),
            (made.garbage_inside, "bad-directory"),
            (lambda _: b"PK\x03\x04 something else", "not-a-record"),
            (lambda data: data[:12] + b"xxxxx" + data[17:], "bad-leader"),
            (lambda data: data[:5] + data[5:].replace(b"\x1fa", b"\x1f\xff", 1), "bad-subfield"),
            (lambda data: b"00030" + data[5:], "wrong-record-length"),
        ],
    )
    def test_each(self, damage: Damage, reason: str) -> None:
        first, second, third = records(3)
        found = list(split_records([first + damage(second) + third]))
        assert [each.damage for each in found] == ["", reason, ""]

    def test_a_flood_without_an_end_is_not_held(self) -> None:
        found = list(split_records(pieces(b"x" * 2_000_000, 65536)))
        assert {each.damage for each in found} == {"not-a-record"}
        assert max(len(each.data) for each in found) < 600_000


class TestAnyBytes:
    @given(junk=st.binary(max_size=300), place=st.integers(0, 3))
    @settings(max_examples=200, deadline=None)
    def test_junk_between_records_loses_none(self, junk: bytes, place: int) -> None:
        parts = records(3)
        parts.insert(place, junk)
        found = numbers(b"".join(parts))
        assert [each for each in found if each.startswith("KZ-")] == [
            "KZ-000001", "KZ-000002", "KZ-000003"
        ]  # fmt: skip

    def test_flipped_bytes_never_raise(self) -> None:
        chance, data = random.Random(5), bytearray(b"".join(records(30)))
        for _ in range(300):
            flipped = bytearray(data)
            for _ in range(5):
                flipped[chance.randrange(len(data))] = chance.randrange(256)
            assert len(list(split_records([bytes(flipped)]))) >= 20
