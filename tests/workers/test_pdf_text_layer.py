from __future__ import annotations

import re

import pytest

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from workers.glyphless_font import ASCENT, DESCENT, CharacterCodes
from workers.pdf_text_layer import Placement, text_layer

ONE_TO_ONE = Placement(points=1.0, height=1000.0)


def page_of(*lines: Line) -> PrintedPage:
    box = Box(0, 0, 1000, 1000)
    return PrintedPage(1000, 1000, (Area(box, (Paragraph(box, lines),)),))


def word(text: str, x: int = 100, y: int = 200, w: int = 90, h: int = 30) -> Word:
    return Word(text, Box(x, y, w, h), 90.0)


def line(*words: Word, baseline: tuple[float, float] = (0.0, -7.0)) -> Line:
    left, right = min(w.box.x for w in words), max(w.box.right for w in words)
    top, bottom = min(w.box.y for w in words), max(w.box.bottom for w in words)
    return Line(Box(left, top, right - left, bottom - top), words, baseline)


def sizes(layer: bytes) -> list[float]:
    return [float(size) for size in re.findall(rb"/F ([\d.]+) Tf", layer)]


def starts(layer: bytes) -> list[tuple[float, ...]]:
    return [tuple(map(float, found)) for found in re.findall(rb"(-?[\d.]+) (-?[\d.]+) Tm", layer)]


def texts(layer: bytes) -> list[str]:
    return [
        bytes.fromhex(code.decode()).decode("utf-16-be")
        for code in re.findall(rb"<([0-9A-F]+)> Tj", layer)
    ]


def drawn(*lines: Line) -> bytes:
    return text_layer(page_of(*lines), ONE_TO_ONE, CharacterCodes())


def test_text_is_invisible_and_each_word_brings_its_space() -> None:
    layer = drawn(line(word("қала-"), word("лық", x=210)))
    assert layer.startswith(b"BT\n3 Tr\n")
    assert layer.endswith(b"\nET")
    assert texts(layer) == ["қала- ", "лық "]


def test_words_of_a_line_share_size_and_baseline() -> None:
    layer = drawn(line(word("аяқ"), word("–", x=210, y=212, w=20, h=3)))
    assert len(sizes(layer)) == 1
    assert [y for _, y in starts(layer)] == [1000 - 223, 1000 - 223]


def test_word_is_as_wide_as_printed() -> None:
    layer = drawn(line(word("абвгд", w=80)))
    (size,) = sizes(layer)
    (stretch,) = re.findall(rb"([\d.]+) Tz", layer)
    assert 5 * 0.5 * size * float(stretch) / 100 == pytest.approx(80, abs=0.1)


@pytest.mark.parametrize(
    "baseline",
    [(0.0, -200.0), (0.0, 60.0), (2.5, -7.0), (-0.9, 0.0), (0.0, -29.9)],
)
def test_impossible_baseline_falls_back_to_the_box(baseline: tuple[float, float]) -> None:
    layer = drawn(line(word("аяқ"), baseline=baseline))
    assert sizes(layer) == [30.0]
    ((x, y),) = starts(layer)
    assert x == 100.0
    assert y == pytest.approx(1000 - (230 - DESCENT * 30))


def test_band_covers_every_box_of_the_line() -> None:
    tall, deep = word("һ", y=195, h=28), word("р", x=210, y=205, h=27)
    layer = drawn(line(tall, deep, baseline=(0.0, -8.0)))
    (size,) = sizes(layer)
    baseline = 232 - 8
    assert baseline - ASCENT * size <= 195 + 0.01
    assert baseline + DESCENT * size >= 232 - 0.01


def test_box_that_holds_more_than_its_word_does_not_swell_the_line() -> None:
    words = [word("сөз", x=100 * n) for n in range(1, 6)]
    plain = sizes(drawn(line(*words)))
    blotted = [*words[:-1], word("сөз", x=500, y=120, h=110)]
    assert sizes(drawn(line(*blotted))) == plain


def widths(layer: bytes) -> list[float]:
    (size,) = sizes(layer)
    stretches = [float(found) for found in re.findall(rb"([\d.]+) Tz", layer)]
    lengths = [len(text) - 1 for text in texts(layer)]
    return [n * 0.5 * size * s / 100 for n, s in zip(lengths, stretches, strict=True)]


def test_crowded_words_keep_a_gap() -> None:
    crowded = line(word("мүлде", x=100, w=98), word("тоқтады", x=200, w=98), word("бір", x=400))
    first, second, third = widths(drawn(crowded))
    (size,) = sizes(drawn(crowded))
    assert first == pytest.approx(100 - 0.18 * size, abs=0.1)
    assert (second, third) == pytest.approx((98, 90), abs=0.1)


def test_overlapping_words_are_halved_at_most() -> None:
    overlapping = line(word("мүлде", x=100, w=80), word("тоқтады", x=104, w=80))
    assert widths(drawn(overlapping))[0] == pytest.approx(40, abs=0.1)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_words_without_letters_are_left_out(text: str) -> None:
    assert texts(drawn(line(word(text), word("сөз", x=210)))) == ["сөз "]


def test_page_without_words_has_no_layer() -> None:
    assert drawn() == b""
    assert drawn(line(word(" "))) == b""
    assert drawn(line(word("а", w=0))) == b""


def test_right_to_left_word_is_given_as_seen() -> None:
    layer = drawn(line(word("تىلى1935"), word("сөз2", x=210), word("1935", x=310)))
    assert texts(layer) == ["1935" + "تىلى"[::-1] + " ", "сөз2 ", "1935 "]
