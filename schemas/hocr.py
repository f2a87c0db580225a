"""How is what was read on a page kept as hOCR, and read back?

hOCR is the master of a page's text: ALTO, plain text, the PDF's text layer and
the search document all derive from it. What is written is XHTML after hOCR 1.2
(http://kba.github.io/hocr-spec/1.2/ §4 logical elements, §6.1 ``ocrx_word``,
§3.3 metadata). What is read may also be Tesseract's own or another tool's:
levels that are missing are supplied, levels that stand for a line or a block
under another name are accepted.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from storage.errors import Refused

XHTML = "http://www.w3.org/1999/xhtml"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_lang ocrp_wconf"

AREA = frozenset({"ocr_carea", "ocrx_block"})
PARAGRAPH = frozenset({"ocr_par"})
# Tesseract calls a line by what it takes it for.
LINE = frozenset({"ocr_line", "ocrx_line", "ocr_header", "ocr_caption", "ocr_textfloat"})

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_BBOX = re.compile(rf"(?:^|;)\s*bbox\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})")
_BASELINE = re.compile(rf"(?:^|;)\s*baseline((?:\s+{_NUMBER})+)")
_CONFIDENCE = re.compile(rf"(?:^|;)\s*x_wconf\s+({_NUMBER})")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')


def read_hocr(data: bytes) -> PrintedPage:
    """Read the one page of an hOCR file.

    Words of white space are dropped, and with them every level that they leave
    empty. A word without ``x_wconf`` gets confidence 0: nobody vouches for it.

    Raises:
        Refused: ``hocr-damaged`` (detail) or ``hocr-pages`` (pages), if the file
            does not hold exactly one page.
    """
    root = _root(data)
    pages = [element for element in root.iter(etree.Element) if _classes(element) & {"ocr_page"}]
    if len(pages) != 1:
        raise Refused("hocr-pages", pages=len(pages))
    frame = _own_box(pages[0])
    if frame is None:
        raise Refused("hocr-damaged", detail="the page has no bbox")
    return PrintedPage(
        width=frame.right,
        height=frame.bottom,
        areas=tuple(_areas(_found_words(pages[0]))),
        engine=_meta(root, "ocr-system"),
    )


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as damage:
        raise Refused("hocr-damaged", detail=str(damage)) from damage


class _Above(NamedTuple):
    """The nearest element of each level above a word, where there is one."""

    area: etree._Element | None
    paragraph: etree._Element | None
    line: etree._Element | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A word and what it stands in."""

    word: Word
    above: _Above


def _found_words(page: etree._Element) -> Iterator[_Found]:
    known: dict[etree._Element | None, _Above] = {}  # by the parent, which a line's words share
    for element in page.iter(etree.Element):
        if "ocrx_word" not in _classes(element):
            continue
        text = _text(element).strip()
        if text:
            parent = element.getparent()
            if parent not in known:
                known[parent] = _above(element)
            yield _Found(_word(element, text), known[parent])


def _above(word: etree._Element) -> _Above:
    ancestors = [(element, _classes(element)) for element in word.iterancestors()]
    return _Above(*(_nearest(ancestors, level) for level in (AREA, PARAGRAPH, LINE)))


def _word(element: etree._Element, text: str) -> Word:
    box = _own_box(element)
    if box is None:
        raise Refused("hocr-damaged", detail=f"the word {text!r} has no bbox")
    found = _CONFIDENCE.search(_title(element))
    confidence = float(found[1]) if found else 0.0
    return Word(text, box, min(max(confidence, 0.0), 100.0))


def _areas(words: Iterator[_Found]) -> Iterator[Area]:
    for element, members in groupby(words, key=lambda found: found.above.area):
        paragraphs = tuple(_paragraphs(members))
        yield Area(_box(element, [part.box for part in paragraphs]), paragraphs)


def _paragraphs(words: Iterator[_Found]) -> Iterator[Paragraph]:
    for element, members in groupby(words, key=lambda found: found.above.paragraph):
        lines = tuple(_lines(members))
        yield Paragraph(_box(element, [part.box for part in lines]), lines, _language(element))


def _lines(words: Iterator[_Found]) -> Iterator[Line]:
    for element, members in groupby(words, key=lambda found: found.above.line):
        within = tuple(found.word for found in members)
        yield Line(_box(element, [word.box for word in within]), within, _baseline(element))


