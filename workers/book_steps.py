"""What is made of a complete book: its manifest and its PDFs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.ledger import BookBuild
from workers.book_task import BookTask, read_book_task
from workers.running import Step
from workers.steps import manifest, pdf

BUILDS: Mapping[str, Step[BookBuild, BookTask, Any]] = {
    "manifest": Step(BookBuild, read_book_task, manifest.work, manifest.record),
    "pdf": Step(BookBuild, read_book_task, pdf.work, pdf.record),
    "pdf-small": Step(BookBuild, read_book_task, pdf.work_small, pdf.record),
}
