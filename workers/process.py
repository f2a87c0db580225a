"""One Celery worker as a process of its own.

``python -m workers.process QUEUES CHILDREN SUPERVISOR``: comma-separated queues, how many
children, and the number of the process without which there is to be no worker.
"""

from __future__ import annotations

import os
import sys
import warnings

from storage.loading import loading

with loading():
    from celery.platforms import set_pdeathsig  # type: ignore[attr-defined]

    from storage.log_lines import install_logs
    from storage.settings import Settings
    from workers.app import open_worker
    from workers.lanes import queue_of
    from workers.workshop import scratch_folder


def main(queues: str, children: str, supervisor: int) -> None:
    """Work on these queues with so many children until told to stop."""
    _end_with(supervisor)
    # Run as root Celery warns of pickles; our messages are JSON and nothing else is accepted.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser")
    # OpenMP spins while it waits: with more than one thread Tesseract burns three to
    # five times the CPU, and each core has a process of its own anyway.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    settings = Settings.from_environment(os.environ)
    install_logs(as_json=settings.writes_json)
    # What a killed child leaves of its images lies where the sweeper clears it away.
    os.environ["TMPDIR"] = str(scratch_folder(settings))
    with loading():
        worker = open_worker(settings, map(queue_of, queues.split(",")))
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


def _end_with(supervisor: int) -> None:
    """A killed supervisor takes its workers with it, as they take their children."""
    set_pdeathsig("SIGKILL")
    if os.getppid() != supervisor:  # it was killed while this process started
        sys.exit("the supervisor is gone")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
