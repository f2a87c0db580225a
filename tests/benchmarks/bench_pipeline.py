"""CPU of the whole pipeline for a page, against bare ``tesseract … hocr`` on the same files.

The pages go through `sandyq ingest --wait` with everything that belongs to it:
Celery on files, the ledger, images, text, index, and apart the manifest and PDFs.
The pages are as dense as a usual book's, and the ladder's first rung reads them.
The bare program reads them at the same time, on the other core: a machine changes
its speed within seconds, and by more than what is looked for.

    python -m tests.benchmarks.bench_pipeline [--pages 24] [--rounds 2]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from archive.ledger import BookBuild, restart
from storage.settings import Settings
from tests.benchmarks.bare_tesseract import bare_beside, cpu_of
from tests.benchmarks.dense_pages import write_dense_pages
from tests.sample_home import environment, sandyq, settings_for
from workers.app import tasks_of
from workers.queue import open_queue
from workers.workshop import Workshop

LIMIT = 1.15


def main() -> None:
    """Ingest a short and a long book by turns, beside the bare program; print the ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--pages", type=int, default=24)
    given = arguments.parse_args()
    few = given.pages // 6
    with tempfile.TemporaryDirectory() as scratch:
        pages = write_dense_pages(Path(scratch), given.pages)
        short = long = 0.0
        with bare_beside(pages) as bare_pages:
            for _ in range(given.rounds):
                short += _ingest(pages[:few]) / given.rounds
                long += _ingest(pages) / given.rounds
            builds = book_builds_cpu(pages) / given.pages
    # Processes start and stop once for any book: what more pages cost more is the page's.
    steady = (long - short) / (given.pages - few)
    bare = sum(bare_pages) / len(bare_pages)
    print(f"bare tesseract … hocr:              {bare:5.2f} CPU-s a page")
    print(f"whole pipeline, page for page:      {steady:5.2f} CPU-s a page, {steady / bare:.2f} x")
    print(f"  of that manifest and two PDFs:    {builds:5.2f} CPU-s a page")
    print(f"  so scan to index:                 {steady - builds:5.2f} CPU-s a page, "
          f"{(steady - builds) / bare:.2f} x (the issue: at most {LIMIT} x)")  # fmt: skip
    print(f"with the start of every process:    {long / given.pages:5.2f} CPU-s a page, "
          f"{long / given.pages / bare:.2f} x for a book of {given.pages} pages")  # fmt: skip


def _ingest(pages: Sequence[Path]) -> float:
    """CPU seconds of handing the pages in as one book, until it is complete."""
    with _book(pages) as (settings, folder), tempfile.TemporaryFile("w+") as said:
        ingest = (Path(sys.executable).with_name("sandyq"), "ingest", folder, "--title", "Bench")
        env = environment(settings)
        try:
            return cpu_of(subprocess.Popen((*ingest, "--wait"), env=env, stdout=said, stderr=said))
        except subprocess.CalledProcessError:
            said.seek(0)
            sys.exit(said.read())


def book_builds_cpu(pages: Sequence[Path]) -> float:
    """CPU seconds of the manifest and the PDFs of these pages, in a worker that runs already."""
    with _book(pages) as (settings, folder):
        sandyq(settings, "ingest", folder, "--title", "Bench", "--wait")
        workshop = Workshop(settings, open_queue(settings))
        with workshop.storage.rows.writing() as session:
            builds = session.scalars(select(BookBuild)).all()
            for build in builds:
                restart(build, workshop.now())
        tasks = tasks_of(["books"])
        before = time.thread_time()
        for build in builds:
            tasks[build.step](workshop, build.id)
        spent = time.thread_time() - before
        workshop.storage.close()
    return spent


@contextmanager
def _book(pages: Sequence[Path]) -> Iterator[tuple[Settings, Path]]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "book"
        folder.mkdir()
        for page in pages:
            (folder / page.name).write_bytes(page.read_bytes())
        yield settings_for(Path(scratch) / "var", processes=1), folder


if __name__ == "__main__":
    main()
