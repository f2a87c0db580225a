"""Runs a server for as long as anybody holds a lock: `python outlive.py LOCK COMMAND…`.

Every process of a test run holds the lock of the file, shared; when the last has ended,
killed or not, the server is stopped. The call returns at once.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path


def main(lock: Path, command: list[str]) -> None:
    if os.fork():
        return
    os.setsid()
    with lock.open("rb") as held, subprocess.Popen(command) as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        server.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
