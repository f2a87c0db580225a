"""The queue: wake-up calls that leave after the commit and may be lost.

`transaction` is the only way in which a step is woken. The broker is chosen by
URL; how a message is acknowledged belongs to the broker (docs/decisions).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu.exceptions import KombuError
from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep, forget_calls
from storage.database import Database
from storage.errors import Transient
from storage.settings import Settings
from workers.lanes import Call, lines, lines_of

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

# On a server the calls of these wait in lines of their own.
_IN_LINES = {step: queue for step, queue in QUEUES.items() if queue in {"pages", "texts"}}
_BUILDS = frozenset(step for step, queue in QUEUES.items() if queue == "books") - {"catalogue"}
_PAGE_STEPS = frozenset(step for step, queue in QUEUES.items() if queue != "books")

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
    # The default gives up after a hundred attempts; the server may be away for a night.
    "broker_connection_max_retries": None,
    # Whoever publishes is a person's request: the row stands, and the sweeper calls later.
    "broker_connection_timeout": 2,
    "task_publish_retry": False,
}
# Of Redis and Valkey (kombu.transport.redis). A call that a worker took and did not end
# within this time is given to another one: in vain, since its row was claimed, and long
# after the lease. It only must not be shorter than a lease, and the same everywhere.
_LEASES = 4
_REDIS: Mapping[str, Any] = {
    # One line a name: the lines of `workers.lanes` take the place of priorities.
    "priority_steps": [0],
    "queue_order_strategy": "round_robin",
    "unacked_restore_throttle": 1,
    "health_check_interval": 25,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
    # Longer than the second for which a worker asks the server to wait for a call.
    "socket_timeout": 3,
    "retry_on_timeout": False,
}


def open_queue(settings: Settings) -> Celery:
    """The Celery application that both ends of the queue share."""
    on_files = settings.broker.startswith("filesystem://")
    # A host name means nothing to files, but kombu warns on each connection without one.
    broker = "filesystem://localhost//" if on_files else settings.broker_url
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
        broker_transport_options=_folders(settings) if on_files else _redis(settings),
        **(_FILESYSTEM if on_files else _SERVER),
    )
    return queue


def _redis(settings: Settings) -> dict[str, Any]:
    seconds = max(3600, _LEASES * settings.lease_seconds)
    return {**_REDIS, "visibility_timeout": seconds}


def has_lines(settings: Settings) -> bool:
    """Whether calls for pages wait in several lines: each costs files a look more."""
    return not settings.broker.startswith("filesystem://")


def all_lines(settings: Settings) -> list[str]:
    """The names under which calls wait at this broker."""
    queues = sorted(set(QUEUES.values()))
    if not has_lines(settings):
        return queues
    lined = set(_IN_LINES.values())
    return [line for queue in queues for line in (lines(queue) if queue in lined else [queue])]


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


def queue_answers(queue: Celery) -> None:
    """Connect once.

    Raises:
        Transient: ``queue-unavailable``.
    """
    try:
        with queue.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (KombuError, OSError) as error:
        raise Transient("queue-unavailable") from error


def calls_held(queue: Celery, names: Iterable[str]) -> dict[str, int]:
    """How many calls the broker holds in each of these lines.

    Raises:
        Transient: ``queue-unavailable``.
    """
    with queue.connection_for_write() as connection:
        errors: Any = (*connection.connection_errors, *connection.channel_errors)
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            channel: Any = connection.default_channel
            return {name: channel.queue_declare(queue=name).message_count for name in names}
        except (*errors, KombuError, OSError) as error:
            raise Transient("queue-unavailable") from error


@contextmanager
def transaction(
    rows: Database, queue: Celery, *, beside: bool = False
) -> Iterator[tuple[Session, Wake]]:
    """Write rows and wake steps: the calls leave once everything is committed.

    `beside` as for `Database.writing`.

    Not hung on SQLAlchemy's ``after_commit``, which also fires when a savepoint
    is released and the whole may still be rolled back.
    """
    calls: dict[tuple[str, int], None] = {}
    line_of: Mapping[Call, str] = {}
    with rows.writing(beside=beside) as session:
        yield session, lambda step, number: calls.update({(step, number): None})
        if calls and queue.conf.task_acks_late:  # a server
            line_of = lines_of(session, calls, _IN_LINES)
    for place, call in enumerate(calls):
        if not _send(queue, call, line_of.get(call, QUEUES[call[0]])):
            # Each further one would let a person wait as long again.
            _call_later(rows, list(calls)[place:])
            break


def _send(queue: Celery, call: Call, line: str) -> bool:
    step, number = call
    try:
        queue.send_task(
            f"workers.{step}", args=[number], queue=line, retry=False, ignore_result=True
        )
    except (KombuError, OSError) as error:
        log.warning("step %s %s was not woken: %s", step, number, error)
        return False
    return True


def _call_later(rows: Database, calls: Sequence[Call]) -> None:
    """The rows say that these steps are due: the next sweep calls, not the one after a lease."""
    try:
        with rows.writing() as session:
            forget_calls(session, BookBuild, [n for step, n in calls if step in _BUILDS])
            forget_calls(session, PageStep, [n for step, n in calls if step in _PAGE_STEPS])
    except Transient as failure:
        log.warning("%s steps wait for the sweep after their lease: %s", len(calls), failure)
