"""How is what was read on a page told in ALTO 4?

ALTO (https://www.loc.gov/standards/alto/, schema 4.4) is what other libraries'
systems read. It is derived from the hOCR master and never read back. Areas
become ComposedBlocks, paragraphs TextBlocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count

from lxml import etree

from archive.words import Box, Line, PrintedPage, Word
from schemas.plain_text import NOTHING_BROKEN, WholeWords, without_hyphen

ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
VERSION = "4.4"
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


def write_alto(
    page: PrintedPage,
    broken_words: Mapping[int, int] = NOTHING_BROKEN,
    *,
    source: str = "",
    sequence: int = 1,
) -> bytes:
    """Write `page` as ALTO 4, in px of the Scan.

    The first half of a broken word keeps the box of its hyphen too: the engine
    gives one box for both.

    Args:
        page: What was read.
        broken_words: See `schemas.plain_text`.
        source: The name of the image file that was read.
        sequence: The page's place in its document, from 1.
    """
    root = etree.fromstring(f'<alto xmlns="{ALTO}" SCHEMAVERSION="{VERSION}"/>')
    _describe(root, page, source)
    sheet = _under(
        _under(root, "Layout"),
        "Page",
        ID="page_1",
        WIDTH=str(page.width),
        HEIGHT=str(page.height),
        PHYSICAL_IMG_NR=str(sequence),
        PROCESSING="ocr_1",
    )
    print_space = _under(sheet, "PrintSpace", **_place(Box(0, 0, page.width, page.height)))
    halves = _Halves(page, broken_words)
    lines, words = count(), count()
    blocks = count()
    for number, area in enumerate(page.areas):
        block = _under(print_space, "ComposedBlock", ID=f"area_{number}", **_place(area.box))
        for paragraph in area.paragraphs:
            text = _under(block, "TextBlock", ID=f"block_{next(blocks)}", **_place(paragraph.box))
            if paragraph.language and _LANGUAGE.fullmatch(paragraph.language):
                text.set("LANG", paragraph.language)
            for line in paragraph.lines:
                _write_line(text, line, f"line_{next(lines)}", words, halves)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _describe(root: etree._Element, page: PrintedPage, source: str) -> None:
    """The engine reads as name, version, settings (``tesseract 5.3.0 kaz+rus``)."""
    name, version, settings = [*page.engine.split(maxsplit=2), "", "", ""][:3]
    description = _under(root, "Description")
    _under(description, "MeasurementUnit").text = "pixel"
    if source:
        _under(_under(description, "sourceImageInformation"), "fileName").text = source
    # Deprecated since 4.0 for Processing, and still what readers of ALTO know.
    step = _under(_under(description, "OCRProcessing", ID="ocr_1"), "ocrProcessingStep")
    if settings:
        _under(step, "processingStepSettings").text = settings
    software = _under(step, "processingSoftware")
    _under(software, "softwareName").text = name
    _under(software, "softwareVersion").text = version


class _Halves:
    """Which words are halves of a broken one, and what that one is."""

    def __init__(self, page: PrintedPage, broken_words: Mapping[int, int]) -> None:
        texts = tuple(word.text for word in page.words())
        self._whole = WholeWords(texts, broken_words)
        self._firsts = {second: first for first, second in broken_words.items()}

    def content(self, number: int) -> tuple[str, str]:
        """The text of a word, and the hyphen after it if it is broken there."""
        text = self._whole.texts[number]
        if number not in self._whole.broken_words:
            return text, ""
        bare = without_hyphen(text)
        return bare, text[len(bare) :]

    def substitution(self, number: int) -> dict[str, str]:
        """ALTO's attributes of a half; none for a whole word."""
        if number in self._whole.broken_words:
            kind = "HypPart1"
        elif number in self._firsts:
            kind = "HypPart2"
        else:
            return {}
        while number in self._firsts:
            number = self._firsts[number]
        return {"SUBS_TYPE": kind, "SUBS_CONTENT": self._whole.beginning_at(number)}


def _write_line(
    text: etree._Element, line: Line, name: str, numbers: Iterator[int], halves: _Halves
) -> None:
    row = _under(text, "TextLine", ID=name, BASELINE=_baseline(line), **_place(line.box))
    last = len(line.words) - 1
    for position, word in enumerate(line.words):
        number = next(numbers)
        # A hyphen element may stand at the end of a line only.
        content, hyphen = halves.content(number) if position == last else (word.text, "")
        _under(
            row,
            "String",
            ID=f"word_{number}",
            **_place(word.box),
            WC=f"{word.confidence / 100:.4g}",
            CONTENT=content,
            **halves.substitution(number),
        )
        if position < last:
            _under(row, "SP", **_space(word, line.words[position + 1]))
        elif hyphen:
            _under(row, "HYP", CONTENT=hyphen)


def _space(word: Word, following: Word) -> dict[str, str]:
    """The gap between two words, whichever way the script runs; never negative."""
    left, right = sorted((word.box, following.box), key=lambda box: box.x)
    width = max(following.box.x, word.box.x) - left.right
    return {"HPOS": str(left.right), "VPOS": str(right.y), "WIDTH": str(max(width, 0))}


def _baseline(line: Line) -> str:
    """The two ends of the line that the print rests on, as x,y pairs in px."""
    slope, offset = line.baseline
    start = line.box.bottom + offset
    end = start + slope * line.box.w
    return f"{line.box.x},{round(start)} {line.box.right},{round(end)}"


def _place(box: Box) -> dict[str, str]:
    return {"HPOS": str(box.x), "VPOS": str(box.y), "WIDTH": str(box.w), "HEIGHT": str(box.h)}


def _under(above: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(above, _name(tag), attributes)


def _name(tag: str) -> str:
    return f"{{{ALTO}}}{tag}"
