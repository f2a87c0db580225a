"""CPU of the whole pipeline for a page, against bare ``tesseract … hocr`` on the same files.

The pages go through `sandyq ingest --wait` with everything that belongs to it:
Celery on files, the ledger, images, text, index, manifest and PDFs. Only pages
that the ladder's first rung reads well are taken, so that both read them once.

    python -m tests.benchmarks.bench_pipeline [--pages 10]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.sample_home import SAMPLES, sandyq, settings_for

GOOD = ("0003", "0004", "0006", "0008", "0010", "0014", "0016")
LIMIT = 1.15


def main() -> None:
    """Measure both in turn, several times, and print the ratio of the sums."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2)
    rounds = arguments.parse_args().rounds
    pages = [SAMPLES / "komirli-olke" / f"{name}.jpg" for name in GOOD]
    bare, whole, steady = 0.0, 0.0, 0.0
    for _ in range(rounds):
        bare += cpu_of(lambda: [_read_bare(page) for page in pages])
        once = cpu_of(lambda: _ingest(pages, copies=1))
        twice = cpu_of(lambda: _ingest(pages, copies=2))
        whole += once
        # Start and stop of portal-less worker processes cost the same for any book:
        # the second copy of the pages pays for pages alone.
        steady += twice - once
    count = rounds * len(pages)
    print(f"bare tesseract … hocr:        {bare / count:6.2f} CPU-s a page")
    print(f"whole pipeline, with start:   {whole / count:6.2f} CPU-s a page, {whole / bare:.2f} x")
    print(f"whole pipeline, each page:    {steady / count:6.2f} CPU-s a page, {steady / bare:.2f} x")
    print(f"(the issue asks for at most {LIMIT} x)")


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds, user and system, of all child processes that ended during `work`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _read_bare(page: Path) -> None:
    command = ["tesseract", str(page), "-", "-l", "kaz+rus", "--dpi", "300", "hocr"]
    subprocess.run(
        command,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _ingest(pages: list[Path], copies: int) -> None:
    """Hand the pages in as one book; a copy differs by a byte after the image's end."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "book"
        folder.mkdir()
        for copy in range(copies):
            for page in pages:
                name = f"{page.stem}-{copy}.jpg"
                (folder / name).write_bytes(page.read_bytes() + bytes(copy))
        settings = settings_for(Path(scratch) / "var", processes=1)
        done = sandyq(settings, "ingest", folder, "--title", "Bench", "--wait", check=False)
        if done.returncode:
            sys.exit(done.stderr)


if __name__ == "__main__":
    main()
