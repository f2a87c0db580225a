from __future__ import annotations

import json

import iiif_prezi3

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.annotations import line_annotations
from schemas.iiif_addresses import IiifAddresses

ADDRESSES = IiifAddresses("https://example.kz")


def line(y: int, *texts: str) -> Line:
    words = tuple(Word(text, Box(100 * n, y, 90, 30), 90.0) for n, text in enumerate(texts))
    return Line(Box(0, y, 500, 30), words)


def page() -> PrintedPage:
    box = Box(0, 0, 900, 900)
    kazakh = Paragraph(box, (line(10, "Қара", "тас-"), line(50, "тың", "сыры"), line(80, "")))
    russian = Paragraph(box, (line(10, "Съезд"),), language="ru")
    return PrintedPage(900, 900, (Area(box, (kazakh,)), Area(box, (russian,))))


def test_one_annotation_a_line_in_reading_order() -> None:
    told = line_annotations(page(), "w1", "p5", "kk", ADDRESSES)
    assert told["id"] == "https://example.kz/iiif/annotations/p5/lines.json"
    canvas = "https://example.kz/iiif/presentation/3/w1/canvas/p5"
    bodies = [(i["body"]["value"], i["body"]["language"], i["target"]) for i in told["items"]]
    assert bodies == [
        ("Қара тас-", "kk", f"{canvas}#xywh=0,10,500,30"),
        ("тың сыры", "kk", f"{canvas}#xywh=0,50,500,30"),
        ("Съезд", "ru", f"{canvas}#xywh=0,10,500,30"),
    ]
    assert {item["motivation"] for item in told["items"]} == {"supplementing"}
    assert len({item["id"] for item in told["items"]}) == 3


def test_is_an_annotation_page_to_prezi3() -> None:
    told = line_annotations(page(), "w1", "p5", "kk", ADDRESSES)
    assert json.loads(iiif_prezi3.AnnotationPage(**told).json()) == told


def test_page_without_text_has_no_items() -> None:
    told = line_annotations(PrintedPage(9, 9, ()), "w1", "p5", "kk", ADDRESSES)
    assert told["items"] == []
