"""A JPEG's orientation, said without touching its data."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from schemas.jpeg import with_orientation


def photograph(orientation: int | None, **options: object) -> bytes:
    exif = Image.Exif()
    if orientation is not None:
        exif[274] = orientation
    exif[315] = "A name"
    out = BytesIO()
    Image.linear_gradient("L").save(out, "JPEG", exif=exif, **options)
    return out.getvalue()


def stated(content: bytes) -> int:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return int(image.getexif().get(274, 1))


@pytest.mark.parametrize("before", [None, *range(1, 9)])
@pytest.mark.parametrize("after", range(1, 9))
def test_every_orientation_replaces_every_other(before: int | None, after: int) -> None:
    content = photograph(before, dpi=(300, 300))
    changed = with_orientation(content, after)
    assert stated(changed) == after
    tables = b"\xff\xdb"
    assert changed[changed.index(tables) :] == content[content.index(tables) :]
    assert (changed == content) is (after == (before or 1))
    with Image.open(BytesIO(changed)) as image:
        assert image.info["dpi"] == (300, 300)


def test_a_jpeg_without_metadata_gets_it() -> None:
    out = BytesIO()
    Image.new("L", (20, 20)).save(out, "JPEG")
    assert with_orientation(out.getvalue(), 1) == out.getvalue()
    assert stated(with_orientation(out.getvalue(), 6)) == 6


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 400), st.binary(min_size=1, max_size=6))
def test_any_damage_is_passed_through(at: int, garbage: bytes) -> None:
    content = photograph(6)
    damaged = content[:at] + garbage + content[at + len(garbage) :]
    assert with_orientation(damaged, 3).startswith(b"\xff\xd8")
