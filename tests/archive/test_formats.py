"""Formats by their first bytes, page files in a person's order."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.recipes import formats
from archive.recipes.formats import may_hold_pages, natural_order, recognise


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"II*\x00\x08\x00\x00\x00", formats.TIFF),
        (b"MM\x00*\x00\x00\x00\x08", formats.TIFF),
        (b"II+\x00\x08\x00\x00\x00", formats.TIFF),
        (b"MM\x00+\x00\x08\x00\x00", formats.TIFF),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", formats.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00", formats.PNG),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n\x00", formats.JPEG_2000),
        (b"\xff\x4f\xff\x51\x00", formats.JPEG_2000_CODESTREAM),
        (b"%PDF-1.7\n", formats.PDF),
        (b"\n" * 1000 + b"%PDF-1.4", formats.PDF),
        (b"\n" * 1200 + b"%PDF-1.4", None),
        (b"GIF89a", None),
        (b"RIFF\x00\x00\x00\x00WEBP", None),
        (b"%!PS-Adobe-3.0", None),
        ("Бұл мәтін".encode(), None),
        (b"", None),
    ],
)
def test_the_first_bytes_decide(head: bytes, media_type: str | None) -> None:
    assert recognise(head) == media_type
    assert media_type is None or media_type in formats.ACCEPTED


@given(st.binary(max_size=40))
def test_any_bytes_are_judged(head: bytes) -> None:
    assert recognise(head) in {None, *formats.ACCEPTED}


def test_tiff_and_pdf_may_hold_pages() -> None:
    assert {kind for kind in formats.ACCEPTED if may_hold_pages(kind)} == {
        formats.TIFF,
        formats.PDF,
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2.tif", "10.tif"),
        ("бет 9.jpg", "бет 10.jpg"),
        ("a1b2.png", "a1b10.png"),
        ("A2.tif", "a10.tif"),
        ("007.tif", "8.tif"),
        ("1.tif", "обложка.tif"),
        ("vol2-001.tif", "vol10-001.tif"),
    ],
)
def test_pages_follow_each_other_as_a_person_counts(first: str, second: str) -> None:
    assert natural_order(first) < natural_order(second)


def test_one_letter_or_two_code_points_are_the_same_name() -> None:
    name = "Қосымша й 3.tif"
    assert natural_order(unicodedata.normalize("NFD", name)) == natural_order(name)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=natural_order)) == len(names)
