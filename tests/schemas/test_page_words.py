"""The packed words of a page: whole again, small, and damage is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.page_words import PageWords, page_words
from archive.text import PlacedTerm, Term, analyse_page
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.page_words import LAYOUT, pack, pack_words, unpack
from storage.errors import Broken

NUMBER = st.integers(-(2**29), 2**29)
TEXT = st.text(max_size=12)
WORDS = st.builds(
    Word,
    text=TEXT,
    box=st.builds(Box, NUMBER, NUMBER, NUMBER, NUMBER),
    confidence=st.floats(0, 100),
)


@st.composite
def pages(draw: st.DrawFn) -> PrintedPage:
    box = Box(0, 0, 1, 1)
    areas = []
    for paragraphs in draw(
        st.lists(
            st.lists(st.lists(st.lists(WORDS, max_size=3), max_size=3), max_size=2), max_size=2
        )
    ):
        made = tuple(
            Paragraph(box, tuple(Line(box, tuple(words)) for words in lines))
            for lines in paragraphs
        )
        areas.append(Area(box, made))
    return PrintedPage(
        draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 2**32 - 1)), tuple(areas)
    )


@given(pages())
def test_a_page_comes_back_whole(page: PrintedPage) -> None:
    terms = analyse_page(page, "mixed")
    back = unpack(pack(page, terms, "kk1"))
    assert back == page_words(page, terms, "kk1")
    assert back.terms == terms
    assert [back.box(n) for n in range(len(back.words))] == [word.box for word in page.words()]
    assert back.words == tuple(word.text for word in page.words())


FORMS = st.tuples(TEXT, TEXT, TEXT, TEXT)


@given(st.lists(FORMS, max_size=300))
def test_any_terms_come_back(forms: list[tuple[str, str, str, str]]) -> None:
    box = Box(0, 0, 1, 1)
    line = Line(box, tuple(Word("x", box, 1.0) for _ in forms))
    page = PrintedPage(1, 1, (Area(box, (Paragraph(box, (line,)),)),))
    terms = tuple(PlacedTerm(Term(*form), (n,)) for n, form in enumerate(forms))
    assert unpack(pack(page, terms)).terms == terms


def test_a_page_of_more_characters_than_a_byte_can_tell_comes_back() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))
    assert unpack(pack_words(columns(text))).words == (text,)


@pytest.mark.parametrize("text", ["\ufffe", "\ud800", "\n", "\x00", ""])
def test_characters_that_are_none_come_back(text: str) -> None:
    assert unpack(pack_words(columns(text, "қара"))).words == (text, "қара")


def columns(*texts: str) -> PageWords:
    return page_words(printed(*texts), analyse_page(printed(*texts), "kk"), "kk1")


def printed(*texts: str) -> PrintedPage:
    words = tuple(Word(text, Box(10 * n, 5, 9, 9), 91.4) for n, text in enumerate(texts))
    box = Box(0, 0, 1, 1)
    return PrintedPage(100, 200, (Area(box, (Paragraph(box, (Line(box, words),)),)),))


def test_confidence_is_kept_to_a_whole_percent() -> None:
    assert columns("сөз").confidences == (91,)


def test_the_same_page_has_the_same_bytes() -> None:
    assert pack_words(columns("қара", "алтын")) == pack_words(columns("қара", "алтын"))


def test_an_ordinary_page_is_small() -> None:
    roots = "қала көмір шахта жұмыс кітап халық өлке тарих мәдениет орталық ақпарат қызмет".split()
    endings = ["", "ның", "да", "лар", "ы", "мен"]
    texts = [roots[n * 7 % 12] + endings[n * 5 % 6] for n in range(300)]
    assert len(pack_words(columns(*texts))) < 5_000


@pytest.mark.parametrize("cut", [1, 2, 10, 60, -1])
def test_a_cut_end_is_noticed(cut: int) -> None:
    with pytest.raises(Broken) as failure:
        unpack(pack_words(columns("қара", "алтын"))[:cut])
    assert failure.value.reason == "page-words-damaged"


@given(st.data())
def test_a_changed_byte_is_noticed_or_harmless(data: st.DataObject) -> None:
    whole = pack_words(columns("қара", "алтын", "көмір"))
    place = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255))
    changed = whole[:place] + bytes((value,)) + whole[place + 1 :]
    try:
        back = unpack(changed)
    except Broken:
        assert changed != whole
    else:
        assert back == unpack(whole)


@pytest.mark.parametrize("first", [b"", b"\x00", bytes((LAYOUT + 1,))])
def test_another_layout_is_not_read(first: bytes) -> None:
    with pytest.raises(Broken) as failure:
        unpack(first + pack_words(columns("қара"))[1:] if first else b"")
    assert failure.value.reason == "page-words-layout"


def test_words_that_do_not_follow_one_another_are_our_mistake() -> None:
    term = Term("қараалтын", "қараалтын", "қараалтын", "karaaltin")
    with pytest.raises(Broken) as failure:
        pack(printed("қара", "тас", "алтын"), [PlacedTerm(term, (0, 2))])
    assert failure.value.reason == "words-not-consecutive"
