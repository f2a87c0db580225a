"""What our pipeline is measured against: the program alone, on the same page."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path


def read_bare(page: Path) -> float:
    """CPU seconds of ``tesseract … hocr`` in one thread, as our workers run it.

    The text is thrown away.
    """
    reading = subprocess.Popen(
        ["tesseract", str(page), "-", "-l", "kaz+rus", "--dpi", "300", "hocr"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return cpu_of(reading)


@contextmanager
def bare_beside(pages: Sequence[Path]) -> Iterator[list[float]]:
    """While the block lasts, these pages are read in turn: CPU seconds of each, when it is read."""
    spent: list[float] = []
    over = threading.Event()

    def read_on() -> None:
        turn = itertools.cycle(pages)
        while not over.is_set():
            spent.append(read_bare(next(turn)))

    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read_on)
        try:
            yield spent
        finally:
            over.set()
        reading.result()


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds, user and system, of a process and all that it waited for; it is waited for.

    Raises:
        CalledProcessError: It ended with another code than 0.
    """
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return spent.ru_utime + spent.ru_stime
