"""Which pages lie in a container, and what are the bytes of each?

A multi-page TIFF or a PDF of scans is kept whole as one Scan; each page is
taken out losslessly as a Derivative of role ``split``. A TIFF page is copied
with its compressed strips as they are; a PDF page's image is taken as it is
(``workers.pdf_pages``). All of it happens in a limited child.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.recipes import formats
from schemas import tiff, tiff_copy
from storage.errors import Refused
from workers import pdf_pages
from workers.limited import DECODING, Limits, in_limited_child

MAX_PAGES = 3000


@dataclass(frozen=True, slots=True)
class SplitPage:
    """One page's own file; `dpi` where the container knows it better than the file."""

    content: bytes
    media_type: str
    dpi: int | None = None


def count_frames(path: Path, media_type: str, *, limits: Limits = DECODING) -> int:
    """How many pages the file holds; 1 for what cannot be a container.

    Previews and masks within a TIFF are not pages.

    Raises:
        Refused: ``too-many-pages`` (pages, limit), ``no-pages``, ``damaged-image``,
            ``truncated-image``, ``damaged-pdf``, ``encrypted-pdf``.
    """
    if not formats.may_hold_pages(media_type):
        return 1
    return in_limited_child(_count, limits, path, media_type)


def extract_frame(
    path: Path, media_type: str, frame: int, *, limits: Limits = DECODING
) -> SplitPage:
    """Page `frame`, from 0, as a file of its own with the same px.

    Raises:
        Refused: as `count_frames`, ``no-such-frame`` (frame) and what
            ``workers.pdf_pages.extract_page`` raises.
    """
    return in_limited_child(_extract, limits, path, media_type, frame)


def _count(path: Path, media_type: str) -> int:
    is_pdf = media_type == formats.PDF
    pages = pdf_pages.count_pages(path) if is_pdf else len(_tiff_pages(path)[1])
    if pages == 0:
        raise Refused("no-pages")
    if pages > MAX_PAGES:
        raise Refused("too-many-pages", pages=pages, limit=MAX_PAGES)
    return pages


def _extract(path: Path, media_type: str, frame: int) -> SplitPage:
    if media_type == formats.PDF:
        image = pdf_pages.extract_page(path, frame)
        return SplitPage(image.content, image.media_type, image.dpi)
    directories, pages = _tiff_pages(path)
    if not 0 <= frame < len(pages):
        raise Refused("no-such-frame", frame=frame)
    return SplitPage(tiff_copy.single_page(directories[pages[frame]]), formats.TIFF)


def _tiff_pages(path: Path) -> tuple[tuple[tiff.Directory, ...], tuple[int, ...]]:
    content = path.read_bytes()
    if not content:
        raise Refused("empty-file")
    directories = tiff.read_directories(tiff.from_bytes(content))
    return directories, tiff.page_directories(directories)
