"""Directories of TIFF files, sound and damaged."""

from __future__ import annotations

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from schemas import tiff, tiff_copy
from storage.errors import Refused


def book(**options: object) -> bytes:
    pages = [Image.new("L", (40, 30), tone) for tone in (10, 200)]
    out = BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **options)
    return out.getvalue()


SOUND = book(compression="tiff_lzw")


@pytest.mark.parametrize("big", [False, True])
def test_fields_and_data_of_each_directory(*, big: bool) -> None:
    source = tiff.from_bytes(book(big_tiff=big))
    directories = tiff.read_directories(source)
    assert source.big is big
    assert tiff.page_directories(directories) == (0, 1)
    for directory in directories:
        assert directory.number(tiff.IMAGE_WIDTH) == 40
        assert directory.number(tiff.IMAGE_LENGTH) == 30
        assert sum(length for _, length in tiff.data_ranges(directory)) == 1200
    assert not tiff.runs_past_end(source, 10**6)


def test_numbers_in_the_other_byte_order() -> None:
    header = b"MM\x00*\x00\x00\x00\x08\x00\x01"
    content = header + b"\x01\x00\x00\x03\x00\x00\x00\x02\x00\x05\x01\x07" + b"\x00" * 4
    (directory,) = tiff.read_directories(tiff.from_bytes(content))
    assert directory.numbers(tiff.IMAGE_WIDTH) == (5, 263)
    assert directory.numbers(999, (4,)) == (4,)
    with pytest.raises(Refused):
        directory.number(999)


@pytest.mark.parametrize(
    "content", [b"", b"II", b"XX*\x00\x08\x00\x00\x00", b"II,\x00" + b"\0" * 12]
)
def test_what_is_no_tiff(content: bytes) -> None:
    with pytest.raises(Refused):
        tiff.from_bytes(content)


def test_a_file_that_ends_early_is_told_from_a_damaged_one() -> None:
    with pytest.raises(Refused) as caught:
        tiff.read_directories(tiff.from_bytes(SOUND[:-100]))
    assert caught.value.reason == "truncated-image"
    assert tiff.runs_past_end(tiff.from_bytes(SOUND[:-100]), len(SOUND) - 100)
    assert tiff.runs_past_end(tiff.from_bytes(SOUND), len(SOUND) // 2)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(SOUND)), st.binary(min_size=1, max_size=5))
def test_any_damage_is_refused_or_harmless(at: int, garbage: bytes) -> None:
    content = SOUND[:at] + garbage + SOUND[at + len(garbage) :]
    with contextlib.suppress(Refused):
        for directory in tiff.read_directories(tiff.from_bytes(content)):
            tiff_copy.single_page(directory)


def test_the_withdrawn_jpeg_form_is_refused_by_name() -> None:
    content = bytearray(SOUND)
    at = content.index(b"\x03\x01\x03\x00\x01\x00\x00\x00") + 8
    content[at] = 6
    directory = tiff.read_directories(tiff.from_bytes(bytes(content)))[0]
    with pytest.raises(Refused) as caught:
        tiff_copy.single_page(directory)
    assert caught.value.reason == "old-jpeg-tiff"
