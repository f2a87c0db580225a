"""pdf, pdf-small: the whole book as one searchable PDF/A."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from archive.derivation import Made
from archive.ledger import PageStep
from schemas.hocr import read_hocr
from schemas.language_tags import language_tag
from storage.blobs import Blobs, pieces_of
from workers.book_task import BookTask
from workers.pdf import ORIGINAL, SMALL, Edition, PdfDescription, PdfPage, assemble_pdf
from workers.recognise import NOMINAL_DPI
from workers.steps.book import record_build
from workers.workshop import Workshop


def work(workshop: Workshop, task: BookTask) -> Made:
    """The edition with the scans' own image data."""
    return _assembled(workshop, task, ORIGINAL)


def work_small(workshop: Workshop, task: BookTask) -> Made:
    """The edition for slow lines."""
    return _assembled(workshop, task, SMALL)


def record(workshop: Workshop, session: Session, task: BookTask, made: Made) -> Iterable[PageStep]:
    """Offer the PDF from now on."""
    record_build(workshop, session, task, made)
    return ()


def _assembled(workshop: Workshop, task: BookTask, edition: Edition) -> Made:
    blobs = workshop.storage.blobs
    description = PdfDescription(
        title=task.title,
        language=language_tag(task.language),
        created=task.created_at,
        authors=task.authors,
        contents=task.contents,
    )
    with tempfile.TemporaryDirectory(dir=workshop.scratch) as folder:
        path = Path(folder) / "book.pdf"
        assemble_pdf(_pages(blobs, task), description, path, edition)
        with path.open("rb") as file:
            key = blobs.put(pieces_of(file))
        return Made(task.step, key, "application/pdf", path.stat().st_size)


def _pages(blobs: Blobs, task: BookTask) -> Iterator[PdfPage]:
    for page in task.pages:
        with blobs.path(page.image_key) as image:
            yield PdfPage(
                image=image,
                width=page.width,
                height=page.height,
                dpi=page.dpi or NOMINAL_DPI,
                text=read_hocr(blobs.read(page.hocr_key)) if page.hocr_key else None,
                label=page.label,
                sequence=page.sequence,
                framing=page.framing,
            )
