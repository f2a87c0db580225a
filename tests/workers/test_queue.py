"""Do wake-up calls leave after the commit, and may they be lost without harm?"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import text

from storage.errors import Transient
from storage.opening import Storage
from storage.settings import Settings
from tests.sample_home import settings_for
from workers.queue import QUEUES, all_lines, calls_held, open_queue, transaction


class ChangedMyMind(Exception):
    """What goes wrong in the middle of a transaction."""


@pytest.fixture
def queue(settings: Settings) -> Iterator[Celery]:
    opened = open_queue(settings)
    yield opened
    opened.close()


def waiting(settings: Settings) -> list[tuple[str, str, list[int]]]:
    """Queue, task and arguments of every message in the broker's folder, oldest first."""
    found = []
    for file in sorted((settings.queue_folder / "messages").iterdir()):
        message = json.loads(file.read_text())
        queue = file.name.split(".")[1]
        found.append((queue, message["headers"]["task"], json.loads(_body(message))[0]))
    return found


def _body(message: dict[str, str]) -> str:
    return base64.b64decode(message["body"]).decode()


def committed(storage: Storage) -> int:
    with storage.rows.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM branches")) or 0)


INSERT = text(
    "INSERT INTO branches (code, label_kk, label_ru, label_en) VALUES ('x', 'x', 'x', 'x')"
)


def test_a_call_leaves_after_the_commit(
    storage: Storage, queue: Celery, settings: Settings
) -> None:
    with transaction(storage.rows, queue) as (session, wake):
        session.execute(INSERT)
        wake("recognise", 7)
        assert waiting(settings) == []
    assert waiting(settings) == [("texts", "workers.recognise", [7])]


def test_a_call_does_not_leave_with_a_savepoint(
    storage: Storage, queue: Celery, settings: Settings
) -> None:
    """SQLAlchemy's own ``after_commit`` would fire here."""
    with pytest.raises(ChangedMyMind):
        _change_mind_after_savepoint(storage, queue, settings)
    assert committed(storage) == 0
    assert waiting(settings) == []


def _change_mind_after_savepoint(storage: Storage, queue: Celery, settings: Settings) -> None:
    with transaction(storage.rows, queue) as (session, wake):
        with session.begin_nested():
            session.execute(INSERT)
            wake("recognise", 7)
        assert waiting(settings) == []
        raise ChangedMyMind


def test_calls_leave_in_order_and_once(storage: Storage, queue: Celery, settings: Settings) -> None:
    with transaction(storage.rows, queue) as (_, wake):
        for number in (3, 1, 3, 2, 1):
            wake("derive", number)
    assert [args for _, _, args in waiting(settings)] == [[3], [1], [2]]


def test_the_broker_tells_how_many_calls_lie_in_each_line(
    storage: Storage, queue: Celery, settings: Settings
) -> None:
    torn = settings.queue_folder / "messages" / "0_torn.pages.msg.unfinished"
    torn.write_bytes(b"{")
    with transaction(storage.rows, queue) as (_, wake):
        for step, number in (("derive", 1), ("characterise", 1), ("recognise", 2), ("pdf", 3)):
            wake(step, number)
    held = {"books": 1, "index": 0, "pages": 2, "texts": 1}
    assert calls_held(queue, all_lines(settings)) == held
    assert len(list(torn.parent.iterdir())) == 4 + 1  # nothing was taken
    shutil.rmtree(settings.queue_folder)
    with pytest.raises(Transient, match="queue-unavailable"):
        calls_held(queue, all_lines(settings))


@pytest.mark.parametrize("step", QUEUES)
def test_every_step_has_its_queue(
    storage: Storage, queue: Celery, settings: Settings, step: str
) -> None:
    with transaction(storage.rows, queue) as (_, wake):
        wake(step, 1)
    assert waiting(settings) == [(QUEUES[step], f"workers.{step}", [1])]


@pytest.mark.parametrize("already_open", [False, True])
@pytest.mark.parametrize("damage", ["folder gone", "folder is a file"])
def test_a_broker_that_refuses_does_not_undo_the_rows(
    storage: Storage, settings: Settings, queue: Celery, damage: str, *, already_open: bool
) -> None:
    if already_open:
        with transaction(storage.rows, queue) as (_, wake):
            wake("derive", 1)
    shutil.rmtree(settings.queue_folder)
    if damage == "folder is a file":
        settings.queue_folder.write_text("")
    with transaction(storage.rows, queue) as (session, wake):
        session.execute(INSERT)
        wake("derive", 2)
    assert committed(storage) == 1


