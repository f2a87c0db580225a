"""Real bytes of every accepted and refused kind; upright px for everybody."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from archive.recipes import formats
from schemas import tiff
from storage.errors import Broken, Refused
from workers.decode import MAX_PIXELS, ORIENTATION, decode, open_upright


def picture(width: int = 300, height: int = 200) -> Image.Image:
    """Colours that differ in every corner: red, green, blue, white."""
    image = Image.new("RGB", (width, height), (128, 128, 128))
    half_w, half_h = width // 2, height // 2
    image.paste((255, 0, 0), (0, 0, half_w, half_h))
    image.paste((0, 255, 0), (half_w, 0, width, half_h))
    image.paste((0, 0, 255), (0, half_h, half_w, height))
    image.paste((255, 255, 255), (half_w, half_h, width, height))
    return image


def encoded(image: Image.Image, format: str, **options: object) -> bytes:  # noqa: A002
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes bytes under a name that says nothing of their format."""

    def keep(content: bytes) -> Path:
        path = tmp_path / "scan.tif"
        path.write_bytes(content)
        return path

    return keep


Keep = Callable[[bytes], Path]


def corners(image: Image.Image) -> list[str]:
    """The colour nearest to each corner, clockwise from the top left."""
    names = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255,) * 3}
    width, height = image.size
    places = [(5, 5), (width - 5, 5), (width - 5, height - 5), (5, height - 5)]
    found = []
    for place in places:
        colour = image.convert("RGB").getpixel(place)
        assert isinstance(colour, tuple)
        distance = {
            name: sum(abs(a - b) for a, b in zip(colour, value, strict=True))
            for name, value in names.items()
        }
        found.append(min(distance, key=lambda name: distance[name]))
    return found


UPRIGHT = ["red", "green", "white", "blue"]


@pytest.mark.parametrize(
    ("format", "media_type", "options"),
    [
        ("JPEG", formats.JPEG, {"quality": 95}),
        ("PNG", formats.PNG, {}),
        ("TIFF", formats.TIFF, {"compression": "tiff_lzw"}),
        ("TIFF", formats.TIFF, {"compression": "tiff_adobe_deflate", "big_tiff": True}),
        ("TIFF", formats.TIFF, {"compression": "jpeg", "quality": 95}),
        ("JPEG2000", formats.JPEG_2000, {}),
        ("JPEG2000", formats.JPEG_2000_CODESTREAM, {"no_jp2": True}),
    ],
)
def test_every_accepted_format_in_colour(
    kept: Keep,
    format: str,  # noqa: A002
    media_type: str,
    options: dict[str, object],
) -> None:
    content = encoded(picture(), format, **options)
    assert formats.recognise(content) == media_type
    image = open_upright(kept(content), media_type)
    assert (image.mode, image.size, corners(image)) == ("RGB", (300, 200), UPRIGHT)


# --- upright -----------------------------------------------------------------


