"""What another program draws of a PDF's images, held against the scans themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter, ImageStat

from storage.errors import Refused
from tests.engines.poppler import rendered, stored_images
from workers.decode import open_upright
from workers.pdf import ORIGINAL, SMALL, Edition, PdfDescription, PdfPage, assemble_pdf
from workers.pdf_images import encode_image

DESCRIBED = PdfDescription("Сурет", "kk", datetime(2024, 5, 17, tzinfo=UTC))
DPI = 72  # one pt is one px, so poppler draws px for px
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture() -> Image.Image:
    """A colour picture that looks different from every side."""
    image = Image.new("RGB", (240, 320), (250, 245, 230))
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, 110, 60), fill=(200, 30, 30))
    pen.ellipse((130, 180, 220, 300), fill=(30, 90, 200))
    pen.line((0, 319, 120, 160), fill=(0, 0, 0), width=5)
    return image.filter(ImageFilter.GaussianBlur(1))


def book(image: Path, folder: Path, edition: Edition = ORIGINAL, dpi: float = DPI) -> Path:
    with Image.open(image) as opened:
        width, height = opened.size
        if opened.getexif().get(274, 1) > 4:
            width, height = height, width
    to = folder / "book.pdf"
    assemble_pdf([PdfPage(image, width, height, dpi, None, "1", 1)], DESCRIBED, to, edition)
    return to


def drawn_image(pdf: Path) -> dict[str, Any]:
    with pikepdf.open(pdf) as opened:
        image = opened.pages[0].obj.Resources.XObject.Im
        return {
            "filter": str(image.Filter),
            "colours": str(image.ColorSpace),
            "bits": int(image.BitsPerComponent),
            "size": (int(image.Width), int(image.Height)),
            "data": image.read_raw_bytes(),
        }


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two images of one size, 0 to 255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other.convert(one.mode))).mean)


@pytest.mark.parametrize(
    ("mode", "options", "colours"),
    [
        ("RGB", {}, "/DeviceRGB"),
        ("L", {}, "/DeviceGray"),
        ("RGB", {"progressive": True}, "/DeviceRGB"),
        ("RGB", {"icc_profile": b"no profile at all"}, "/DeviceRGB"),
    ],
)
def test_jpeg_passes_untouched(
    tmp_path: Path, mode: str, options: dict[str, Any], colours: str
) -> None:
    scan = tmp_path / "scan.jpg"
    picture().convert(mode).save(scan, quality=92, **options)
    pdf = book(scan, tmp_path)
    image = drawn_image(pdf)
    assert image["data"] == scan.read_bytes()
    assert (image["filter"], image["colours"], image["bits"]) == ("/DCTDecode", colours, 8)
    assert difference(picture(), rendered(pdf, 0, DPI)) < (60 if mode == "L" else 3)


def test_bilevel_stays_bilevel_and_loses_nothing(tmp_path: Path) -> None:
    bilevel = picture().convert("1")
    for name, options in {
        "g4.tif": {"compression": "group4"},
        "lzw.tif": {"compression": "tiff_lzw"},
        "one.png": {},
    }.items():
        bilevel.save(tmp_path / name, **options)
        pdf = book(tmp_path / name, tmp_path)
        image = drawn_image(pdf)
        assert (image["filter"], image["bits"]) == ("/CCITTFaxDecode", 1), name
        (stored,) = stored_images(pdf, tmp_path)
        assert stored.convert("L").tobytes() == bilevel.convert("L").tobytes(), name
        # Poppler smooths bilevel images, so their dots are compared as tones.
        tones = ImageFilter.GaussianBlur(4)
        seen = rendered(pdf, 0, DPI, gray=True).filter(tones)
        assert difference(bilevel.convert("L").filter(tones), seen) < 4, name


def sixteen_bits() -> Image.Image:
    return Image.fromarray(np.asarray(picture().convert("L")).astype(np.uint16) * 257)


@pytest.mark.parametrize(
    ("name", "made", "options", "colours"),
    [
        ("rgb.tif", picture, {"compression": "tiff_lzw"}, "/DeviceRGB"),
        ("cmyk.tif", lambda: picture().convert("CMYK"), {}, "/DeviceRGB"),
        ("cmyk.jpg", lambda: picture().convert("CMYK"), {"quality": 92}, "/DeviceRGB"),
        ("sixteen.tif", sixteen_bits, {}, "/DeviceGray"),
        ("sixteen.png", sixteen_bits, {}, "/DeviceGray"),
        ("palette.png", lambda: picture().quantize(64), {}, "/DeviceRGB"),
        ("alpha.png", lambda: picture().convert("RGBA"), {}, "/DeviceRGB"),
        ("page.jp2", picture, {}, "/DeviceRGB"),
    ],
)
def test_other_scans_become_jpeg_that_look_the_same(
    tmp_path: Path,
    name: str,
    made: Callable[[], Image.Image],
    options: dict[str, Any],
    colours: str,
) -> None:
    scan = tmp_path / name
    made().save(scan, **options)
    pdf = book(scan, tmp_path)
    image = drawn_image(pdf)
    assert (image["filter"], image["colours"], image["bits"]) == ("/DCTDecode", colours, 8)
    media_type = {"tif": "tiff", "jpg": "jpeg"}.get(scan.suffix[1:], scan.suffix[1:])
    upright = open_upright(scan, f"image/{media_type}")
    assert difference(upright, rendered(pdf, 0, DPI)) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_jpeg_stands_upright_and_stays_untouched(tmp_path: Path, orientation: int) -> None:
    scan = tmp_path / "scan.jpg"
    exif = Image.Exif()
    exif[274] = orientation
    picture().save(scan, quality=92, exif=exif)
    pdf = book(scan, tmp_path)
    assert drawn_image(pdf)["data"] == scan.read_bytes()
    assert difference(open_upright(scan, "image/jpeg"), rendered(pdf, 0, DPI)) < 3


def test_page_of_a_multi_page_tiff(tmp_path: Path) -> None:
    scan = tmp_path / "two.tif"
    other = picture().transpose(Image.Transpose.ROTATE_180)
    picture().save(scan, save_all=True, append_images=[other])
    to = tmp_path / "book.pdf"
    pages = [PdfPage(scan, 240, 320, DPI, None, str(n), n, frame=n) for n in (0, 1)]
    assemble_pdf(pages, DESCRIBED, to)
    assert difference(picture(), rendered(to, 0, DPI)) < 3
    assert difference(other, rendered(to, 1, DPI)) < 3


def test_colour_profile_is_kept_once_for_all_pages(tmp_path: Path) -> None:
    scan = tmp_path / "scan.jpg"
    picture().save(scan, quality=92, icc_profile=SRGB)
    to = tmp_path / "book.pdf"
    page = PdfPage(scan, 240, 320, DPI, None, "1", 1)
    assemble_pdf([page, page, page], DESCRIBED, to)
    with pikepdf.open(to) as pdf:
        spaces = [page.obj.Resources.XObject.Im.ColorSpace for page in pdf.pages]
        assert {str(space[0]) for space in spaces} == {"/ICCBased"}
        assert len({space[1].objgen for space in spaces}) == 1
        assert spaces[0][1].read_bytes() == SRGB


@pytest.mark.parametrize(
    "spoil",
    [
        lambda icc: icc[:100],
        lambda icc: icc + b"\0",
        lambda icc: icc[:8] + b"\x05" + icc[9:],
        lambda icc: icc[:12] + b"link" + icc[16:],
        lambda icc: icc[:16] + b"GRAY" + icc[20:],
    ],
)
def test_profile_that_pdfa_forbids_is_left_out(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    scan = tmp_path / "scan.jpg"
    picture().save(scan, quality=92, icc_profile=spoil(SRGB))
    assert drawn_image(book(scan, tmp_path))["colours"] == "/DeviceRGB"


def test_small_edition_is_reduced_to_200_dpi(tmp_path: Path) -> None:
    big = picture().resize((960, 1280))
    for mode in ("RGB", "L"):
        scan = tmp_path / f"{mode}.jpg"
        big.convert(mode).save(scan, quality=95)
        image = drawn_image(book(scan, tmp_path, SMALL, dpi=400))
        assert image["size"] == (480, 640)
        assert len(image["data"]) < scan.stat().st_size / 2


def test_small_edition_enlarges_nothing(tmp_path: Path) -> None:
    scan = tmp_path / "scan.jpg"
    Image.effect_noise((240, 320), 90).save(scan, quality=20)
    assert drawn_image(book(scan, tmp_path, SMALL, dpi=100))["data"] == scan.read_bytes()
    lossless = tmp_path / "scan.png"
    picture().save(lossless)
    assert drawn_image(book(lossless, tmp_path, SMALL, dpi=100))["size"] == picture().size


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.tif"
    text.write_text("бұл сурет емес")
    with pytest.raises(Refused, match="not-an-image"):
        encode_image(text, 0, DPI, ORIGINAL)
