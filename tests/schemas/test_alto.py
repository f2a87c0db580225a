"""ALTO: a checker of our own for what the schema asks and what boxes must be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from lxml import etree

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.alto import write_alto
from tests.schemas.printed_pages import by_property, page_of, pages

NS = "{http://www.loc.gov/standards/alto/ns-v4#}"
HOLDS = {
    "PrintSpace": {"ComposedBlock"},
    "ComposedBlock": {"TextBlock"},
    "TextBlock": {"TextLine"},
    "TextLine": {"String", "SP", "HYP"},
}


def tag(element: etree._Element) -> str:
    return str(element.tag).removeprefix(NS)


def box(element: etree._Element) -> Box:
    return Box(*(int(element.get(name, "")) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))


def within(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def check(data: bytes) -> etree._Element:
    """What ALTO 4.4 asks of the parts that we use; returns the root."""
    root = etree.fromstring(data)
    assert root.tag == f"{NS}alto"
    assert [tag(child) for child in root] == ["Description", "Layout"]
    assert root.findtext(f"{NS}Description/{NS}MeasurementUnit") == "pixel"
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    [page] = root.findall(f"{NS}Layout/{NS}Page")
    assert page.get("PROCESSING") in ids
    assert float(page.get("PHYSICAL_IMG_NR", ""))
    [space] = page
    assert box(space) == Box(0, 0, int(page.get("WIDTH", "")), int(page.get("HEIGHT", "")))
    for level in space.iter(*(NS + name for name in HOLDS)):
        check_level(level)
    return root


def check_level(level: etree._Element) -> None:
    held = [tag(child) for child in level]
    assert set(held) <= HOLDS[tag(level)]
    for child in level:
        if tag(child) not in {"SP", "HYP"}:
            assert within(box(child), box(level))
    if tag(level) == "TextLine":
        check_line(level, held)


def check_line(line: etree._Element, held: list[str]) -> None:
    # (String, SP?)+ and a HYP at the very end at most.
    assert held[0] == "String"
    assert "HYP" not in held[:-1]
    assert ("SP", "SP") not in pairwise(held)
    for string in line.findall(f"{NS}String"):
        assert 0 <= float(string.get("WC", "")) <= 1
        assert string.get("CONTENT")
        assert (string.get("SUBS_TYPE") is None) == (string.get("SUBS_CONTENT") is None)
    for space in line.findall(f"{NS}SP"):
        assert int(space.get("WIDTH", "")) >= 0


def strings(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(f"{NS}String"))


@by_property
@given(pages)
def test_every_page_is_sound(page: PrintedPage) -> None:
    root = check(write_alto(page, source="a.tif"))
    assert [string.get("CONTENT") for string in strings(root)] == [w.text for w in page.words()]


def test_the_checker_sees_a_word_outside_its_line() -> None:
    page = page_of(("бір екі",))
    moved = write_alto(page).replace(
        b'HPOS="50" VPOS="50" WIDTH="100"', b'HPOS="9" VPOS="50" WIDTH="9"'
    )
    assert moved != write_alto(page)
    with pytest.raises(AssertionError):
        check(moved)


def test_a_word_broken_at_a_line_end() -> None:
    page = page_of(("осы Қара-", "ғанды қаласы"))
    root = check(write_alto(page, {1: 2}, source="a.tif"))
    [_, first, second, _] = strings(root)
    assert (first.get("CONTENT"), first.get("SUBS_TYPE")) == ("Қара", "HypPart1")
    assert (second.get("CONTENT"), second.get("SUBS_TYPE")) == ("ғанды", "HypPart2")
    assert first.get("SUBS_CONTENT") == second.get("SUBS_CONTENT") == "Қарағанды"
    [hyphen] = root.iter(f"{NS}HYP")
    assert hyphen.get("CONTENT") == "-"
    assert hyphen.getprevious() is first


def test_a_half_within_a_line_has_no_hyphen_element() -> None:
    """A line that the engine wrongly joined; a HYP may stand at its end only."""
    root = check(write_alto(page_of(("Қара- ғанды",)), {0: 1}))
    assert [s.get("CONTENT") for s in strings(root)] == ["Қара-", "ғанды"]
    assert {s.get("SUBS_CONTENT") for s in strings(root)} == {"Қарағанды"}
    assert not list(root.iter(f"{NS}HYP"))


def test_a_word_of_three_parts_has_one_content() -> None:
    root = check(write_alto(page_of(("орта-", "лықтан-", "дырылған")), {0: 1, 1: 2}))
    assert {s.get("SUBS_CONTENT") for s in strings(root)} == {"орталықтандырылған"}


def test_without_pairs_the_hyphen_stays_in_the_word() -> None:
    root = check(write_alto(page_of(("Қара-", "ғанды"))))
    assert [s.get("CONTENT") for s in strings(root)] == ["Қара-", "ғанды"]
    assert not list(root.iter(f"{NS}HYP"))


def test_the_description_names_image_and_engine() -> None:
    root = check(write_alto(page_of(("бір",)), source="0001.tif", sequence=7))
    assert root.findtext(f".//{NS}fileName") == "0001.tif"
    assert root.findtext(f".//{NS}softwareName") == "tesseract"
    assert root.findtext(f".//{NS}softwareVersion") == "5.3.0"
    assert root.findtext(f".//{NS}processingStepSettings") == "kaz+rus"
    [page] = root.iter(f"{NS}Page")
    assert page.get("PHYSICAL_IMG_NR") == "7"
    [block] = root.iter(f"{NS}TextBlock")
    assert block.get("LANG") == "kk"


def test_confidence_space_and_baseline_in_figures() -> None:
    root = check(write_alto(page_of(("бір екі",))))
    assert [s.get("WC") for s in strings(root)] == ["0.95", "0.95"]
    [space] = root.iter(f"{NS}SP")
    assert (space.get("HPOS"), space.get("WIDTH")) == ("150", "20")
    [line] = root.iter(f"{NS}TextLine")
    assert line.get("BASELINE") == "50,74 270,74"


def test_a_space_of_a_script_that_runs_to_the_left() -> None:
    right, left = Word("ا", Box(200, 0, 50, 20), 90.0), Word("ب", Box(100, 0, 60, 20), 90.0)
    line = Line(Box(100, 0, 150, 20), (right, left))
    paragraph = Paragraph(line.box, (line,), "kk-Arab")
    page = PrintedPage(300, 40, (Area(line.box, (paragraph,)),))
    [space] = check(write_alto(page)).iter(f"{NS}SP")
    assert (space.get("HPOS"), space.get("WIDTH")) == ("160", "40")
