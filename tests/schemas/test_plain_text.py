"""Plain text: lines of a paragraph in one, broken words made whole, nothing lost."""

from __future__ import annotations

from hypothesis import given

from archive.words import PrintedPage
from schemas.plain_text import paragraphs, without_hyphen, write_plain_text
from tests.schemas.printed_pages import by_property, page_of, pages


def test_lines_are_joined_and_paragraphs_apart() -> None:
    page = page_of(("бір екі", "үш"), ("төрт",))
    assert write_plain_text(page) == "бір екі үш\n\nтөрт\n"
    assert paragraphs(page) == ((0, 1, 2), (3,))


def test_a_broken_word_stands_whole_where_it_began() -> None:
    page = page_of(("осы Қара-", "ғанды, қаласы"))
    assert write_plain_text(page, {1: 2}) == "осы Қарағанды, қаласы\n"
    assert write_plain_text(page) == "осы Қара- ғанды, қаласы\n"


def test_a_word_of_three_parts() -> None:
    page = page_of(("орта-", "лықтан-", "дырылған еді"))
    assert write_plain_text(page, {0: 1, 1: 2}) == "орталықтандырылған еді\n"


def test_a_paragraph_of_nothing_but_a_second_half_is_left_out() -> None:
    page = page_of(("осы Қара-",), ("ғанды",), ("соңы",))
    assert write_plain_text(page, {1: 2}) == "осы Қарағанды\n\nсоңы\n"
    assert paragraphs(page) == ((0, 1), (2,), (3,))


def test_an_empty_page_is_no_text() -> None:
    assert write_plain_text(PrintedPage(10, 10, ())) == ""
    assert paragraphs(PrintedPage(10, 10, ())) == ()


def test_only_a_sign_at_the_end_is_taken_for_a_hyphen() -> None:
    assert [without_hyphen(text) for text in ("Қара-", "Қара¬", "Қара", "-", "")] == [
        "Қара", "Қара", "Қара", "", "",
    ]  # fmt: skip


@by_property
@given(pages)
def test_every_word_belongs_to_one_paragraph_and_is_written(page: PrintedPage) -> None:
    numbers = [number for paragraph in paragraphs(page) for number in paragraph]
    texts = [word.text for word in page.words()]
    assert numbers == list(range(len(texts)))
    assert write_plain_text(page).split() == " ".join(texts).split()
