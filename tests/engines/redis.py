"""Redis for the tests: a real server that may be killed and started again.

Offers the fixture `redis_server`. It keeps its messages as an installation would
(append-only file, synced every second) and refuses to forget any for want of memory.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from tests.engines.missing import engine_missing
from tests.engines.postgresql_server import free_port

_PATIENCE = 20.0  # seconds


class RedisServer:
    """One server; `folder` holds what it keeps."""

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The broker's URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """A connection of the test's own."""
        return redis.Redis(port=self.port, decode_responses=True)

    def start(self) -> None:
        """Start it on what its folder holds; it answers when this returns."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self.folder),
                   "appendonly": "yes", "appendfsync": "everysec", "save": "",
                   "maxmemory-policy": "noeviction"}  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen([self._program, *words], stdout=log, stderr=log)
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "redis.log").read_text()
            time.sleep(0.02)

    def _answers(self) -> bool:
        with suppress(redis.exceptions.RedisError), self.client() as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        """End it without a word."""
        self._end(signal.SIGKILL)

    def hang(self) -> None:
        """Let it accept connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it, if it runs."""
        self._end(signal.SIGTERM)

    def _end(self, by: int) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGCONT)
            self._process.send_signal(by)
            self._process.wait(_PATIENCE)
            self._process = None


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A server of one's own that keeps what it holds in this folder."""
    program = shutil.which("redis-server")
    if program is None:
        engine_missing("Redis is not installed: apt-get install redis-server")
    folder.mkdir()
    server = RedisServer(program, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server
