"""The access image and the thumbnail of a page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from archive.recipes import formats
from schemas.pyramid import read_layout
from storage.errors import Refused
from workers.derive import THUMBNAIL_SIDE, derive_access


def stored(tmp_path: Path, image: Image.Image, format: str, **options: object) -> Path:  # noqa: A002
    path = tmp_path / "page"
    image.save(path, format, **options)
    return path


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
    return image


def ramp(width: int, height: int) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height))


@pytest.mark.parametrize(("mode", "gray"), [("L", True), ("RGB", False), ("CMYK", False)])
def test_both_images_show_the_page(tmp_path: Path, mode: str, *, gray: bool) -> None:
    page = ramp(900, 1300)
    path = stored(tmp_path, page.convert(mode), "TIFF")
    images = derive_access(path, formats.TIFF)
    assert (images.width, images.height) == (900, 1300)
    layout = read_layout(lambda offset, length: images.pyramid[offset : offset + length])
    assert (layout.width, layout.height, layout.gray) == (900, 1300, gray)
    access, thumbnail = opened(images.pyramid), opened(images.thumbnail)
    assert thumbnail.size == (277, THUMBNAIL_SIDE)
    difference = np.asarray(access.convert("L")).astype(int) - np.asarray(page)
    assert np.abs(difference).mean() < 3
    small = np.asarray(page.resize(thumbnail.size)).astype(int)
    assert np.abs(np.asarray(thumbnail.convert("L")) - small).mean() < 3


def test_a_small_page_is_not_enlarged(tmp_path: Path) -> None:
    images = derive_access(stored(tmp_path, ramp(90, 30), "PNG"), formats.PNG)
    assert opened(images.thumbnail).size == (90, 30)


def test_a_long_strip_keeps_at_least_one_px(tmp_path: Path) -> None:
    images = derive_access(stored(tmp_path, ramp(5000, 3), "PNG"), formats.PNG)
    assert opened(images.thumbnail).size == (THUMBNAIL_SIDE, 1)


def test_readers_see_a_photographed_page_upright(tmp_path: Path) -> None:
    page = Image.new("L", (400, 300), 255)
    page.paste(0, (0, 0, 200, 150))
    exif = Image.Exif()
    exif[274] = 8
    path = stored(tmp_path, page.transpose(Image.Transpose.ROTATE_270), "JPEG", exif=exif)
    images = derive_access(path, formats.JPEG)
    for content in (images.pyramid, images.thumbnail):
        image = opened(content)
        assert image.size == (400, 300)
        assert image.getpixel((20, 20)) < 40  # type: ignore[operator]
        assert image.getpixel((380, 20)) > 215  # type: ignore[operator]


def test_no_metadata_of_the_scan_is_passed_on(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[315] = "Name of the operator"
    path = stored(tmp_path, ramp(700, 700), "JPEG", exif=exif, comment=b"Name of the operator")
    assert b"operator" in path.read_bytes()
    images = derive_access(path, formats.JPEG)
    assert b"operator" not in images.pyramid + images.thumbnail
    assert not opened(images.thumbnail).getexif()


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    path = stored(tmp_path, ramp(900, 700), "PNG")
    assert derive_access(path, formats.PNG) == derive_access(path, formats.PNG)


def test_half_a_page_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path, ramp(900, 700), "JPEG")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(Refused) as caught:
        derive_access(path, formats.JPEG)
    assert caught.value.reason == "truncated-image"
