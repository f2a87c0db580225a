"""Is what a person writes about a book read as it was meant, or refused by name?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.handover import Description
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from schemas.book_file import KNOWN, describe, read_book_yaml, read_books_csv
from storage.errors import Refused

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as told:
        read_book_yaml(text, "a/book.yaml")
    return told.value


class TestYaml:
    def test_every_word(self) -> None:
        book = read_book_yaml(
            """
            title: Абай жолы
            subtitle: роман
            authors: [Әуезов М., Басқа Б.]
            source: Жұлдыз
            year: 1942
            issued: 1942-05-01
            language: mixed
            type: extract
            branch: 4
            collections: [Көмір, Қала]
            rights: http://creativecommons.org/publicdomain/mark/1.0/
            level: premises
            until: 2030-12-31
            labels: [i, 1, 2]
            contents:
            - {title: Алғы сөз, page: 1}
            """,
            "book.yaml",
        )
        assert book == Description(
            title="Абай жолы",
            subtitle="роман",
            authors=("Әуезов М.", "Басқа Б."),
            source_title="Жұлдыз",
            year=1942,
            issued=date(1942, 5, 1),
            language="mixed",
            type="extract",
            branch="4",
            collections=("Көмір", "Қала"),
            rights=Facts(PUBLIC_DOMAIN_MARK, Level.PREMISES, date(2030, 12, 31)),
            labels=("i", "1", "2"),
            contents=(("Алғы сөз", "1"),),
        )

    def test_a_title_is_enough_and_gives_no_rights(self) -> None:
        assert read_book_yaml("title: Абай", "b") == Description(title="Абай")

    @pytest.mark.parametrize("title", ["1.10", "010", "no", "1937-05-01", "~", "1_000"])
    def test_a_value_is_what_is_written(self, title: str) -> None:
        book = read_book_yaml(f"title: {title} а\nsubtitle: {title}\nlabels: [{title}]", "b")
        assert (book.subtitle, book.labels) == (title, (title,))

    def test_a_word_without_a_value_says_nothing(self) -> None:
        text = "title: А\nyear:\nsubtitle:\nissued:\nauthors:\ncollection:\nlabels:\ncontents:"
        assert read_book_yaml(text, "b") == Description(title="А")

    def test_several_in_one_line_are_parted_by_semicolons(self) -> None:
        book = read_book_yaml("title: А\nauthor: Б; В ;\ncollection: Г", "b")
        assert (book.authors, book.collections) == (("Б", "В"), ("Г",))

    @pytest.mark.parametrize("text", ["level: everybody", "until: 2030-01-01", "rights: ''"])
    def test_any_word_on_rights_is_a_word_on_rights(self, text: str) -> None:
        """Level without a statement gives no basis, but it is not "nothing said"."""
        assert read_book_yaml(f"title: А\n{text}", "b").rights is not None

    def test_a_level_not_given_is_nobody(self) -> None:
        book = read_book_yaml(f"title: А\nrights: {PUBLIC_DOMAIN_MARK}", "b")
        assert book.rights == Facts(PUBLIC_DOMAIN_MARK, Level.NOBODY)

    @pytest.mark.parametrize("folder", sorted(path.parent for path in SAMPLES.glob("*/book.yaml")))
    def test_the_samples_are_read(self, folder: Path) -> None:
        file = folder / "book.yaml"
        assert read_book_yaml(file.read_text(encoding="utf-8"), file.name).rights is not None


class TestRefusals:
    def test_a_misspelt_word_must_not_open_a_book_for_ever(self) -> None:
        told = refusal("title: А\nlevel: everybody\nuntill: 2030-01-01")
        assert (told.reason, told.values) == (
            "bad-book-file", {"file": "a/book.yaml", "detail": "untill"}
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("title: [", "bad-book-file"),
            ("just words", "bad-book-file"),
            ("", "bad-book-file"),
            ("year: 1942", "no-title"),
            ("title: А\nyear: long ago", "bad-year"),
            ("title: А\nyear: 42", "bad-year"),
            ("title: А\nissued: 1942-13-01", "bad-date"),
            ("title: А\nuntil: tomorrow", "bad-date"),
            ("title: А\nlevel: all", "bad-level"),
            ("title: А\nlanguage: tt", "unknown-language"),
            ("title: А\ntype: poem", "unknown-type"),
            ("title: А\nrights: https://example.org", "unknown-statement"),
            ("title: [А, Б]", "bad-book-file"),
            ("title: А\nyear: {from: 1942}", "bad-book-file"),
            ("title: А\ncontents: [Алғы сөз]", "bad-book-file"),
            ("title: А\ncontents:\n- {title: Б}", "bad-book-file"),
        ],
    )
    def test_is_refused(self, text: str, reason: str) -> None:
        assert refusal(text).reason == reason

    def test_a_value_is_told(self) -> None:
        assert refusal("title: А\nyear: 42").values == {"value": "42"}

    def test_no_object_is_made_of_a_tag(self) -> None:
        assert refusal("title: !!python/object/apply:os.system ['true']").reason == "bad-book-file"

    @pytest.mark.parametrize("word", sorted(KNOWN))
    def test_each_known_word_is_used(self, word: str) -> None:
        """A word that is accepted and passed over would be worse than an unknown one."""
        value = {
            "title": "Б", "year": "1950", "issued": "1950-01-01", "until": "1950-01-01",
            "language": "ru", "type": "other", "rights": PUBLIC_DOMAIN_MARK, "level": "everybody",
            "contents": [{"title": "Б", "page": "1"}], "labels": ["1"],
        }.get(word, "Б")  # fmt: skip
        assert describe({"title": "А", word: value}, "b") != Description(title="А")


class TestTable:
    @pytest.mark.parametrize("sign", [",", ";"])
    def test_a_line_for_each_book(self, sign: str) -> None:
        lines = ["folder,title,year,level", "a,Абай,1942,everybody", "b,Қала,,"]
        books = read_books_csv("\n".join(lines).replace(",", sign), "books.csv")
        assert [folder for folder, _ in books] == ["a", "b"]
        first, second = (book for _, book in books)
        assert (first.title, first.year) == ("Абай", 1942)
        assert first.rights == Facts(None, Level.EVERYBODY)
        assert (second.year, second.rights) == (None, None)

    def test_a_quoted_title_may_hold_the_delimiter(self) -> None:
        ((_, book),) = read_books_csv('folder,title\na,"Абай, жолы"', "books.csv")
        assert book.title == "Абай, жолы"

    @pytest.mark.parametrize(
        ("text", "detail"),
        [
            ("folder,title\na,Абай,1942", ","),
            ("folder,title,year\na,Абай", ","),
            ("title\nАбай", "folder"),
            ("folder,title,untill\na,Абай,2030-01-01", "untill"),
        ],
    )
    def test_a_line_that_makes_no_sense_is_refused_by_its_number(
        self, text: str, detail: str
    ) -> None:
        with pytest.raises(Refused) as told:
            read_books_csv(text, "books.csv")
        assert told.value.reason == "bad-book-file"
        assert told.value.values == {"file": "books.csv:2", "detail": detail}