def turned_as_stored(orientation: int) -> Image.Image:
    """The px as a camera stores them, so that `orientation` makes the picture upright."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    return picture() if undo is None else picture().transpose(undo)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "TIFF", "PNG"])
def test_the_stated_orientation_is_applied(kept: Keep, format: str, orientation: int) -> None:  # noqa: A002
    stored = turned_as_stored(orientation)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options: dict[str, object] = {"exif": exif}
    if format == "TIFF":
        directory = TiffImagePlugin.ImageFileDirectory_v2()
        directory[ORIENTATION] = orientation
        options = {"tiffinfo": directory, "compression": "tiff_lzw"}
    content = encoded(stored, format, **options)
    media_type = formats.recognise(content)
    assert media_type is not None
    decoded = decode(kept(content), media_type)
    assert decoded.orientation == orientation
    assert decoded.image.size == (300, 200)
    assert corners(decoded.image) == UPRIGHT


# --- samples -----------------------------------------------------------------


def ramp() -> np.ndarray[tuple[int, int], np.dtype[np.uint16]]:
    return np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (64, 1))


@pytest.mark.parametrize("format", ["TIFF", "PNG"])
def test_sixteen_bit_gray_keeps_its_tones(kept: Keep, format: str) -> None:  # noqa: A002
    content = encoded(Image.fromarray(ramp()), format)
    media_type = formats.recognise(content) or ""
    path = kept(content)
    assert decode(path, media_type).bits == 16
    image = open_upright(path, media_type)
    assert image.mode == "L"
    assert np.array_equal(np.asarray(image), (ramp() >> 8).astype(np.uint8))


def test_sixteen_bit_gray_with_white_as_zero_is_not_a_negative(kept: Keep) -> None:
    content = bytearray(encoded(Image.fromarray(ramp()), "TIFF"))
    at = content.index(struct.pack("<HHIHH", 262, 3, 1, 1, 0))
    content[at + 8] = 0  # PhotometricInterpretation: WhiteIsZero
    image = open_upright(kept(bytes(content)), formats.TIFF)
    assert image.getpixel((0, 0)) == 255
    assert image.getpixel((255, 0)) == 0


def test_cmyk_jpeg_becomes_rgb(kept: Keep) -> None:
    content = encoded(picture().convert("CMYK"), "JPEG", quality=95)
    path = kept(content)
    assert decode(path, formats.JPEG).samples == "cmyk"
    image = open_upright(path, formats.JPEG)
    assert (image.mode, corners(image)) == ("RGB", UPRIGHT)


def test_palette_and_gray_palette(kept: Keep) -> None:
    content = encoded(picture().quantize(8), "PNG")
    path = kept(content)
    assert decode(path, formats.PNG).samples == "palette"
    image = open_upright(path, formats.PNG)
    assert (image.mode, corners(image)) == ("RGB", UPRIGHT)
    gray = encoded(picture().convert("L").convert("P"), "PNG")
    assert open_upright(kept(gray), formats.PNG).mode == "L"


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_lies_on_white(kept: Keep, mode: str) -> None:
    image = Image.new(mode, (20, 20), 0)
    path = kept(encoded(image, "PNG"))
    assert decode(path, formats.PNG).alpha
    flat = open_upright(path, formats.PNG)
    assert flat.mode == ("L" if mode == "LA" else "RGB")
    assert flat.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize(("format", "options"), [("PNG", {}), ("TIFF", {"compression": "group4"})])
def test_one_bit_becomes_gray(kept: Keep, format: str, options: dict[str, str]) -> None:  # noqa: A002
    bilevel = picture().convert("L").point(lambda value: 255 if value > 90 else 0).convert("1")
    content = encoded(bilevel, format, **options)
    media_type = formats.recognise(content) or ""
    path = kept(content)
    decoded = decode(path, media_type)
    assert (decoded.samples, decoded.bits) == ("bilevel", 1)
    image = open_upright(path, media_type)
    assert image.mode == "L"
    assert np.array_equal(np.asarray(image), np.asarray(bilevel.convert("L")))


def test_a_colour_profile_is_applied(kept: Keep) -> None:
    """With the profile's red and blue exchanged, applying it must show."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = bytearray(srgb)
    red, blue = content.index(b"rXYZ"), content.index(b"bXYZ")
    content[red : red + 4], content[blue : blue + 4] = b"bXYZ", b"rXYZ"
    image = encoded(picture(), "PNG", icc_profile=bytes(content))
    assert corners(open_upright(kept(image), formats.PNG))[0] == "blue"
    unfit = encoded(picture(), "PNG", icc_profile=lab)
    assert corners(open_upright(kept(unfit), formats.PNG)) == UPRIGHT
    damaged = encoded(picture(), "PNG", icc_profile=b"no profile")
    assert corners(open_upright(kept(damaged), formats.PNG)) == UPRIGHT


def test_floating_point_samples_are_refused(kept: Keep) -> None:
    content = encoded(Image.new("F", (20, 20), 0.5), "TIFF")
    with pytest.raises(Refused) as caught:
        decode(kept(content), formats.TIFF)
    assert (caught.value.reason, caught.value.values) == ("unsupported-samples", {"mode": "F"})


# --- refused -----------------------------------------------------------------


def reason(path: Path, media_type: str) -> str:
    with pytest.raises(Refused) as caught:
        decode(path, media_type)
    return caught.value.reason


