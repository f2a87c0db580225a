"""Does the work go on when the broker, a worker or the supervisor itself is gone?"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from storage.opening import Storage
from storage.settings import Settings
from tests.faults.killing import is_at_rest, steps_done
from tests.faults.small_book import found, hand_in
from tests.faults.workers_at_work import is_alive, mains, until, worker


def test_a_broker_emptied_in_mid_run_loses_nothing(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    pages = 12
    hand_in(settings, tmp_path, pages)
    messages = settings.queue_folder / "messages"
    with worker(settings):
        for done in (4, 16, 28):
            until(lambda: steps_done(storage.rows) >= done, f"step {done}")  # noqa: B023
            for message in messages.iterdir():
                message.unlink(missing_ok=True)
        until(lambda: steps_done(storage.rows) >= 36, "step 36")
        # Moved away first: workers go on writing into a folder while it is being removed.
        settings.queue_folder.rename(tmp_path / "lost queue")
        shutil.rmtree(tmp_path / "lost queue", ignore_errors=True)
        until(lambda: is_at_rest(storage.rows), "the end", settings.home / "worker.log")
    assert found(storage, pages) == []


def test_a_worker_that_falls_silent_is_started_again(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """A stopped main process answers nobody and does not exit, like a stalled connection.

    It has no step in hand, so nobody waits for the lease to end; and what it was called for
    is lost with it.
    """
    settings = replace(settings, lease_seconds=3600)
    with worker(settings) as supervisor:
        until(lambda: len(mains(supervisor)) == 2, "both workers")
        silent = next(each for each in mains(supervisor) if "pages" in " ".join(each.cmdline()))
        silent.suspend()
        hand_in(settings, tmp_path, 2)
        for message in (settings.queue_folder / "messages").glob("*.pages.msg"):
            message.unlink()
        until(lambda: is_at_rest(storage.rows), "the end", settings.home / "worker.log")
        assert not is_alive(silent)
    assert found(storage, 2) == []


def test_a_worker_that_exits_is_started_again_and_a_killed_supervisor_leaves_nobody(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    hand_in(settings, tmp_path, 2)
    with worker(settings) as supervisor:
        until(lambda: len(mains(supervisor)) == 2, "both workers")
        first = mains(supervisor)
        for each in first:
            each.terminate()
        until(lambda: len(set(mains(supervisor)) - set(first)) == 2, "two others")
        below = supervisor.children(recursive=True)
        supervisor.kill()
        until(lambda: not any(map(is_alive, below)), "the end of the orphans")
    with worker(settings):
        until(lambda: is_at_rest(storage.rows), "the end", settings.home / "worker.log")
    assert found(storage, 2) == []
