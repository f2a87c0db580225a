"""How many pages an hour do one and two worker processes recognise, and in how much memory?

    python -m tests.benchmarks.bench_workers [--pages 24]

The same book goes through a real `sandyq worker` with one process for pages and with
two. Counted is from the first page that is read to the last, so that the start of the
processes is left out. Two bare Tesseracts beside each other say what the machine's two
cores are worth: they share caches and memory, so it is less than twice one. What to
look at is how much of that our two processes make of it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import func, select

from archive.representations import Page
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from tests.benchmarks.bare_tesseract import read_bare
from tests.benchmarks.dense_pages import write_dense_pages
from tests.faults.workers_at_work import worker
from tests.sample_home import sandyq, settings_for

LOOK = 0.5  # seconds; the looks themselves take from the same two cores
LOOKS_AT_MEMORY = 6  # between two
LIMIT = 0.95


def main() -> None:
    """Measure each with one process and with two, and print the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=24)
    pages = arguments.parse_args().pages
    with tempfile.TemporaryDirectory() as scratch:
        files = write_dense_pages(Path(scratch), pages)
        bare = {crew: _bare_rate(files, crew) for crew in (1, 2)}
        ours: dict[int, float] = {}
        for crew in (1, 2):
            ours[crew], memory = _rate(Path(scratch) / f"home{crew}", files, crew)
            print(f"{crew} process(es) for pages: {3600 * ours[crew]:.0f} pages an hour")
            for role, megabytes in sorted(memory.items()):
                print(f"  {role:<28} at most {megabytes:4.0f} MB of its own")
    linear, machine = ours[2] / ours[1], bare[2] / bare[1]
    print(f"two ÷ one: bare tesseract {machine:.2f}, ours {linear:.2f}")
    print(f"ours ÷ what the machine gives {linear / machine:.2f} (the issue: at least {LIMIT})")


def _bare_rate(files: Sequence[Path], processes: int) -> float:
    """Pages a second of so many bare Tesseracts beside each other."""
    start = time.perf_counter()
    with ThreadPoolExecutor(processes) as crew:
        list(crew.map(read_bare, files))
    return len(files) / (time.perf_counter() - start)


def _rate(home: Path, files: Sequence[Path], processes: int) -> tuple[float, Mapping[str, float]]:
    """Pages a second of a worker, and the largest private memory of each of its processes, MB."""
    settings = settings_for(home / "var", processes=processes)
    folder = home / "book"
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).write_bytes(file.read_bytes())
    sandyq(settings, "ingest", folder, "--title", "Bench")
    storage = open_storage(settings, SEARCH_SCHEMA)
    memory: dict[str, float] = {}
    moments: list[float] = []
    with worker(settings) as supervisor:
        for look in count():
            time.sleep(LOOK)
            if look % LOOKS_AT_MEMORY == 0:
                _note_memory(supervisor, memory)
            with storage.rows.reading() as session:
                done = session.scalar(select(func.count()).where(Page.text_id.is_not(None)))
            moments += [time.perf_counter()] * ((done or 0) - len(moments))
            if len(moments) == len(files):
                break
    storage.close()
    first = moments.count(moments[0])
    return (len(files) - first) / (moments[-1] - moments[0]), memory


def _note_memory(supervisor: psutil.Process, memory: dict[str, float]) -> None:
    for process, role in _processes(supervisor):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            own = process.memory_full_info().uss / 2**20
            memory[role] = max(memory.get(role, 0.0), own)


def _processes(supervisor: psutil.Process) -> Iterator[tuple[psutil.Process, str]]:
    yield supervisor, "supervisor"
    for process in supervisor.children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            yield process, _role(process)


def _role(process: psutil.Process) -> str:
    command = process.cmdline()
    if "workers.process" not in command:
        return Path(command[0]).name if command else "ended"
    queues = command[command.index("workers.process") + 1]
    parent = process.parent()
    is_child = parent is not None and "workers.process" in parent.cmdline()
    return f"{'child' if is_child else 'main'} of {queues}"


if __name__ == "__main__":
    main()
