"""One call in a forked child: what comes back, and what every way of dying becomes."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import billiard
import psutil
import pytest

from storage.errors import Broken, Failure, Refused, Transient
from workers.limited import Limits, in_limited_child

SMALL = Limits(memory=256 << 20, cpu=20, wall=20, written=1 << 20)


def add(first: int, second: int) -> int:
    return first + second


def test_the_result_comes_back() -> None:
    assert in_limited_child(add, SMALL, 2, 3) == 5


def test_a_result_larger_than_a_pipe_comes_back() -> None:
    content = in_limited_child(lambda: b"\xc4" * (30 << 20), SMALL)
    assert len(content) == 30 << 20
    assert set(content) == {0xC4}


def test_it_is_another_process_in_a_group_of_its_own() -> None:
    child, group = in_limited_child(lambda: (os.getpid(), os.getpgrp()), SMALL)
    assert child != os.getpid()
    assert group == child


@pytest.mark.parametrize("family", [Refused, Transient, Broken])
def test_a_failure_crosses_as_it_is(family: type[Refused]) -> None:
    def fail() -> None:
        raise family("truncated-image", page=7, detail="half")

    with pytest.raises(family) as caught:
        in_limited_child(fail, SMALL)
    assert (caught.value.reason, caught.value.values) == (
        "truncated-image",
        {"page": 7, "detail": "half"},
    )


def test_any_other_exception_is_broken_and_says_where() -> None:
    def fail() -> None:
        raise LookupError("no such thing")

    with pytest.raises(Broken) as caught:
        in_limited_child(fail, SMALL)
    assert caught.value.reason == "unexpected-error"
    assert caught.value.values["kind"] == "LookupError"
    assert caught.value.values["message"] == "no such thing"
    assert str(caught.value.values["place"]).startswith("test_limited.py:")


def test_a_hang_is_ended_with_its_whole_group(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"

    def hang() -> None:
        sleeper = subprocess.Popen(["sleep", "600"])
        note.write_text(str(sleeper.pid))
        time.sleep(600)

    with pytest.raises(Refused) as caught:
        in_limited_child(hang, Limits(memory=256 << 20, cpu=20, wall=1))
    assert caught.value.reason == "image-too-demanding"
    assert caught.value.values == {"limit": "time", "allowed": 1}
    assert is_gone(int(note.read_text()))


def is_gone(pid: int) -> bool:
    """Whether the process has ended; init may be slow to bury it."""
    for _ in range(500):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def test_a_memory_bomb_is_refused() -> None:
    def grow() -> int:
        return len(bytearray(SMALL.memory + (64 << 20)))

    with pytest.raises(Refused) as caught:
        in_limited_child(grow, SMALL)
    assert caught.value.reason == "image-too-demanding"
    assert caught.value.values == {"limit": "memory", "allowed": SMALL.memory}


def test_memory_is_counted_beyond_what_the_parent_holds() -> None:
    held = bytearray(512 << 20)  # more than the limit, and the parent's own
    assert in_limited_child(lambda: len(bytearray(64 << 20)), SMALL) == 64 << 20
    del held


def test_a_burning_processor_is_refused() -> None:
    def burn() -> None:
        while True:
            pass

    with pytest.raises(Refused) as caught:
        in_limited_child(burn, Limits(memory=256 << 20, cpu=1, wall=120))
    assert caught.value.reason == "image-too-demanding"
    assert caught.value.values == {"limit": "cpu", "allowed": 1}


def test_a_crash_of_the_decoder_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        in_limited_child(ctypes.string_at, SMALL, 0)
    assert caught.value.reason == "decoder-crashed"
    assert caught.value.values == {"signal": "SIGSEGV"}


@pytest.mark.parametrize(
    ("number", "family", "reason"),
    [(signal.SIGKILL, Broken, "child-killed"), (signal.SIGTERM, Transient, "child-stopped")],
)
def test_a_child_ended_from_outside_is_tried_again(
    number: signal.Signals, family: type[Failure], reason: str
) -> None:
    """As often as one likes if it was asked to end; the kernel's own way counts."""
    with pytest.raises(family) as caught:
        in_limited_child(lambda: os.kill(os.getpid(), number), SMALL)
    assert caught.value.reason == reason


def test_a_child_that_leaves_without_a_word_is_our_bug() -> None:
    with pytest.raises(Broken) as caught:
        in_limited_child(lambda: os._exit(3), SMALL)
    assert caught.value.reason == "child-vanished"


def test_no_big_file_and_no_core_dump_is_written(tmp_path: Path) -> None:
    def write() -> str:
        try:
            (tmp_path / "big").write_bytes(b"\0" * (SMALL.written + 1))
        except OSError as error:
            return type(error).__name__
        return "written"

    assert in_limited_child(write, SMALL) == "OSError"
    assert in_limited_child(lambda: resource.getrlimit(resource.RLIMIT_CORE)[0], SMALL) == 0


def test_locks_and_sockets_of_the_parent_are_not_held_by_the_child(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        number = lock.fileno()

        def is_open() -> bool:
            try:
                os.fstat(number)
            except OSError:
                return False
            return True

        assert in_limited_child(is_open, SMALL) is False
        assert is_open()


def endings() -> list[Callable[[], object]]:
    def refuse() -> None:
        raise Refused("truncated-image")

    return [lambda: 1, refuse, lambda: os._exit(3), lambda: os.kill(os.getpid(), signal.SIGKILL)]


def test_no_zombie_and_no_open_pipe_is_left() -> None:
    me = psutil.Process()
    before, others = me.num_fds(), set(me.children())  # the tests' engines may be among these
    for function in endings() * 5:
        with contextlib.suppress(Refused, Transient, Broken):
            in_limited_child(function, SMALL)
    assert me.num_fds() == before
    left = set(me.children()) - others
    assert not [child for child in left if child.status() == psutil.STATUS_ZOMBIE]


def in_a_daemon(note: Path) -> None:
    note.write_text(str(in_limited_child(add, SMALL, 40, 2)))


def test_it_works_within_a_daemonic_child_of_celery(tmp_path: Path) -> None:
    note = tmp_path / "answer"
    worker = billiard.Process(target=in_a_daemon, args=(note,), daemon=True)
    worker.start()
    worker.join(30)
    assert worker.exitcode == 0
    assert note.read_text() == "42"


def test_the_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    """The parent cannot end the child any more, so the child's own alarm does."""
    note = tmp_path / "child"
    program = f"""
import os, pathlib, time
from workers.limited import Limits, in_limited_child
def hang():
    pathlib.Path({str(note)!r}).write_text(str(os.getpid()))
    os.kill(os.getppid(), 9)
    time.sleep(600)
in_limited_child(hang, Limits(memory=1 << 28, cpu=5, wall=0.2))
"""
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert is_gone(int(note.read_text()))
