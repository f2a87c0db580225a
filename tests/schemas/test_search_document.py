"""Is the index told the words of a page position for position, and nothing of rights?"""

from __future__ import annotations

from dataclasses import fields, replace

from archive.page_words import page_words
from archive.text import ANALYSER_VERSION, analyse_page, analyse_words
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.search_document import (
    SEARCH_SCHEMA,
    STREAMS,
    Described,
    page_document,
    work_document,
)
from storage.index_columns import STREAMS as ENGINE_STREAMS
from storage.query import Field, Kind
from storage.search import Document

BOOK = Described(work=7, language="kk", type="book", year=1993, collections=(1, 2))
BOX = Box(0, 0, 10, 10)


def page_of(*lines: str) -> PrintedPage:
    printed = tuple(
        Line(BOX, tuple(Word(word, BOX, 90.0) for word in line.split())) for line in lines
    )
    return PrintedPage(100, 100, (Area(BOX, (Paragraph(BOX, printed),)),))


def document_of(page: PrintedPage) -> Document:
    words = page_words(page, analyse_page(page, "kk"), ANALYSER_VERSION)
    return page_document(BOOK, words, page=11, sequence=3, revision=5, unit=9)


class TestPageDocument:
    def test_it_says_whose_it_is(self) -> None:
        document = document_of(page_of("көмір"))
        assert (document.kind, document.key, document.work) == (Kind.PAGE, 11, 7)
        assert (document.sequence, document.revision, document.unit) == (3, 5, 9)
        assert (document.language, document.type, document.year) == ("kk", "book", 1993)
        assert list(document.collections) == [1, 2]

    def test_the_four_streams_have_the_same_positions(self) -> None:
        document = document_of(page_of("Қарағандының көмірі, 1937 жылы.", "Шахталар мен қала"))
        lengths = {stream: len(terms.split(" ")) for stream, terms in document.streams.items()}
        assert lengths == dict.fromkeys(STREAMS, 7)

    def test_a_word_broken_at_a_line_end_is_one_term(self) -> None:
        document = document_of(page_of("шах-", "талар қала"))
        assert document.streams["exact"] == "шахталар қала"

    def test_a_page_without_words_is_an_empty_document(self) -> None:
        assert set(document_of(page_of()).streams.values()) == {""}


class TestWorkDocument:
    def test_it_holds_the_description_alone(self) -> None:
        terms = [placed.term for placed in analyse_words(["Абай", "жолы"])]
        document = work_document(BOOK, terms, revision=2, unit=9)
        assert (document.kind, document.key, document.work) == (Kind.WORK, 7, 7)
        assert document.streams["exact"] == "абай жолы"
        assert set(document.streams) == set(STREAMS)
        assert (document.revision, document.unit) == (2, 9)


class TestFields:
    def test_pages_and_work_have_the_title_and_every_name(self) -> None:
        book = replace(BOOK, titles=("Абай жолы", "роман"), authors=("Әуезов М.О.", "Auezov"))
        page = page_document(
            book,
            page_words(page_of("көмір"), (), ANALYSER_VERSION),
            page=11, sequence=3, revision=5, unit=9,
        )  # fmt: skip
        work = work_document(book, (), revision=2, unit=9)
        assert page.fields == work.fields
        assert work.fields[Field.TITLE]["kk"] == "абай жол роман"
        assert work.fields[Field.AUTHOR]["exact"] == "әуезов ·ә м о auezov ·a"


class TestSchema:
    def test_another_analyser_is_another_index(self) -> None:
        assert ANALYSER_VERSION in SEARCH_SCHEMA.version

    def test_the_engine_knows_these_streams(self) -> None:
        assert set(STREAMS) == set(ENGINE_STREAMS)

    def test_the_unit_is_the_only_rights_fact(self) -> None:
        """No date, level, statement or verdict may ever reach the index."""
        assert {each.name for each in fields(Document)} == {
            "kind", "key", "revision", "work", "unit", "streams", "sequence", "language", "type",
            "year", "collections", "fields",
        }  # fmt: skip
