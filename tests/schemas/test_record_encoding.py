"""Is a file's encoding told from its letters, and is it said when that is not sure?"""

from __future__ import annotations

import pytest

from schemas.iso2709 import split_records
from schemas.marc_record import write_record
from schemas.record_encoding import ENCODINGS, detect_encoding, sense, spread_sample
from schemas.unimarc import write_unimarc
from tests.data import catalogue_records as made


def sample(data: bytes) -> list[bytes]:
    return [each.data for each in split_records([data])]


class TestDetection:
    @pytest.mark.parametrize("encoding", ["utf-8", "kz1048", "ptcp154"])
    @pytest.mark.parametrize("seed", range(5))
    def test_kazakh_files(self, encoding: str, seed: int) -> None:
        found = detect_encoding(sample(made.rusmarc_file(made.generated(60, seed), encoding)))
        assert (found.encoding, found.is_sure) == (encoding, True)

    @pytest.mark.parametrize("encoding", ["kz1048", "ptcp154"])
    def test_a_few_records_are_enough(self, encoding: str) -> None:
        wrong = [
            number
            for number in range(1, 40)
            if (found := detect_encoding(
                sample(made.rusmarc_file(made.generated(3, 1, number), encoding))
            )).encoding != encoding and found.is_sure
        ]  # fmt: skip
        assert wrong == []

    def test_what_was_typed_without_kazakh_letters_is_read_the_same(self) -> None:
        """cp1251 and KZ-1048 agree on every letter in it: the wider one is named."""
        typed = [
            write_record(made.with_substitutes(write_unimarc(each)), "cp1251")
            for each in made.generated(40)
        ]
        found = detect_encoding(typed)
        assert found.encoding == "kz1048"
        assert "cp1251" in found.others
        assert all(each.decode("kz1048") == each.decode("cp1251") for each in typed)

    def test_dos(self) -> None:
        typed = [
            write_record(made.with_substitutes(write_unimarc(each)), "cp866")
            for each in made.generated(40)
        ]
        assert detect_encoding(typed).encoding == "cp866"

    def test_letters_are_believed_more_than_what_a_record_says(self) -> None:
        """Our writer says Unicode in 100 $a, whatever it is encoded in."""
        lying = [write_record(write_unimarc(each), "kz1048") for each in made.generated(40)]
        assert detect_encoding(lying).encoding == "kz1048"

    def test_plain_letters_need_no_encoding(self) -> None:
        assert detect_encoding([b"abc"]).confidence == 1.0

    def test_nothing_that_makes_sense_is_not_sure(self) -> None:
        found = detect_encoding([bytes(range(128, 256)) * 3])
        assert not found.is_sure

    def test_every_encoding_is_one_that_python_has(self) -> None:
        assert all("".encode(encoding) == b"" for encoding in ENCODINGS)


class TestSense:
    def test_kazakh_makes_sense_and_its_misreading_does_not(self) -> None:
        text = "Қарағанды өңірі: «Көмір» — үміт"
        assert sense(text) > 0.95
        assert sense(text.encode("kz1048").decode("ptcp154")) < 0.8
        assert sense(text.encode("kz1048").decode("cp1251")) < 0.8


def test_a_sample_is_spread_over_the_file() -> None:
    records = [str(number).encode() for number in range(10_000)]
    taken = spread_sample(records)
    assert taken[:100] == records[:100]
    assert len(taken) == 298
    assert int(taken[-1]) >= 9_900