def test_no_bytes_and_text_are_refused(kept: Keep) -> None:
    assert reason(kept(b""), formats.TIFF) == "empty-file"
    assert reason(kept("Қарағанды\n".encode() * 100), formats.TIFF) == "not-an-image"


def test_the_bytes_decide_and_not_what_was_said_of_them(kept: Keep) -> None:
    path = kept(encoded(picture(), "PNG"))
    with pytest.raises(Refused) as caught:
        decode(path, formats.TIFF)
    assert caught.value.values == {"found": formats.PNG}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {}),
        ("PNG", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "raw"}),
    ],
)
def test_a_file_cut_off_is_called_so(
    kept: Keep,
    format: str,  # noqa: A002
    options: dict[str, str],
    share: float,
) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 400), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), format, **options)
    media_type = formats.recognise(content) or ""
    assert reason(kept(content[: int(len(content) * share)]), media_type) == "truncated-image"


def test_a_damaged_file_is_called_so(kept: Keep) -> None:
    content = bytearray(encoded(picture(), "PNG"))
    at = content.index(b"IDAT") + 12
    content[at : at + 8] = b"\xff" * 8
    assert reason(kept(bytes(content)), formats.PNG) == "damaged-image"


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [50_000, 14_200])
def test_a_bomb_is_refused_by_its_header(kept: Keep, side: int) -> None:
    with pytest.raises(Refused) as caught:
        decode(kept(png_header(side, side)), formats.PNG)
    assert caught.value.reason == "too-many-pixels"
    assert caught.value.values == {"pixels": side * side, "limit": MAX_PIXELS}


def test_a_large_page_below_the_limit_is_no_bomb(kept: Keep) -> None:
    """Pillow's own warning comes at 89 megapixels; A3 at 800 dpi has 125."""
    image = Image.new("1", (12_000, 8_000), 1)
    path = kept(encoded(image, "TIFF", compression="group4"))
    assert decode(path, formats.TIFF).image.size == (12_000, 8_000)


def test_a_bomb_behind_a_small_first_page_is_refused(kept: Keep) -> None:
    small, large = Image.new("1", (10, 10)), Image.new("1", (20_000, 11_000), 1)
    content = encoded(small, "TIFF", compression="group4", save_all=True, append_images=[large])
    path = kept(content)
    assert decode(path, formats.TIFF, 0).image.size == (10, 10)
    with pytest.raises(Refused) as caught:
        decode(path, formats.TIFF, 1)
    assert caught.value.reason == "too-many-pixels"


def test_a_pdf_is_not_decoded_here(kept: Keep) -> None:
    with pytest.raises(Broken) as caught:
        decode(kept(b"%PDF-1.4\n"), formats.PDF)
    assert caught.value.reason == "not-split"


def with_preview() -> bytes:
    """A small reduced-resolution image before the page, as some scanners write it."""
    small, page = Image.new("L", (30, 20), 10), Image.new("L", (300, 200), 200)
    content = bytearray(encoded(small, "TIFF", save_all=True, append_images=[page]))
    directory = tiff.read_directories(tiff.from_bytes(bytes(content)))[0]
    assert tiff.NEW_SUBFILE_TYPE not in directory.entries
    (first,) = struct.unpack_from("<I", content, 4)
    (fields,) = struct.unpack_from("<H", content, first)
    end = first + 2 + 12 * fields
    entries = bytes(content[first + 2 : end])
    following = bytes(content[end : end + 4])
    struct.pack_into("<I", content, 4, len(content))  # a new directory at the end
    flag = struct.pack("<HHII", tiff.NEW_SUBFILE_TYPE, 4, 1, 1)
    return bytes(content) + struct.pack("<H", fields + 1) + flag + entries + following


def test_a_preview_within_a_tiff_is_not_the_page(kept: Keep) -> None:
    path = kept(with_preview())
    assert decode(path, formats.TIFF).image.size == (300, 200)
    with pytest.raises(Refused) as caught:
        decode(path, formats.TIFF, 1)
    assert caught.value.reason == "no-such-frame"
