"""Does ``ingest --wait`` come to its end though the worker that ran is taken away?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from archive.overview import PAGE_STEPS
from storage.opening import Storage
from storage.settings import Settings
from tests.faults.killing import is_at_rest, steps_done
from tests.faults.small_pages import print_pages
from tests.faults.workers_at_work import PATIENCE, all_children, mains, until, worker
from tests.sample_home import environment
from workers.presence import worker_is_running


def test_a_worker_is_lent_when_the_other_one_goes(
    settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    """Another ``ingest --wait`` lends a worker only until its own books are complete."""
    print_pages(tmp_path / "pages", 1)
    command = str(Path(sys.executable).with_name("sandyq"))
    with worker(settings) as other:
        until(lambda: len(all_children(other)) == 3, "the other worker")
        for main in mains(other):
            main.suspend()
        with subprocess.Popen(
            [command, "ingest", str(tmp_path / "pages"), "--title", "Бір бет", "--wait"],
            env=environment(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as waiting:
            assert waiting.stderr is not None
            until(lambda: "Books being made" in waiting.stderr.readline(), "the wait")  # type: ignore[union-attr]
            assert steps_done(storage.rows) == 0
            other.kill()
            try:
                waiting.communicate(timeout=PATIENCE)
            finally:
                waiting.kill()
        assert waiting.returncode == 0
    assert is_at_rest(storage.rows)
    assert steps_done(storage.rows) == len(PAGE_STEPS)
    assert not worker_is_running(settings)
