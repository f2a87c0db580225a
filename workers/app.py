"""The worker's side of the queue: one three-line Celery task for each step.

The table of steps is the whole pipeline on one screen: characterise → derive and
recognise → index; and for a complete book manifest and PDFs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from celery import Celery

from archive.ledger import BookBuild, PageStep
from storage.settings import Settings
from workers.book_task import BookTask, read_book_task
from workers.cataloguing import take_in
from workers.gathering import index_in_company
from workers.page_task import PageTask, read_page_task
from workers.queue import open_queue
from workers.running import Step, run_step
from workers.steps import characterise, derive, manifest, pdf, recognise
from workers.workshop import Workshop

PAGE_STEPS: Mapping[str, Step[PageStep, PageTask, Any]] = {
    "characterise": Step(PageStep, read_page_task, characterise.work, characterise.record),
    "derive": Step(PageStep, read_page_task, derive.work, derive.record),
    "recognise": Step(PageStep, read_page_task, recognise.work, recognise.record),
}
BUILDS: Mapping[str, Step[BookBuild, BookTask, Any]] = {
    "manifest": Step(BookBuild, read_book_task, manifest.work, manifest.record),
    "pdf": Step(BookBuild, read_book_task, pdf.work, pdf.record),
    "pdf-small": Step(BookBuild, read_book_task, pdf.work_small, pdf.record),
}

TASKS: Mapping[str, Callable[[Workshop, int], object]] = {
    **{name: partial(run_step, step) for name, step in PAGE_STEPS.items()},
    "index": index_in_company,
    "catalogue": take_in,
    **{name: partial(run_step, step) for name, step in BUILDS.items()},
}


def open_worker(settings: Settings) -> Celery:
    """The Celery application with every step as a task."""
    queue = open_queue(settings)
    workshop = Workshop(settings, queue)
    for name, run in TASKS.items():
        _add_task(queue, workshop, name, run)
    return queue


def _add_task(
    queue: Celery, workshop: Workshop, name: str, run: Callable[[Workshop, int], object]
) -> None:
    @queue.task(name=f"workers.{name}")
    def task(number: int) -> None:
        run(workshop, number)
