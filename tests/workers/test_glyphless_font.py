from __future__ import annotations

import io

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from workers.glyphless_font import ADVANCE, CharacterCodes, embed_font, font_program


def test_font_draws_nothing_and_is_small() -> None:
    program = font_program()
    assert len(program) < 400
    font = TTFont(io.BytesIO(program))
    assert all(font["glyf"][name].numberOfContours == 0 for name in font.getGlyphOrder())
    assert {width for width, _ in font["hmtx"].metrics.values()} == {ADVANCE * 1000}


def test_font_is_the_same_every_time(caplog: pytest.LogCaptureFixture) -> None:
    assert font_program() == font_program()
    assert TTFont(io.BytesIO(font_program()))["head"].unitsPerEm == 1000
    assert caplog.records == []  # readers report dates that cannot be


@given(st.text(max_size=60))
def test_every_character_has_one_code_of_two_bytes(text: str) -> None:
    codes = CharacterCodes()
    encoded = codes.encode(text)
    assert len(encoded) == 2 * len(text)
    character_of = dict(codes.entries())
    read = "".join(
        character_of[int.from_bytes(encoded[at : at + 2], "big")]
        for at in range(0, len(encoded), 2)
    )
    unfit = dict.fromkeys([0x0000, 0xFEFF, 0xFFFE, 0xFFFF], "\ufffd")
    assert read == text.translate(unfit)


def test_half_a_character_is_replaced() -> None:
    codes = CharacterCodes()
    assert codes.encode("\ud800\udfff") == b"\xff\xfd\xff\xfd"
    assert codes.encode("𝒜") == b"\xd8\x00"


def test_characters_beyond_two_bytes_run_out_gracefully() -> None:
    codes = CharacterCodes()
    text = "".join(chr(0x10000 + number) for number in range(2049))
    codes.encode(text)
    assert codes.encode(text[-1]) == b"\xff\xfd"
    assert codes.encode(text[-2]) == b"\xdf\xff"


def test_no_used_code_selects_the_missing_glyph() -> None:
    codes = CharacterCodes()
    codes.encode("қ𝒜 a")
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(pikepdf.Dictionary())
        embed_font(pdf, font, codes)
        glyphs = font.DescendantFonts[0].CIDToGIDMap.read_bytes()
        meaning = font.ToUnicode.read_bytes()
    for code, _ in codes.entries():
        assert glyphs[2 * code : 2 * code + 2] == b"\x00\x01"
    assert glyphs[:2] == b"\x00\x00"
    assert b"<049B> <049B>" in meaning
    assert b"<D800> <D835DC9C>" in meaning
