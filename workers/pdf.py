"""How do a book's page images and recognised text become one PDF?

PDF/A-2b (ISO 19005-2), linearized, with an invisible text layer, the contents
as the outline and the printed page numbers as page labels. Which pages a
reader may have is the caller's decision: pages that are withheld are simply
not given, and those that stay keep their printed numbers.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, OutlineItem, Pdf, String, pdfa

from storage.errors import Broken, Refused, Transient
from workers.pdf_images import ORIGINAL, SMALL, Edition
from workers.pdf_page_labels import page_labels
from workers.pdf_placement import PdfPage, PlacedPage, place_pages

__all__ = ["ORIGINAL", "SMALL", "Edition", "PdfDescription", "PdfPage", "assemble_pdf"]

_FLAVOUR = "2b"
_FINDINGS_TOLD = 3


@dataclass(frozen=True, slots=True)
class PdfDescription:
    """What the document says of itself.

    `language` is a BCP 47 tag; `contents` are (title, sequence of the page
    where it begins), in reading order; `created` has a time zone.
    """

    title: str
    language: str
    created: datetime
    authors: tuple[str, ...] = ()
    contents: tuple[tuple[str, int], ...] = ()


def assemble_pdf(
    pages: Iterable[PdfPage], description: PdfDescription, to: Path, edition: Edition = ORIGINAL
) -> None:
    """Write `pages` in the given order as PDF/A-2b to `to`, replacing what is there.

    `pages` is walked once and no page is kept, so it may be a generator.
    Equal input gives equal bytes. A contents entry whose page was not given is
    left out. Needs space beside `to` for twice the size of the result; nothing
    is left there on failure.

    Raises:
        Refused: `pdf-without-pages`; `pdf-too-large`: more than PDF/A can
            hold, so only the small edition can be had; `image-of-other-shape`
            and those of ``workers.decode.decode``, with the page's sequence as
            `page`.
        Transient: `storage-full`.
        Broken: `pdf-not-valid`: what was written is not PDF/A-2b.
    """
    try:
        _assemble(pages, description, to, edition)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Transient("storage-full") from error
        raise
    except pdfa.PdfaError as error:
        findings = "; ".join(str(found) for found in error.report.findings[:_FINDINGS_TOLD])
        raise Broken("pdf-not-valid", findings=findings) from error


def _assemble(
    pages: Iterable[PdfPage], description: PdfDescription, to: Path, edition: Edition
) -> None:
    with (
        tempfile.TemporaryDirectory(prefix=".pages-", dir=to.parent) as spool,
        pikepdf.new() as pdf,
    ):
        placed = place_pages(pdf, pages, edition, Path(spool))
        if not placed:
            raise Refused("pdf-without-pages")
        _describe(pdf, description)
        _add_labels(pdf, placed)
        _add_contents(pdf, description, placed)
        _write(pdf, description, to)


def _describe(pdf: Pdf, description: PdfDescription) -> None:
    pdf.Root.Lang = String(description.language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    created = description.created.isoformat()
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = description.title
        metadata["dc:creator"] = list(description.authors)
        metadata["dc:language"] = {description.language}
        metadata["xmp:CreateDate"] = created
        metadata["xmp:ModifyDate"] = created
        metadata["xmp:CreatorTool"] = "Sandyq"


def _add_labels(pdf: Pdf, placed: Sequence[PlacedPage]) -> None:
    # A number supplied by the cataloguer, not printed, stands in brackets.
    pdf.Root.PageLabels = page_labels(page.label or f"[{page.sequence}]" for page in placed)


def _add_contents(pdf: Pdf, description: PdfDescription, placed: Sequence[PlacedPage]) -> None:
    index_of = {page.sequence: index for index, page in enumerate(placed)}
    begun = [(title, index_of[at]) for title, at in description.contents if at in index_of]
    if not begun:
        return
    with pdf.open_outline() as outline:
        outline.root.extend(OutlineItem(title, index, "Fit") for title, index in begun)
    pdf.Root.PageMode = Name.UseOutlines


def _write(pdf: Pdf, description: PdfDescription, to: Path) -> None:
    pdfa.prepare(pdf, _FLAVOUR)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        # prepare() writes the time of day, and equal input must give equal bytes.
        metadata["xmp:MetadataDate"] = description.created.isoformat()
    pdfa.save(pdf, to, _FLAVOUR, repair=False, linearize=True, deterministic_id=True)