def _box(element: etree._Element | None, parts: Sequence[Box]) -> Box:
    own = None if element is None else _own_box(element)
    return own or hull(parts)


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box around all `boxes`; there must be one at least."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _own_box(element: etree._Element) -> Box | None:
    found = _BBOX.search(_title(element))
    if found is None:
        return None
    corners = [float(value) for value in found.groups()]
    if not all(map(math.isfinite, corners)):
        raise Refused("hocr-damaged", detail=found[0])
    left, top, right, bottom = (round(value) for value in corners)
    if right < left or bottom < top:
        raise Refused("hocr-damaged", detail=found[0])
    return Box(left, top, right - left, bottom - top)


def _baseline(element: etree._Element | None) -> tuple[float, float]:
    """A polynomial's last two coefficients; Tesseract writes no others."""
    found = None if element is None else _BASELINE.search(_title(element))
    if found is None:
        return 0.0, 0.0
    numbers = [0.0, *map(float, found[1].split())]
    return numbers[-2], numbers[-1]


def _language(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    return element.get("lang") or element.get(XML_LANG)


def _nearest(
    ancestors: Sequence[tuple[etree._Element, set[str]]], level: frozenset[str]
) -> etree._Element | None:
    return next((element for element, classes in ancestors if classes & level), None)


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())


def _title(element: etree._Element) -> str:
    """The properties, without quoted file names that could look like one."""
    return _QUOTED.sub('""', element.get("title") or "")


def _text(element: etree._Element) -> str:
    """All text below; an entity that HTML knows but XML does not is its letter."""
    parts = [element.text or ""]
    for child in element:
        if child.tag is etree.Entity:
            parts.append(html.unescape(child.text or ""))
        elif isinstance(child.tag, str):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _meta(root: etree._Element, name: str) -> str:
    for element in root.iter("{*}meta"):
        if element.get("name") == name:
            return element.get("content") or ""
    return ""


def write_hocr(page: PrintedPage) -> bytes:
    """Write the canonical hOCR of `page`; `read_hocr` gives the same page back.

    Words are numbered through the page in reading order: the word with number n
    has the id ``word_n``.
    """
    root = etree.fromstring(f'<html xmlns="{XHTML}"/>')
    _write_head(root, page)
    body = etree.SubElement(root, f"{{{XHTML}}}body")
    frame = Box(0, 0, page.width, page.height)
    sheet = _level(body, "div", "ocr_page", "page_1", f"{_bbox(frame)}; ppageno 0")
    ids = _Numbers()
    for area in page.areas:
        block = _level(sheet, "div", "ocr_carea", ids.next("block"), _bbox(area.box))
        for paragraph in area.paragraphs:
            _write_paragraph(block, paragraph, ids)
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>", pretty_print=False
    )


class _Numbers:
    """Counts the elements of each level, from 0."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def next(self, level: str) -> str:
        number = self._given.get(level, 0)
        self._given[level] = number + 1
        return f"{level}_{number}"


def _write_head(root: etree._Element, page: PrintedPage) -> None:
    head = etree.SubElement(root, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = "hOCR"
    spoken = {part.language for area in page.areas for part in area.paragraphs if part.language}
    for name, content in (
        ("ocr-system", page.engine),
        ("ocr-capabilities", CAPABILITIES),
        ("ocr-number-of-pages", "1"),
        ("ocr-langs", " ".join(sorted(spoken)) or "unknown"),
    ):
        etree.SubElement(head, f"{{{XHTML}}}meta", name=name, content=content)


def _write_paragraph(block: etree._Element, paragraph: Paragraph, ids: _Numbers) -> None:
    element = _level(block, "p", "ocr_par", ids.next("par"), _bbox(paragraph.box))
    if paragraph.language:
        element.set("lang", paragraph.language)
        element.set(XML_LANG, paragraph.language)
        if "-Arab" in paragraph.language:
            element.set("dir", "rtl")
    for line in paragraph.lines:
        slope, offset = line.baseline
        title = f"{_bbox(line.box)}; baseline {_number(slope)} {_number(offset)}"
        row = _level(element, "span", "ocr_line", ids.next("line"), title)
        for word in line.words:
            title = f"{_bbox(word.box)}; x_wconf {_number(word.confidence)}"
            printed = _level(row, "span", "ocrx_word", ids.next("word"), title)
            printed.text, printed.tail = word.text, " "
        row.tail = "\n"


def _level(above: etree._Element, tag: str, kind: str, name: str, title: str) -> etree._Element:
    element = etree.SubElement(above, f"{{{XHTML}}}{tag}")
    for key, value in (("class", kind), ("id", name), ("title", title)):
        element.set(key, value)
    return element


def _bbox(box: Box) -> str:
    return f"bbox {box.x} {box.y} {box.right} {box.bottom}"


def _number(value: float) -> str:
    """The shortest form that reads back as the same number."""
    return str(int(value)) if value == int(value) else repr(float(value))
