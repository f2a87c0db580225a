"""Files as scanners, shares and strangers leave them: good, odd and bad ones."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

from tests.faults.small_pages import print_page


def printed(path: Path, text: str, mode: str = "L") -> Image.Image:
    """A small page with one line of text, as px."""
    drawn = print_page(path.with_suffix(".tmp.png"), text)
    with Image.open(drawn) as image:
        page = image.convert(mode)
    drawn.unlink()
    return page


def truncated_jpeg(path: Path) -> None:
    """A JPEG of which only the first half arrived."""
    printed(path, "жартысы").save(path, dpi=(300, 300))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def bomb_png(path: Path, side: int = 50_000) -> None:
    """A PNG of a few hundred KB that holds `side` by `side` px."""
    packer = zlib.compressobj(1)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row * 500) for _ in range(side // 500)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
    )


def gray_16_bit(path: Path, text: str) -> None:
    """A TIFF whose grays have 16 bits, as archive scanners write them."""
    gray = printed(path, text).convert("I").point(lambda value: value * 257)
    gray.convert("I;16").save(path, dpi=(300, 300))


def cmyk_jpeg(path: Path, text: str) -> None:
    """A JPEG from a printing house."""
    printed(path, text, "RGB").convert("CMYK").save(path, dpi=(300, 300), quality=90)


def many_in_one(path: Path, texts: list[str]) -> None:
    """A TIFF or PDF with a page for each text."""
    first, *others = [printed(path, text) for text in texts]
    first.save(path, save_all=True, append_images=others, dpi=(300, 300), resolution=300)


def pdf_with_a_typed_page(path: Path, text: str) -> None:
    """A PDF whose first page is a scan and whose second is no image at all."""
    scan = path.with_suffix(".scan.pdf")
    many_in_one(scan, [text])
    with pikepdf.open(scan) as pdf:
        page = pdf.add_blank_page(page_size=(400, 300))
        page.contents_add(b"0 0 m 100 100 l S")
        pdf.save(path)
    scan.unlink()
