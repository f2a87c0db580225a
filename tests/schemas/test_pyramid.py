"""The access image: written here, read by us and by libtiff alike."""

from __future__ import annotations

import contextlib
import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from schemas import pyramid_writing, tiff
from schemas.pyramid import TILE, Layout, level_sizes, read_layout, tile, tile_as_jpeg
from schemas.pyramid_writing import write_pyramid
from storage.errors import Broken, Refused


def page(width: int, height: int, mode: str) -> Image.Image:
    across = np.linspace(0, 255, width)[None, :].repeat(height, axis=0)
    down = np.linspace(255, 0, height)[:, None].repeat(width, axis=1)
    if mode == "L":
        return Image.fromarray(((across + down) / 2).astype(np.uint8))
    return Image.fromarray(np.stack([across, down, across / 2], axis=2).astype(np.uint8))


def reading(content: bytes) -> tiff.ReadRange:
    return lambda offset, length: content[offset : offset + length]


def px(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.asarray(image).astype(np.int16)


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
    return image


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    "size", [(1, 1), (511, 512), (512, 512), (513, 60), (1100, 700), (1025, 2050)]
)
def test_libtiff_reads_every_level(size: tuple[int, int], mode: str) -> None:
    original = page(*size, mode)
    content = write_pyramid(original)
    with Image.open(BytesIO(content)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        assert image.n_frames == len(level_sizes(*size))
        for number, expected in enumerate(level_sizes(*size)):
            image.seek(number)
            assert (image.size, image.mode) == (expected, mode)
            smaller = px(original.resize(expected, Image.Resampling.BOX))
            assert np.abs(px(image) - smaller).mean() < 2.5


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_tile_without_decoding_has_the_px_that_libtiff_sees(mode: str) -> None:
    content = write_pyramid(page(1300, 1100, mode))
    read = reading(content)
    layout = read_layout(read)
    with Image.open(BytesIO(content)) as whole:
        for index, level in enumerate(layout.levels):
            whole.seek(index)
            for row in range(level.rows):
                for column in range(level.columns):
                    found = opened(tile_as_jpeg(read, layout, index, column, row))
                    assert (found.mode, found.size) == (mode, (TILE, TILE))
                    box = (column * TILE, row * TILE)
                    right, lower = min(level.width, box[0] + TILE), min(level.height, box[1] + TILE)
                    seen = px(whole.crop((*box, right, lower)))
                    ours = px(found.crop((0, 0, right - box[0], lower - box[1])))
                    assert np.abs(ours - seen).max() <= 3


def test_a_tile_is_stored_without_its_tables() -> None:
    content = write_pyramid(page(600, 600, "RGB"))
    stored = tile(reading(content), read_layout(reading(content)), 0, 0, 0)
    assert stored[2:4] != b"\xff\xe0"
    assert b"\xff\xdb" not in stored[:40]
    assert b"\xff\xc4" not in stored[:40]


def test_the_same_px_give_the_same_bytes() -> None:
    assert write_pyramid(page(900, 600, "RGB")) == write_pyramid(page(900, 600, "RGB"))


def test_the_last_visible_px_is_not_darkened_by_the_filling() -> None:
    white = Image.new("L", (TILE + 3, TILE + 3), 255)
    content = write_pyramid(white)
    assert opened(content).getextrema()[0] == 255


def test_only_gray_and_colour_are_written() -> None:
    with pytest.raises(ValueError, match="CMYK"):
        write_pyramid(Image.new("CMYK", (9, 9)))


def test_a_file_beyond_classic_tiff_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid_writing, "CLASSIC_LIMIT", 5000)
    with pytest.raises(Refused) as caught:
        write_pyramid(page(900, 600, "L"))
    assert caught.value.reason == "access-image-too-large"


def test_levels_are_halved_until_one_tile_holds_all() -> None:
    assert level_sizes(512, 512) == ((512, 512),)
    assert level_sizes(1751, 2481) == ((1751, 2481), (876, 1241), (438, 621), (219, 311))


def test_one_short_read_tells_the_layout() -> None:
    content = write_pyramid(page(1300, 1100, "L"))
    reads = []

    def read(offset: int, length: int) -> bytes:
        reads.append((offset, length))
        return content[offset : offset + length]

    layout = read_layout(read)
    assert len(reads) == 1
    tile(read, layout, 0, 1, 1)
    assert len(reads) == 2


def test_a_layout_longer_than_the_first_read_is_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_pyramid(page(1300, 1100, "L"))
    expected = read_layout(reading(content))
    monkeypatch.setattr("schemas.pyramid._HEAD_BYTES", 100)
    assert read_layout(reading(content)) == expected


# --- damage ------------------------------------------------------------------

SOUND = write_pyramid(page(700, 600, "L"))


def try_to_read(content: bytes) -> Layout:
    read = reading(content)
    layout = read_layout(read)
    for index, level in enumerate(layout.levels):
        for row in range(level.rows):
            for column in range(level.columns):
                tile_as_jpeg(read, layout, index, column, row)
    return layout


@pytest.mark.parametrize("length", [0, 4, 8, 60, 400, len(SOUND) // 2, len(SOUND) - 1])
def test_a_file_cut_off_is_broken(length: int) -> None:
    with pytest.raises(Broken) as caught:
        try_to_read(SOUND[:length])
    assert caught.value.reason == "damaged-pyramid"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 700), st.binary(min_size=1, max_size=6))
def test_any_damage_is_broken_or_harmless(at: int, garbage: bytes) -> None:
    content = SOUND[:at] + garbage + SOUND[at + len(garbage) :]
    with contextlib.suppress(Broken):
        try_to_read(content)


def test_an_ordinary_tiff_is_not_taken_for_an_access_image() -> None:
    out = BytesIO()
    page(700, 600, "L").save(out, "TIFF", compression="jpeg")
    with pytest.raises(Broken):
        read_layout(reading(out.getvalue()))


def test_a_tile_outside_is_broken() -> None:
    layout = read_layout(reading(SOUND))
    for place in ((0, 2, 0), (0, 0, 2), (0, -1, 0), (1, 1, 0)):
        with pytest.raises(Broken):
            tile(reading(SOUND), layout, *place)


def test_a_tile_that_is_none_is_broken() -> None:
    layout = read_layout(reading(SOUND))
    start = layout.levels[0].offsets[0]
    damaged = SOUND[:start] + struct.pack("<H", 0) + SOUND[start + 2 :]
    with pytest.raises(Broken):
        tile(reading(damaged), layout, 0, 0, 0)
