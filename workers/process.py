"""One Celery worker as a process of its own: ``python -m workers.process QUEUES CHILDREN``."""

from __future__ import annotations

import logging
import os
import sys
import warnings

from celery.platforms import set_pdeathsig  # type: ignore[attr-defined]

from storage.settings import Settings
from workers.app import open_worker


def main(queues: str, children: str) -> None:
    """Work on these queues (comma-separated) with so many children until told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Run as root Celery warns of pickles; our messages are JSON and nothing else is accepted.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")
    # OpenMP spins while it waits: with more than one thread Tesseract burns three to
    # five times the CPU, and each core has a process of its own anyway.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    # A killed supervisor takes its workers with it, as they take their children.
    set_pdeathsig("SIGKILL")
    worker = open_worker(Settings.from_environment(os.environ))
    worker.worker_main(
        [
            "--quiet",
            "worker",
            f"--queues={queues}",
            f"--concurrency={children}",
            f"--hostname={queues.replace(',', '-')}@{os.getpid()}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
