"""The queue: wake-up calls that leave after the commit and may be lost.

`transaction` is the only way in which a step is woken. The broker is chosen by
URL; how a message is acknowledged belongs to the broker (docs/decisions).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.settings import Settings

log = logging.getLogger(__name__)

Wake = Callable[[str, int], None]

# Which worker does which step. Indexing has a queue and a process of its own: the
# index has one writer, and everybody else would wait for its lock.
QUEUES: Mapping[str, str] = {
    "characterise": "pages",
    "derive": "pages",
    "recognise": "texts",
    "index": "index",
    "manifest": "books",
    "pdf": "books",
    "pdf-small": "books",
    "catalogue": "books",
}

_FILESYSTEM: Mapping[str, Any] = {
    "broker_transport": "workers.file_messages:Transport",
    # Measured: with late acks a filesystem:// worker stalls silently after a few
    # killed children; early acks lose one message a kill, and the sweeper heals it.
    "task_acks_late": False,
    "task_reject_on_worker_lost": False,
}
_SERVER: Mapping[str, Any] = {
    # Measured on Redis: without both, one message in sixteen is lost per killed child.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_acks_on_failure_or_timeout": True,
}


def open_queue(settings: Settings) -> Celery:
    """The Celery application that both ends of the queue share."""
    on_files = settings.broker.startswith("filesystem://")
    # A host name means nothing to files, but kombu warns on each connection without one.
    broker = "filesystem://localhost//" if on_files else settings.broker
    queue = Celery("sandyq", broker=broker, set_as_current=False)
    queue.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue="pages",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        # Nobody sends commands to a worker: its supervisor ends it by a signal.
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_folders(settings) if on_files else {"visibility_timeout": 3600},
        **(_FILESYSTEM if on_files else _SERVER),
    )
    return queue


def _folders(settings: Settings) -> dict[str, Any]:
    messages, control = settings.queue_folder / "messages", settings.queue_folder / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        # A worker that looks twenty times a second spends on it as much CPU as on deriving
        # a page's images, and each hop between steps would be only a tenth of a second faster.
        "polling_interval": 0.2,
    }


@contextmanager
def transaction(rows: Database, queue: Celery) -> Iterator[tuple[Session, Wake]]:
    """Write rows and wake steps: the calls leave once everything is committed.

    Not hung on SQLAlchemy's ``after_commit``, which also fires when a savepoint
    is released and the whole may still be rolled back.
    """
    calls: dict[tuple[str, int], None] = {}
    with rows.writing() as session:
        yield session, lambda step, number: calls.update({(step, number): None})
    for step, number in calls:
        _send(queue, step, number)


def _send(queue: Celery, step: str, number: int) -> None:
    try:
        queue.send_task(
            f"workers.{step}", args=[number], queue=QUEUES[step], retry=False, ignore_result=True
        )
    except (OperationalError, OSError) as error:
        # The row says that the step is due; the sweeper will call again.
        log.warning("step %s %s was not woken: %s", step, number, error)
