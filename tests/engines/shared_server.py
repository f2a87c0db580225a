"""One server for a whole test run: started by whoever needs it first, stopped after the last.

Every process of the run that uses the server holds a shared lock on a file; a small
guard waits for the exclusive one, which it gets when all of them are gone, however they
ended. So nothing is left behind by a run that was killed.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

_GUARD = """
import fcntl, pathlib, shutil, subprocess, sys, time
place, home, *stop = sys.argv[1:]
place = pathlib.Path(place)
users, door = (place / "users").open("w"), (place / "door").open("w")
while True:
    fcntl.flock(users, fcntl.LOCK_EX)
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        break
    except BlockingIOError:  # somebody is just coming in
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(0.1)
(place / "address").unlink(missing_ok=True)
subprocess.run(stop, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
shutil.rmtree(home, ignore_errors=True)
"""

# Where it is, the folder that goes with it, and the command that stops it.
Started = tuple[str, Path, Sequence[str]]

_held: list[TextIO | subprocess.Popen[bytes]] = []  # until this process ends


def join(place: Path, start: Callable[[], Started]) -> str:
    """The address of the server of this run; `place` is a folder that the run has in common."""
    place.mkdir(exist_ok=True)
    address = place / "address"
    with (place / "door").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        users = (place / "users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        _held.append(users)
        if not address.exists():
            told, home, stop = start()
            address.write_text(told)
            guard = subprocess.Popen(
                [sys.executable, "-c", _GUARD, str(place), str(home), *stop],
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _held.append(guard)
    return address.read_text()
