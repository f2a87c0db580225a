"""A real `sandyq worker` in a process of its own, and the processes below it.

Nothing here knows the code under test: it starts the command that an operator
starts and finds celery's processes by psutil.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from storage.settings import Settings
from tests.sample_home import environment

PATIENCE = int(
    os.environ.get("PATIENCE", "300")
)  # seconds after which a run that stands still is given up
LOOK = 0.05


@contextmanager
def worker(settings: Settings, patch: Path | None = None) -> Iterator[psutil.Process]:
    """The supervisor at work until the block ends; none of its processes is left behind.

    `patch` is a folder with a ``sitecustomize.py`` that changes the code in every
    process of this worker: how a mutant is run.
    """
    told = environment(settings)
    if patch is not None:
        told["PYTHONPATH"] = os.pathsep.join(filter(None, [str(patch), told.get("PYTHONPATH")]))
    command = [str(Path(sys.executable).with_name("sandyq")), "worker"]
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=told, stdout=log, stderr=log)
    seen: list[psutil.Process] = []
    try:
        supervisor = psutil.Process(process.pid)
        yield supervisor
    finally:
        with suppress(psutil.NoSuchProcess):
            seen = psutil.Process(process.pid).children(recursive=True)
        for each in seen:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for each in seen:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def mains(supervisor: psutil.Process) -> list[psutil.Process]:
    """Celery's main processes."""
    return [each for each in supervisor.children() if "workers.process" in command_of(each)]


def children(main: psutil.Process) -> list[psutil.Process]:
    """The processes of one pool, which do the steps."""
    with suppress(psutil.NoSuchProcess):
        return [each for each in main.children() if "workers.process" in command_of(each)]
    return []


def all_children(supervisor: psutil.Process) -> list[psutil.Process]:
    """The processes of all pools."""
    return [child for main in mains(supervisor) for child in children(main)]


def is_busy(child: psutil.Process) -> bool:
    """Whether it runs a program or a limited child at this moment."""
    with suppress(psutil.NoSuchProcess):
        return bool(child.children())
    return False


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs or could run; one that is dead and not yet buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(condition: Callable[[], bool], what: str, log: Path | None = None) -> None:
    """Wait for something that must come; how long it takes is not judged."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            told = log.read_text(errors="replace")[-4000:] if log and log.exists() else ""
            raise TimeoutError(f"{what} never came\n{told}")
        time.sleep(LOOK)


def command_of(process: psutil.Process) -> Sequence[str]:
    """What it was started with; nothing of one that is dead, buried or not."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ()