class Onlooker:
    """Part of a message: looks into the folder at the moment in which it is written down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[str] = []

    def __json__(self) -> str:
        self.seen += [file.name for file in self.folder.iterdir() if file.suffix == ".msg"]
        return "looked"


def test_a_message_has_its_name_only_when_it_is_whole(queue: Celery, settings: Settings) -> None:
    """kombu's own transport opens the file first: a consumer then reads nothing and dies."""
    folder = settings.queue_folder / "messages"
    onlooker = Onlooker(folder)
    with queue.connection_for_write() as connection:
        channel: Any = connection.default_channel
        channel._put("pages", {"part": onlooker})
    assert onlooker.seen == []
    (message,) = folder.iterdir()
    assert message.name.endswith(".pages.msg")
    assert json.loads(message.read_text()) == {"part": "looked"}


def test_calls_are_taken_oldest_first_and_torn_ones_are_let_lie(
    storage: Storage, queue: Celery, settings: Settings
) -> None:
    torn = settings.queue_folder / "messages" / "0_torn.pages.unfinished"
    torn.write_bytes(b"{")
    for number in (1, 2):
        with transaction(storage.rows, queue) as (_, wake):
            wake("derive", number)
    with queue.connection_for_read() as connection, connection.SimpleQueue("pages") as calls:
        taken = [calls.get(timeout=5) for _ in range(2)]
        for message in taken:
            message.ack()
    assert [message.payload[0] for message in taken] == [[1], [2]]
    assert list(torn.parent.iterdir()) == [torn]


@pytest.mark.parametrize("left", [b"", b"[[", b'[["other", "", "other"]]'])
def test_a_process_killed_while_it_binds_a_queue_spoils_nothing(
    queue: Celery, settings: Settings, left: bytes
) -> None:
    """With kombu's own transport every process would end at an empty table from then on."""
    table = settings.queue_folder / "control" / "pages.exchange"
    table.write_bytes(left)
    with queue.connection_for_write() as connection:
        channel: Any = connection.default_channel
        whole = left.endswith(b"]]")
        assert channel.get_table("pages") == ([("other", "", "other")] if whole else [])
        for _ in range(2):
            channel._queue_bind("pages", "pages", "", "pages")
        assert channel.get_table("pages")[0] == ("pages", "", "pages")
    assert json.loads(table.read_text())[1:] == ([["other", "", "other"]] if whole else [])


def test_a_table_is_never_seen_half_written(queue: Celery, settings: Settings) -> None:
    """A new table is another file under the same name: readers keep the old one whole."""
    table = settings.queue_folder / "control" / "pages.exchange"
    with queue.connection_for_write() as connection:
        channel: Any = connection.default_channel
        channel._queue_bind("pages", "1", "", "pages")
        with table.open() as reader:
            channel._queue_bind("pages", "2", "", "pages")
            assert json.loads(reader.read()) == [["1", "", "pages"]]
    assert len(json.loads(table.read_text())) == 2


def test_acknowledgement_belongs_to_the_broker(tmp_path: Path) -> None:
    """Measured: late acks stall filesystem:// and early ones lose calls on a server."""
    files = open_queue(settings_for(tmp_path)).conf
    assert (files.task_acks_late, files.task_reject_on_worker_lost) == (False, False)
    assert files.broker_transport_options["polling_interval"] == 0.2
    server = open_queue(settings_for(tmp_path, broker="redis://localhost/0")).conf
    assert (server.task_acks_late, server.task_reject_on_worker_lost) == (True, True)
    assert files.accept_content == server.accept_content == ["json"]


def test_a_call_is_not_given_to_a_second_worker_before_its_lease_is_over(tmp_path: Path) -> None:
    """It would be in vain, and the same everywhere: the shortest time wins on Redis."""
    for lease in (5, 600, 3600):
        settings = settings_for(tmp_path, broker="redis://localhost/0", lease_seconds=lease)
        told = open_queue(settings).conf.broker_transport_options
        assert told["visibility_timeout"] >= max(3600, 4 * lease)
