"""A server of the tests lives for as long as anybody uses it, and can come back."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

_USER = """
import subprocess, sys, pathlib
from tests.engines.shared_server import join
place = pathlib.Path(sys.argv[1])

def start():
    server = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, start_new_session=True)
    return str(server.pid), place / "home", ["kill", "-KILL", str(server.pid)]

print(join(place, start), flush=True)
sys.stdin.readline()
"""


def _user(place: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore::ResourceWarning", "-c", _USER, str(place)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _runs(server: int) -> bool:
    return psutil.pid_exists(server) and psutil.Process(server).status() != psutil.STATUS_ZOMBIE


def test_it_is_shared_ends_after_its_last_user_and_is_started_again(tmp_path: Path) -> None:
    place = tmp_path / "server"
    with _user(place) as first, _user(place) as second:
        servers = {int(user.stdout.readline()) for user in (first, second) if user.stdout}
        [server] = servers
        first.communicate("\n")
        time.sleep(0.3)
        assert _runs(server)
        second.kill()
    deadline = time.monotonic() + 20
    while _runs(server):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with _user(place) as third:
        assert third.stdout is not None
        again = int(third.stdout.readline())
        assert again != server
        assert _runs(again)
        third.communicate("\n")
