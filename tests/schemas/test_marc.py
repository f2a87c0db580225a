"""Does a record that went into MARC 21 or UNIMARC come out the same, and are theirs read?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given, settings

from archive.catalogue_values import CatalogueRecord, Copy, Heading, plain_of, record_from
from schemas.marc21 import read_marc21, write_marc21
from schemas.marc_record import MarcField, MarcRecord, field_of, read_record, write_record
from schemas.unimarc import read_unimarc, write_unimarc
from storage.errors import Refused
from tests.data.catalogue_records import generated
from tests.schemas.catalogue_strategies import records

Read = Callable[[MarcRecord], CatalogueRecord]
Write = Callable[[CatalogueRecord], MarcRecord]
FORMATS = pytest.mark.parametrize(
    ("read", "write"), [(read_marc21, write_marc21), (read_unimarc, write_unimarc)]
)
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


@FORMATS
class TestRoundTrip:
    @given(record=records())
    @settings(max_examples=150, deadline=None)
    def test_every_field_we_map(self, read: Read, write: Write, record: CatalogueRecord) -> None:
        data = write_record(write(record))
        assert read(read_record(data, "utf-8")) == record

    @pytest.mark.parametrize("encoding", ["utf-8", "kz1048", "ptcp154"])
    def test_all_kazakh_letters(self, read: Read, write: Write, encoding: str) -> None:
        record = CatalogueRecord(
            control_number="1", title=KAZAKH, subtitle="Россия — Қазақстан",
            headings=(Heading(entry=KAZAKH, rest="Ә."),), languages=("kaz",),
        )  # fmt: skip
        data = write_record(write(record), encoding)
        assert read(read_record(data, encoding)) == record

    def test_the_generated_records_use_what_is_mapped(self, read: Read, write: Write) -> None:
        made = list(generated(300))
        assert [read(write(record)) for record in made] == made
        never = {
            each.name
            for each in fields(CatalogueRecord)
            if not any(getattr(record, each.name) for record in made)
        }
        assert never == {
            "deleted", "predecessors", "other_numbers", "parallel_title", "issns", "series"
        }  # fmt: skip


class TestEncodings:
    @pytest.mark.parametrize("letter", KAZAKH)
    def test_cp1251_has_no_kazakh(self, letter: str) -> None:
        """But І and і, which are Ukrainian too."""
        record = MarcRecord(" " * 24, (field_of("200", "1 ", ("a", letter)),))
        if letter in "Іі":
            assert write_record(record, "cp1251")
            return
        with pytest.raises(Refused) as told:
            write_record(record, "cp1251")
        assert told.value.reason == "unencodable-record"

    def test_a_letter_that_is_none_is_told(self) -> None:
        data = write_record(
            write_unimarc(CatalogueRecord(control_number="1", title="Қала")), "kz1048"
        )
        with pytest.raises(Refused) as told:
            read_record(data, "utf-8")
        assert told.value.reason == "wrong-encoding"

    def test_a_record_that_five_digits_cannot_tell(self) -> None:
        record = CatalogueRecord(control_number="1", title="А" * 6000)
        with pytest.raises(Refused) as told:
            write_record(write_marc21(record))
        assert told.value.reason == "record-too-long"


class TestPlain:
    @given(record=records())
    @settings(max_examples=60, deadline=None)
    def test_there_and_back(self, record: CatalogueRecord) -> None:
        assert record_from(plain_of(record)) == record

    def test_words_of_a_later_version_are_passed_over(self) -> None:
        plain = plain_of(CatalogueRecord(control_number="1", title="А"))
        assert record_from({**plain, "colour": "red"}).title == "А"


def rusmarc(*fields: MarcField, leader: str = "00000naa2 2200000   450 ") -> CatalogueRecord:
    return read_unimarc(MarcRecord(leader, (MarcField("001", "7"), *fields)))


class TestUnimarcOfOthers:
    def test_a_newspaper_article_with_embedded_fields(self) -> None:
        record = rusmarc(
            field_of("200", "1 ", ("a", "Шахта"), ("e", "сұхбат"), ("f", "С. Мұқанов"),
                     ("g", "суретін салған Ә. Қ.")),
            field_of("461", " 0", ("1", "001RU1"), ("1", "2001 "), ("a", "Орталық Қазақстан")),
            field_of("463", " 0", ("1", "2001 "), ("a", "1962"), ("v", "№ 214 (14 қыркүйек)"),
                     ("1", "210  "), ("d", "1962"), ("1", "215  "), ("a", "Б. 2")),
            field_of("700", " 1", ("a", "Мұқанов"), ("b", "С."), ("g", "Сәбит"),
                     ("f", "1900-1973"), ("4", "070")),
            field_of("702", " 1", ("a", "Қасымова"), ("b", "Ә."), ("4", "440")),
        )  # fmt: skip
        assert record.type == "newspaper-article"
        assert (record.source_title, record.year) == ("Орталық Қазақстан", 1962)
        assert "№ 214" in record.source_part
        assert "Б. 2" in record.source_part
        assert record.responsibility == "С. Мұқанов; суретін салған Ә. Қ."
        assert [(each.name, each.role) for each in record.headings] == [
            ("Мұқанов С.", "aut"), ("Қасымова Ә.", "ill")
        ]  # fmt: skip
        assert record.headings[0].variants == ("Мұқанов Сәбит",)
        assert (record.headings[0].birth_year, record.headings[0].death_year) == (1900, 1973)

    @pytest.mark.parametrize(
        ("link", "kind"),
        [
            ([("t", "Жұлдыз"), ("v", "№ 4")], "journal-article"),
            ([("t", "Жұлдыз"), ("x", "0134-3475")], "journal-article"),
            ([("t", "Индустриальная Караганда"), ("v", "14 сент.")], "newspaper-article"),
            ([("t", "Қарағанды. Энциклопедия")], "extract"),
        ],
    )
    def test_the_kind_of_an_article(self, link: list[tuple[str, str]], kind: str) -> None:
        record = rusmarc(field_of("200", "1 ", ("a", "А")), field_of("463", " 0", *link))
        assert record.type == kind

    def test_copies_of_koha_too(self) -> None:
        record = rusmarc(
            field_of("899", "  ", ("a", "ОҚК"), ("j", "84 М 91"), ("p", "12345")),
            field_of("952", "  ", ("a", "16"), ("o", "84"), ("i", "6")),
            field_of("899", "  ", ("x", "ішкі белгі")),
        )
        assert record.copies == (
            Copy(inventory_number="12345", shelfmark="84 М 91", branch="ОҚК"),
            Copy(inventory_number="6", shelfmark="84", branch="16"),
        )

    @pytest.mark.parametrize(
        ("languages", "year", "profile"),
        [
            (("kaz",), 1958, "kk"),
            (("kaz",), 1935, "kk-latn-1929"),
            (("kaz",), 1925, "kk-arab"),
            (("rus",), 1958, "ru"),
            (("rus",), 1910, "ru-petr"),
            (("kaz", "rus"), 1958, "mixed"),
            ((), 1958, "ru"),
        ],
    )
    def test_the_profile_that_a_record_suggests(
        self, languages: tuple[str, ...], year: int, profile: str
    ) -> None:
        record = CatalogueRecord(control_number="1", title="А", languages=languages, year=year)
        assert record.language == profile


class TestMarc21OfOthers:
    def test_isbd_punctuation_belongs_to_no_field(self) -> None:
        record = read_marc21(
            MarcRecord(
                "00000cam a2200000 a 4500",
                (
                    MarcField("001", "42"),
                    MarcField("003", "KZ-NB"),
                    MarcField("008", "      s1958    kz " + " " * 17 + "kaz d"),
                    field_of("020", "  ", ("a", "9785966701234 (қатты) : 500 тг")),
                    field_of("035", "  ", ("a", "(OCoLC)99"), ("z", "(KZ-NB)17")),
                    field_of("100", "1 ", ("a", "Мұқанов, Сәбит,"), ("d", "1900-1973."),
                             ("e", "автор")),
                    field_of("245", "10", ("a", "Мөлдір махаббат :"), ("b", "роман /"),
                             ("c", "С. Мұқанов.")),
                    field_of("260", "  ", ("a", "Алматы :"), ("b", "Жазушы,"), ("c", "1958.")),
                    field_of("700", "1 ", ("a", "Қасымов, Ә.,"), ("e", "художник.")),
                ),
            )
        )  # fmt: skip
        assert (record.title, record.subtitle) == ("Мөлдір махаббат", "роман")
        assert (record.place, record.publisher, record.year) == ("Алматы", "Жазушы", 1958)
        assert record.isbns == ("9785966701234",)
        assert (record.predecessors, record.other_numbers) == (("17",), ("(OCoLC)99",))
        assert record.languages == ("kaz",)
        assert [(each.entry, each.rest, each.role) for each in record.headings] == [
            ("Мұқанов", "Сәбит", "aut"), ("Қасымов", "Ә.", "ill")
        ]  # fmt: skip

    def test_a_day_in_008(self) -> None:
        coded = "      e19620914xx " + " " * 17 + "rus d"
        record = read_marc21(MarcRecord("00000cab a2200000 c 4500", (MarcField("008", coded),)))
        assert (record.issued, record.type) == (date(1962, 9, 14), "newspaper-article")
