"""The worker's side of the queue: one three-line Celery task for each step.

The whole pipeline: characterise → derive and recognise → index; and for a complete
book manifest and PDFs. Each queue has a process of its own, which loads the tools of
its own steps alone: all of them together take a second and 60 MB to load.
"""

# ruff: noqa: PLC0415 - imports inside functions are what this module is for

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from celery import Celery

from storage.log_lines import about
from storage.settings import Settings
from workers.queue import QUEUES, open_queue
from workers.running import run_step
from workers.workshop import Workshop

Task = Callable[[Workshop, int], object]


def open_worker(settings: Settings, queues: Iterable[str]) -> Celery:
    """The Celery application with every step of these queues as a task."""
    queue = open_queue(settings)
    workshop = Workshop(settings, queue)
    for name, run in tasks_of(queues).items():
        _add_task(queue, workshop, name, run)
    return queue


def tasks_of(queues: Iterable[str]) -> dict[str, Task]:
    """What is done for each step of these queues."""
    asked = set(queues)
    return {
        step: task
        for name in sorted(asked)
        for step, task in _TASKS[name]().items()
        if QUEUES[step] in asked
    }


def _of_pages() -> dict[str, Task]:
    from workers.page_steps import PAGE_STEPS

    return {name: partial(run_step, step) for name, step in PAGE_STEPS.items()}


def _of_the_index() -> dict[str, Task]:
    from workers.gathering import index_in_company

    return {"index": index_in_company}


def _of_books() -> dict[str, Task]:
    from workers.book_steps import BUILDS

    builds: dict[str, Task] = {name: partial(run_step, step) for name, step in BUILDS.items()}
    return builds | {"catalogue": _take_in}


def _take_in(workshop: Workshop, number: int) -> None:
    """Loaded when it is called: a catalogue comes a few times a year."""
    from workers.cataloguing import take_in

    take_in(workshop, number)


_TASKS: Mapping[str, Callable[[], dict[str, Task]]] = {
    "pages": _of_pages,
    "texts": _of_pages,
    "index": _of_the_index,
    "books": _of_books,
}


def _add_task(queue: Celery, workshop: Workshop, name: str, run: Task) -> None:
    @queue.task(name=f"workers.{name}")
    def task(number: int) -> None:
        with about(step=name, step_id=number, queue=QUEUES[name]):
            run(workshop, number)
