"""How can text be found and copied without being drawn? With a font of no outlines.

One composite font is embedded per file (ISO 32000-1, 9.7): a TrueType program
of our own with one empty glyph, which every code selects. A code is the
character's own number where two bytes hold it, else a free slot; ToUnicode
(9.10.3) says which character each code stands for, so Kazakh, Russian and
Arabic letters are copied as they were read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

ADVANCE = 0.5
"""Width of every character, in ems."""
ASCENT = 0.77
DESCENT = 0.23
"""Height above and depth below the baseline, in ems, as in a printed serif."""

_FONT_NAME = Name("/SandyqGlyphless")
_LAST_OF_TWO_BYTES = 0xFFFF
_REPLACEMENT = 0xFFFD
# Surrogates never stand for a character by themselves, so their numbers are
# free for characters that two bytes cannot hold.
_FREE_CODES = range(0xD800, 0xE000)
# Code 0 is .notdef; the others are not characters (PDF/A-2u, 6.2.11.7.2).
_UNFIT = frozenset({0x0000, 0xFEFF, 0xFFFE, 0xFFFF})
_ENTRIES_PER_BLOCK = 100
# 1 January 1970 in seconds since 1904, as the head table counts them.
_DAY_ONE = 0x7C259DC0


class CharacterCodes:
    """Which two-byte code stands for which character in one file."""

    def __init__(self) -> None:
        self._code_of: dict[str, int] = {}
        self._free = iter(_FREE_CODES)

    def encode(self, text: str) -> bytes:
        """Return the codes of `text`, two bytes a character."""
        return b"".join(self._code(character).to_bytes(2, "big") for character in text)

    def entries(self) -> list[tuple[int, str]]:
        """Return (code, character) for every character met so far, by code."""
        return sorted((code, character) for character, code in self._code_of.items())

    def _code(self, character: str) -> int:
        known = self._code_of.get(character)
        if known is not None:
            return known
        number = ord(character)
        if number in _UNFIT or number in _FREE_CODES:
            return self._code(chr(_REPLACEMENT))
        if number > _LAST_OF_TWO_BYTES:
            slot = next(self._free, None)
            if slot is None:
                return self._code(chr(_REPLACEMENT))
            number = slot
        self._code_of[character] = number
        return number


def embed_font(pdf: Pdf, font: Dictionary, codes: CharacterCodes) -> None:
    """Make `font`, an empty dictionary of `pdf` that its pages already name, the
    font of everything that `codes` has encoded."""
    entries = codes.entries()
    font.Type = Name.Font
    font.Subtype = Name.Type0
    font.BaseFont = _FONT_NAME
    font.Encoding = Name("/Identity-H")
    font.DescendantFonts = Array([pdf.make_indirect(_descendant(pdf, entries))])
    font.ToUnicode = Stream(pdf, _to_unicode(entries))


def font_program() -> bytes:
    """Return the TrueType program: .notdef and one glyph, both without outlines."""
    glyphs = [".notdef", "unseen"]
    builder = FontBuilder(unitsPerEm=1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupHead(unitsPerEm=1000, created=_DAY_ONE, modified=_DAY_ONE)
    builder.setupGlyf({glyph: Glyph() for glyph in glyphs})
    builder.setupHorizontalMetrics({glyph: (round(ADVANCE * 1000), 0) for glyph in glyphs})
    builder.setupHorizontalHeader(ascent=round(ASCENT * 1000), descent=-round(DESCENT * 1000))
    builder.setupMaxp()
    program = io.BytesIO()
    builder.save(program)
    return program.getvalue()


def _descendant(pdf: Pdf, entries: Sequence[tuple[int, str]]) -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=_FONT_NAME,
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf)),
        DW=round(ADVANCE * 1000),
        CIDToGIDMap=Stream(pdf, _glyph_of_each_code(entries)),
    )


def _descriptor(pdf: Pdf) -> Dictionary:
    ascent, descent = round(ASCENT * 1000), -round(DESCENT * 1000)
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=_FONT_NAME,
        Flags=4,  # symbolic: the codes follow no standard encoding
        FontBBox=Array([0, descent, round(ADVANCE * 1000), ascent]),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=ascent,
        StemV=80,
        FontFile2=Stream(pdf, font_program()),
    )


def _glyph_of_each_code(entries: Sequence[tuple[int, str]]) -> bytes:
    """Every code that is used selects glyph 1, for glyph 0 is .notdef."""
    last = entries[-1][0] if entries else 0
    return b"\x00\x00" + b"\x00\x01" * last


def _to_unicode(entries: Sequence[tuple[int, str]]) -> bytes:
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *_character_blocks(entries),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    ).encode("ascii")


def _character_blocks(entries: Sequence[tuple[int, str]]) -> Iterator[str]:
    for start in range(0, len(entries), _ENTRIES_PER_BLOCK):
        block = entries[start : start + _ENTRIES_PER_BLOCK]
        yield f"{len(block)} beginbfchar"
        for code, character in block:
            yield f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        yield "endbfchar"
