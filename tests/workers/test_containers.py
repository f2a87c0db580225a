"""Pages out of multi-page TIFF and PDF: the same px, and JPEG data the same bytes."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, TiffImagePlugin

from archive.recipes import formats
from schemas import tiff
from storage.errors import Refused
from workers import containers
from workers.containers import SplitPage, count_frames, extract_frame
from workers.decode import open_upright


def leaf(number: int, mode: str = "L", size: tuple[int, int] = (240, 320)) -> Image.Image:
    noise = np.random.default_rng(number).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(noise).convert(mode)
    image.paste(0, (10, 10, 10 + 20 * (number + 1), 60))
    return image


def encoded(image: Image.Image, format: str, **options: object) -> bytes:  # noqa: A002
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def same_px(split: SplitPage, image: Image.Image) -> bool:
    with Image.open(BytesIO(split.content)) as opened:
        return opened.mode == image.mode and np.array_equal(np.asarray(opened), np.asarray(image))


# --- TIFF --------------------------------------------------------------------


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    ("mode", "compression"),
    [
        ("1", "group4"),
        ("1", "raw"),
        ("L", "tiff_lzw"),
        ("RGB", "tiff_lzw"),
        ("L", "tiff_adobe_deflate"),
        ("CMYK", "packbits"),
        ("I;16", "raw"),
    ],
)
def test_each_frame_of_a_tiff_has_the_same_px(
    tmp_path: Path, mode: str, compression: str, *, big: bool
) -> None:
    if mode == "I;16":
        frames = [Image.fromarray(np.asarray(leaf(n)).astype(np.uint16) * 257) for n in range(3)]
    else:
        frames = [leaf(n, mode) for n in range(3)]
    path = tmp_path / "book"
    content = encoded(
        frames[0],
        "TIFF",
        compression=compression,
        save_all=True,
        append_images=frames[1:],
        dpi=(300, 300),
        big_tiff=big,
    )
    path.write_bytes(content)
    assert count_frames(path, formats.TIFF) == 3
    for number, frame in enumerate(frames):
        split = extract_frame(path, formats.TIFF, number)
        assert split.media_type == formats.TIFF
        assert same_px(split, frame)
        with Image.open(BytesIO(split.content)) as opened:
            assert isinstance(opened, TiffImagePlugin.TiffImageFile)
            assert opened.n_frames == 1
            assert opened.info["dpi"] == (300, 300)


def test_a_frame_compressed_as_jpeg_is_not_compressed_again(tmp_path: Path) -> None:
    frames = [leaf(n, "RGB") for n in range(2)]
    path = tmp_path / "book"
    path.write_bytes(
        encoded(frames[0], "TIFF", compression="jpeg", save_all=True, append_images=frames[1:])
    )
    with Image.open(path) as whole:
        whole.seek(1)
        expected = whole.copy()
    assert same_px(extract_frame(path, formats.TIFF, 1), expected)


def test_what_cannot_be_a_container_has_one_frame(tmp_path: Path) -> None:
    assert count_frames(tmp_path / "never read", formats.JPEG) == 1


def test_a_missing_frame_a_loop_and_a_cut_are_refused(tmp_path: Path) -> None:
    content = encoded(leaf(0), "TIFF", save_all=True, append_images=[leaf(1)])
    path = tmp_path / "book"
    path.write_bytes(content)
    assert refusal(lambda: extract_frame(path, formats.TIFF, 2)) == "no-such-frame"
    path.write_bytes(content[:-40_000])
    assert refusal(lambda: extract_frame(path, formats.TIFF, 1)) == "truncated-image"
    looping = bytearray(content)
    first = int.from_bytes(content[4:8], "little")
    at = first + 2 + 12 * int.from_bytes(content[first : first + 2], "little")
    looping[at : at + 4] = content[4:8]
    path.write_bytes(looping)
    assert refusal(lambda: count_frames(path, formats.TIFF)) == "damaged-image"


def refusal(call: object) -> str:
    assert callable(call)
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.reason


# --- PDF ---------------------------------------------------------------------


def image_object(pdf: pikepdf.Pdf, content: bytes, image: Image.Image, name: str) -> pikepdf.Stream:
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK", "1": "/DeviceGray"}
    return pikepdf.Stream(
        pdf,
        content,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=pikepdf.Name(spaces[image.mode]),
        BitsPerComponent=1 if image.mode == "1" else 8,
        Filter=pikepdf.Name(name),
    )


def jpeg_object(pdf: pikepdf.Pdf, image: Image.Image, **options: object) -> pikepdf.Stream:
    return image_object(pdf, encoded(image, "JPEG", **options), image, "/DCTDecode")


PLACED = "q 57.6 0 0 76.8 0 0 cm /Im Do Q"
"""240 x 320 px on 0.8 x 1.067 inches: 300 dpi."""


def add_page(
    pdf: pikepdf.Pdf, image: pikepdf.Object | None, content: str = PLACED, rotate: int = 0
) -> pikepdf.Page:
    page = pdf.add_blank_page(page_size=(57.6, 76.8))
    objects = pikepdf.Dictionary(Im=image) if image is not None else pikepdf.Dictionary()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(XObject=objects, Font=pikepdf.Dictionary(F=font))
    page.obj.Contents = pdf.make_stream(content.encode())
    if rotate:
        page.obj.Rotate = rotate
    return page


def saved(pdf: pikepdf.Pdf, tmp_path: Path, **options: object) -> Path:
    path = tmp_path / "book"
    pdf.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_leaves_a_pdf_as_the_same_bytes(tmp_path: Path, mode: str) -> None:
    image = leaf(1, mode)
    pdf = pikepdf.new()
    add_page(pdf, jpeg_object(pdf, leaf(0)))
    add_page(pdf, jpeg_object(pdf, image))
    path = saved(pdf, tmp_path)
    assert count_frames(path, formats.PDF) == 2
    assert extract_frame(path, formats.PDF, 1) == SplitPage(
        encoded(image, "JPEG"), formats.JPEG, dpi=300
    )


def test_a_jpeg_2000_leaves_a_pdf_as_the_same_bytes(tmp_path: Path) -> None:
    image = leaf(1, "RGB")
    content = encoded(image, "JPEG2000")
    pdf = pikepdf.new()
    add_page(pdf, image_object(pdf, content, image, "/JPXDecode"))
    split = extract_frame(saved(pdf, tmp_path), formats.PDF, 0)
    assert split == SplitPage(content, formats.JPEG_2000, dpi=300)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_uncompressed_px_leave_a_pdf_unchanged(tmp_path: Path, mode: str) -> None:
    image = leaf(2, mode)
    pdf = pikepdf.new()
    plain = image_object(pdf, b"", image, "/FlateDecode")
    del plain.Filter
    plain.write(image.tobytes())
    add_page(pdf, plain)
    split = extract_frame(saved(pdf, tmp_path), formats.PDF, 0)
    assert (split.media_type, split.dpi) == (formats.TIFF, 300)
    assert same_px(split, image)


@pytest.mark.parametrize("black_is_one", [False, True])
def test_fax_data_leave_a_pdf_unchanged(tmp_path: Path, *, black_is_one: bool) -> None:
    """Black stays black, as Poppler shows the page."""
    image = Image.new("1", (240, 320), 1)
    image.paste(0, (0, 0, 80, 320))
    file = encoded(image, "TIFF", compression="group4")
    offset, count = next(tiff.data_ranges(tiff.read_directories(tiff.from_bytes(file))[0]))
    data = file[offset : offset + count]
    pdf = pikepdf.new()
    fax = image_object(pdf, data, image, "/CCITTFaxDecode")
    fax.DecodeParms = pikepdf.Dictionary(K=-1, Columns=240, Rows=320, BlackIs1=black_is_one)
    add_page(pdf, fax)
    path = saved(pdf, tmp_path)
    split = extract_frame(path, formats.PDF, 0)
    assert split.media_type == formats.TIFF
    assert data in split.content
    with Image.open(BytesIO(split.content)) as opened:
        ours = np.asarray(opened.convert("L")).mean()
    assert abs(ours - np.asarray(rendered(path).convert("L")).mean()) < 5


def test_text_of_an_earlier_recognition_is_not_seen(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, jpeg_object(pdf, leaf(0)), f"{PLACED} BT /F 9 Tf 3 Tr (hidden) Tj ET")
    assert extract_frame(saved(pdf, tmp_path), formats.PDF, 0).media_type == formats.JPEG


def test_an_image_within_a_form_is_found(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    form = pdf.make_stream(PLACED.encode())
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([0, 0, 58, 77])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=jpeg_object(pdf, leaf(0))))
    add_page(pdf, form, "/Im Do")
    assert extract_frame(saved(pdf, tmp_path), formats.PDF, 0).dpi == 300


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("BT /F 9 Tf (visible) Tj ET", "Tj"),
        (f"{PLACED} 0 0 20 20 re f", "f"),
        (f"{PLACED} 0 0 m 9 9 l S", "S"),
        (f"{PLACED} {PLACED}", "2 images"),
        ("", "0 images"),
        (f"{PLACED} /Missing Do", "Do"),
        (f"{PLACED} q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q", "INLINE IMAGE"),
    ],
)
def test_a_page_that_is_more_than_a_scan_is_refused(
    tmp_path: Path, content: str, found: str
) -> None:
    pdf = pikepdf.new()
    add_page(pdf, jpeg_object(pdf, leaf(0)))
    add_page(pdf, jpeg_object(pdf, leaf(1)), content)
    path = saved(pdf, tmp_path)
    assert extract_frame(path, formats.PDF, 0).media_type == formats.JPEG
    with pytest.raises(Refused) as caught:
        extract_frame(path, formats.PDF, 1)
    assert caught.value.reason == "pdf-page-not-a-scan"
    assert caught.value.values == {"page": 2, "found": found}


def test_a_masked_image_and_a_note_on_the_page_are_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    masked = jpeg_object(pdf, leaf(0))
    masked.SMask = jpeg_object(pdf, leaf(1))
    add_page(pdf, masked)
    noted = add_page(pdf, jpeg_object(pdf, leaf(2)))
    noted.obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Square)])
    path = saved(pdf, tmp_path)
    assert refusal(lambda: extract_frame(path, formats.PDF, 0)) == "pdf-page-not-a-scan"
    assert refusal(lambda: extract_frame(path, formats.PDF, 1)) == "pdf-page-not-a-scan"


QUARTERS = [(255, 0, 0), (0, 255, 0), (255, 255, 255), (0, 0, 255)]


def quartered() -> Image.Image:
    image = Image.new("RGB", (240, 320))
    for (left, top), colour in zip([(0, 0), (120, 0), (120, 160), (0, 160)], QUARTERS, strict=True):
        image.paste(colour, (left, top, left + 120, top + 160))
    return image


@pytest.mark.parametrize("as_jpeg", [True, False])
@pytest.mark.parametrize(
    ("matrix", "rotate"),
    [
        ("57.6 0 0 76.8 0 0", 0),
        ("57.6 0 0 76.8 0 0", 90),
        ("57.6 0 0 76.8 0 0", 180),
        ("57.6 0 0 76.8 0 0", 270),
        ("-57.6 0 0 76.8 57.6 0", 0),
        ("57.6 0 0 -76.8 0 76.8", 0),
        ("0 57.6 -76.8 0 76.8 0", 0),
        ("0 57.6 76.8 0 0 0", 90),
        ("57.5 1.0 -1.3 76.7 0 0", 0),
    ],
)
def test_the_page_stands_as_a_pdf_reader_shows_it(
    tmp_path: Path, matrix: str, rotate: int, *, as_jpeg: bool
) -> None:
    """Compared with Poppler's rendering of the same page."""
    image = quartered()
    pdf = pikepdf.new()
    if as_jpeg:
        placed = jpeg_object(pdf, image, quality=95)
    else:
        placed = image_object(pdf, b"", image, "/FlateDecode")
        del placed.Filter
        placed.write(image.tobytes())
    page = add_page(pdf, placed, f"q {matrix} cm /Im Do Q", rotate)
    if matrix.startswith("0 "):
        page.obj.MediaBox = pikepdf.Array([0, 0, 76.8, 57.6])
    path = saved(pdf, tmp_path)
    split = extract_frame(path, formats.PDF, 0)
    taken = tmp_path / "taken"
    taken.write_bytes(split.content)
    ours = open_upright(taken, split.media_type)
    assert quarters(ours) == quarters(rendered(path))
    if as_jpeg and rotate == 0 and matrix == "57.6 0 0 76.8 0 0":
        assert split.content == encoded(image, "JPEG", quality=95)


