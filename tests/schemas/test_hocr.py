"""hOCR: what is written is read back the same, and foreign files are read with patience."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from archive.words import Box, PrintedPage
from schemas.hocr import read_hocr, write_hocr
from storage.errors import Refused
from tests.schemas.printed_pages import by_property, page_of, pages

HEAD = '<html xmlns="http://www.w3.org/1999/xhtml"><head><meta name="ocr-system" content="t 1"/>'
DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"'
    ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
WORD = "<span class='ocrx_word' title='bbox 10 20 60 40; x_wconf 91'>сөз</span>"


def hocr(body: str, *, doctype: str = DOCTYPE, page: str = "bbox 0 0 500 700; ppageno 0") -> bytes:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{doctype}{HEAD}</head>"
        f"<body><div class='ocr_page' title='{page}'>{body}</div></body></html>"
    ).encode()


def texts(page: PrintedPage) -> list[str]:
    return [word.text for word in page.words()]


@by_property
@given(pages)
def test_what_is_written_is_read_back_the_same(page: PrintedPage) -> None:
    assert read_hocr(write_hocr(page)) == page


@by_property
@given(pages)
def test_the_same_page_gives_the_same_bytes(page: PrintedPage) -> None:
    assert write_hocr(page) == write_hocr(read_hocr(write_hocr(page)))


def test_what_is_written_is_hocr() -> None:
    root = etree.fromstring(write_hocr(page_of(("Қара- менің", "ғанды"), ("Екінші",))))
    metas = {meta.get("name"): meta.get("content") for meta in root.iter("{*}meta")}
    assert metas["ocr-system"] == "tesseract 5.3.0 kaz+rus"
    assert metas["ocr-langs"] == "kk"
    used = {element.get("class") for element in root.iter("{*}div", "{*}p", "{*}span")}
    assert used == {"ocr_page", "ocr_carea", "ocr_par", "ocr_line", "ocrx_word"}
    assert used <= set(str(metas["ocr-capabilities"]).split())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    words = root.findall(".//{*}span[@class='ocrx_word']")
    assert [word.get("id") for word in words] == ["word_0", "word_1", "word_2", "word_3"]
    assert words[0].get("title") == "bbox 50 50 150 80; x_wconf 95"
    line = root.find(".//{*}span[@class='ocr_line']")
    assert line is not None
    assert line.get("title") == "bbox 50 50 270 80; baseline 0 -6"
    paragraph = root.find(".//{*}p")
    assert paragraph is not None
    assert paragraph.get("{http://www.w3.org/XML/1998/namespace}lang") == "kk"
    body = "".join(map(str, root.itertext())).removeprefix("hOCR")
    assert body.split() == ["Қара-", "менің", "ғанды", "Екінші"]


def test_arabic_script_is_told_to_run_from_right_to_left() -> None:
    page = read_hocr(hocr(f"<p class='ocr_par' lang='kk-Arab' title='bbox 1 1 2 2'>{WORD}</p>"))
    assert 'lang="kk-Arab" xml:lang="kk-Arab" dir="rtl"' in write_hocr(page).decode()


def test_every_kind_of_line_of_tesseract_is_a_line() -> None:
    kinds = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
    body = "".join(
        f"<span class='{kind}' title='bbox 0 {n} 90 {n}9; baseline 0.01 -4'>{WORD}</span>"
        for n, kind in enumerate(kinds, 1)
    )
    page = read_hocr(
        hocr(
            "<div class='ocr_carea' title='bbox 0 0 99 99'>"
            f"<p class='ocr_par' lang='kaz' title='bbox 0 0 98 98'>{body}</p></div>"
        )
    )
    assert [line.box for line in page.lines()] == [Box(0, n, 90, n * 9 + 9) for n in (1, 2, 3, 4)]
    assert {line.baseline for line in page.lines()} == {(0.01, -4.0)}
    [area] = page.areas
    assert area.box == Box(0, 0, 99, 99)
    assert [part.language for part in area.paragraphs] == ["kaz"]


def test_missing_levels_are_drawn_around_their_words() -> None:
    second = "<span class='ocrx_word' title='bbox 70 10 90 45'>екі</span>"
    page = read_hocr(hocr(WORD + second))
    [area] = page.areas
    [paragraph] = area.paragraphs
    [line] = paragraph.lines
    assert area.box == paragraph.box == line.box == Box(10, 10, 80, 35)
    assert line.baseline == (0.0, 0.0)
    assert [word.confidence for word in line.words] == [91.0, 0.0]


def test_white_space_and_what_it_leaves_empty_are_dropped() -> None:
    blank = "<span class='ocrx_word' title='bbox 1 1 9 9; x_wconf 95'> \n</span>"
    page = read_hocr(
        hocr(
            f"<div class='ocr_carea' title='bbox 0 0 9 9'><p class='ocr_par' title='bbox 0 0 9 9'>"
            f"<span class='ocr_line' title='bbox 0 0 9 9'>{blank}</span></p></div>"
            "<div class='ocr_photo' title='bbox 5 5 80 80'></div>" + WORD
        )
    )
    assert len(page.areas) == 1
    assert texts(page) == ["сөз"]


def test_marks_and_entities_within_a_word() -> None:
    word = (
        "<span class='ocrx_word' title='bbox 1 1 9 9'>"
        "<strong>А&amp;<em>Б</em></strong>&#39;<!-- no -->&laquo;&amp;nbsp;</span>"
    )
    assert texts(read_hocr(hocr(word))) == ["А&Б'«&nbsp;"]


def test_confidence_is_held_within_its_bounds() -> None:
    over, under = WORD.replace("91", "140"), WORD.replace("91", "-1")
    assert [word.confidence for word in read_hocr(hocr(over + under)).words()] == [100.0, 0.0]


def test_a_file_name_cannot_pass_for_a_box() -> None:
    page = read_hocr(hocr(WORD, page='image "a; bbox 0 0 1 1"; bbox 0 0 500 700'))
    assert (page.width, page.height) == (500, 700)


def test_no_entity_brings_in_another_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("құпия")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    word = "<span class='ocrx_word' title='bbox 1 1 9 9'>&x;</span>"
    assert "құпия" not in "".join(texts(read_hocr(hocr(word, doctype=doctype))))


def test_a_page_without_print() -> None:
    page = read_hocr(hocr(""))
    assert page == PrintedPage(500, 700, (), "t 1")
    assert read_hocr(write_hocr(page)) == page


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "hocr-damaged"),
        (b"not xml", "hocr-damaged"),
        (write_hocr(page_of(("one",)))[:-40], "hocr-damaged"),
        (hocr("", page="ppageno 0"), "hocr-damaged"),
        (hocr(WORD.replace("bbox", "box")), "hocr-damaged"),
        (hocr(WORD.replace("10 20 60 40", "60 20 10 40")), "hocr-damaged"),
        (hocr(WORD.replace("10 20 60 40", "10 20 1e999 40")), "hocr-damaged"),
        (hocr("<div class='ocr_page' title='bbox 0 0 9 9'/>"), "hocr-pages"),
        (f"{HEAD}</head><body/></html>".encode(), "hocr-pages"),
    ],
)
def test_damage_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_hocr(data)
    assert refused.value.reason == reason
