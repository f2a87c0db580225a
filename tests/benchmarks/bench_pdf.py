"""What does assembling a book as PDF cost, beside merely joining its images?

Prints one line of CPU ms per page and ratios, all measured in the same run:
twenty A5 pages at 300 dpi, as JPEG, with 300 words each. The first reference puts
the same JPEGs, untouched, into a plain PDF: no text, not linearized, no PDF/A. The
second makes the JPEGs of the small edition and nothing of them.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
from pikepdf import Dictionary, Name, Stream
from PIL import Image

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from workers.pdf import ORIGINAL, SMALL, Edition, PdfDescription, PdfPage, assemble_pdf

PAGES, ROUNDS = 20, 3
WIDTH, HEIGHT, DPI = 1748, 2480, 300  # A5
DESCRIBED = PdfDescription("Өлшем", "kk", datetime(2024, 5, 17, tzinfo=UTC))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        pages = [page(Path(folder), number) for number in range(1, PAGES + 1)]
        joined = cpu_per_page(lambda: join(pages, Path(folder) / "joined.pdf"))
        original = cpu_per_page(lambda: assemble(pages, Path(folder) / "o.pdf", ORIGINAL))
        small = cpu_per_page(lambda: assemble(pages, Path(folder) / "s.pdf", SMALL))
        reduced = cpu_per_page(lambda: reduce(pages))
    rows = (
        ("reference: the images and no more", joined, None),
        ("PDF/A-2b with text, original edition", original, joined),
        ("reference: Pillow reduces the images", reduced, None),
        ("PDF/A-2b with text, small edition", small, reduced),
    )
    for name, spent, reference in rows:
        ratio = f"   ratio {spent / reference:.2f}" if reference else ""
        print(f"{name:38}{spent:7.1f} ms CPU a page{ratio}")


def page(folder: Path, number: int) -> PdfPage:
    """A page of noise, which is as hard to compress as a worn one, and its words."""
    noise = np.random.default_rng(number).normal(225, 12, (HEIGHT, WIDTH))
    path = folder / f"{number}.jpg"
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(path, quality=80, dpi=(DPI, DPI))
    whole = Box(150, 150, 1450, 2200)
    lines = tuple(line(150 + 70 * row) for row in range(30))
    text = PrintedPage(WIDTH, HEIGHT, (Area(whole, (Paragraph(whole, lines),)),))
    return PdfPage(path, WIDTH, HEIGHT, DPI, text, str(number), number)


def line(y: int) -> Line:
    """Ten words in a row."""
    words = tuple(Word(f"сөздер{n}", Box(150 + 145 * n, y, 130, 44), 95.0) for n in range(10))
    return Line(Box(150, y, 1435, 44), words, (0.002, -10.0))


def assemble(pages: list[PdfPage], to: Path, edition: Edition) -> None:
    """The measured thing."""
    assemble_pdf(pages, DESCRIBED, to, edition)


def join(pages: list[PdfPage], to: Path) -> None:
    """The reference: one image a page and nothing else."""
    with pikepdf.new() as pdf:
        for one in pages:
            image = Stream(pdf, one.image.read_bytes(), Type=Name.XObject, Subtype=Name.Image)
            image.Width, image.Height, image.BitsPerComponent = WIDTH, HEIGHT, 8
            image.ColorSpace, image.Filter = Name.DeviceGray, Name.DCTDecode
            pdf.add_blank_page(page_size=(WIDTH * 72 / DPI, HEIGHT * 72 / DPI))
            shown = pdf.pages[-1]
            shown.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
            shown.obj.Contents = Stream(pdf, b"q 419.5 0 0 595.2 0 0 cm /Im Do Q")
        pdf.save(to)


def reduce(pages: list[PdfPage]) -> None:
    """The reference of the small edition: its images alone."""
    scale = (SMALL.dpi or DPI) / DPI
    for one in pages:
        with Image.open(one.image) as image:
            size = (round(WIDTH * scale), round(HEIGHT * scale))
            small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
            small.save(io.BytesIO(), "JPEG", quality=SMALL.gray, optimize=True)


def cpu_per_page(work: Callable[[], None]) -> float:
    """The least of some rounds, in ms of CPU."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent) / PAGES


if __name__ == "__main__":
    main()