def rendered(path: Path) -> Image.Image:
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", str(path), str(path)], check=True
    )
    with Image.open(path.with_name(path.name + ".png")) as image:
        return image.convert("RGB")


def quarters(image: Image.Image) -> list[int]:
    """Which of the four colours lies in each quarter, clockwise from the top left."""
    width, height = image.size
    found = []
    for across, down in [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]:
        colour = image.getpixel((int(width * across), int(height * down)))
        assert isinstance(colour, tuple)
        distances = [sum(abs(a - b) for a, b in zip(colour, q, strict=True)) for q in QUARTERS]
        found.append(distances.index(min(distances)))
    return found


def test_a_jpeg_that_says_otherwise_than_its_page_is_corrected(tmp_path: Path) -> None:
    """A PDF reader does not heed the EXIF orientation inside; nor may we, later."""
    exif = Image.Exif()
    exif[274] = 6
    pdf = pikepdf.new()
    add_page(pdf, jpeg_object(pdf, quartered(), exif=exif, quality=95))
    split = extract_frame(saved(pdf, tmp_path), formats.PDF, 0)
    taken = tmp_path / "taken"
    taken.write_bytes(split.content)
    assert quarters(open_upright(taken, split.media_type)) == [0, 1, 2, 3]


def test_encrypted_and_damaged_pdf_are_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    for number in range(6):
        add_page(pdf, jpeg_object(pdf, leaf(number)))
    whole = saved(pdf, tmp_path).read_bytes()
    for user in ("secret", ""):
        path = saved(pdf, tmp_path, encryption=pikepdf.Encryption(owner="owner", user=user))
        assert refusal(lambda path=path: count_frames(path, formats.PDF)) == "encrypted-pdf"
    path = tmp_path / "damaged"
    for share in (0.02, 0.5, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Refused) as caught:
            count_frames(path, formats.PDF)
        assert caught.value.reason == "damaged-pdf"
        assert str(tmp_path) not in str(caught.value)


def test_too_many_pages_and_none_are_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    assert refusal(lambda: count_frames(saved(pdf, tmp_path), formats.PDF)) == "no-pages"
    for _ in range(containers.MAX_PAGES + 1):
        pdf.add_blank_page()
    assert refusal(lambda: count_frames(saved(pdf, tmp_path), formats.PDF)) == "too-many-pages"


def test_a_missing_page_is_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, jpeg_object(pdf, leaf(0)))
    path = saved(pdf, tmp_path)
    assert refusal(lambda: extract_frame(path, formats.PDF, 1)) == "no-such-frame"


def test_an_image_bomb_within_a_pdf_is_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    bomb = image_object(pdf, b"\0" * 1000, leaf(0), "/FlateDecode")
    bomb.Width = bomb.Height = 50_000
    add_page(pdf, bomb)
    path = saved(pdf, tmp_path)
    assert refusal(lambda: extract_frame(path, formats.PDF, 0)) == "too-many-pixels"
