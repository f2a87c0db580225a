"""The portal as it runs in the library: gunicorn in processes of its own, to be killed."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

import psutil

from schemas.tus import CHUNK_TYPE, write_metadata
from storage.settings import Settings
from tests.sample_home import environment

PATIENCE = 60  # seconds


@dataclass
class PortalAtWork:
    """A server process and where it answers."""

    settings: Settings
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> int:
        """Bytes in memory, of the server and its children."""
        main = psutil.Process(self.process.pid)
        return sum(each.memory_info().rss for each in [main, *main.children(recursive=True)])

    def kill(self) -> None:
        """At once, with its children."""
        main = psutil.Process(self.process.pid)
        for each in [*main.children(recursive=True), main]:
            each.kill()
        self.process.wait()

    def start(self) -> None:
        """Start (again) and wait for the first answer."""
        command = [
            sys.executable, "-m", "gunicorn", "web.wsgi:application",
            f"--bind=127.0.0.1:{self.port}", "--worker-class=gthread", "--workers=1",
            "--threads=8", "--log-level=error",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=environment(self.settings))
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "the portal does not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            urlopen(f"{self.address}/static/now/sandyq.css", timeout=5).close()
        except OSError:
            return False
        return True


@contextmanager
def portal_at_work(settings: Settings) -> Iterator[PortalAtWork]:
    """The portal answers while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    portal = PortalAtWork(settings, port, None)  # type: ignore[arg-type]
    portal.start()
    try:
        yield portal
    finally:
        portal.kill()


@dataclass(frozen=True)
class Sender:
    """A tus client that does as it is told, even what a good one never does."""

    portal: PortalAtWork
    token: str

    def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> http.client.HTTPResponse:
        """One request, answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=PATIENCE)
        connection.request(method, path, body, self.headers(headers))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.token}", **more}

    def ask_to_create(
        self, deposit: str, name: str, size: int, sha256: str
    ) -> http.client.HTTPResponse:
        """What is answered to whoever wants to send a file."""
        told = write_metadata({"deposit": deposit, "filename": name, "sha256": sha256})
        headers = {"Upload-Length": str(size), "Upload-Metadata": told}
        return self.request("POST", "/upload/files", headers)

    def create(self, deposit: str, name: str, size: int, sha256: str) -> str:
        """The address of an upload."""
        answer = self.ask_to_create(deposit, name, size, sha256)
        assert answer.status == 201
        return answer.headers["Location"]

    def offset(self, address: str) -> int:
        """Where the server says it stands."""
        answer = self.request("HEAD", address, {})
        assert answer.status == 200, answer.status
        return int(answer.headers["Upload-Offset"])

    def patch(self, address: str, offset: int, body: bytes) -> int:
        """The status of one piece."""
        headers = {"Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
        return self.request("PATCH", address, headers, body).status

    def cut(self, address: str, offset: int, body: bytes, after: int) -> None:
        """Promise all of the body, send `after` bytes of it, and hang up."""
        told = self.headers(
            {
                "Host": "portal",
                "Content-Type": CHUNK_TYPE,
                "Upload-Offset": str(offset),
                "Content-Length": str(len(body)),
            }
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        with socket.create_connection(("127.0.0.1", self.portal.port), PATIENCE) as line:
            line.sendall(f"PATCH {address} HTTP/1.1\r\n{head}\r\n".encode() + body[:after])
