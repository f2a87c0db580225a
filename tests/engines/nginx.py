"""nginx with the configuration that `docker-compose.yml` gives it, on ports of a test's own.

Only its three places are others here: where it listens, where the portal is, and its folders.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.missing import engine_missing
from tests.engines.postgresql_server import free_port

CONFIGURATION = Path(__file__).resolve().parents[2] / ".ci" / "compose"
_PATIENCE = 20.0  # seconds
_SEEN = re.compile(r"(?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d+) .*cache=(?P<cache>\S+) "
                   r"portal=(?P<portal>\S+)")  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One request as nginx logs it: did it have the answer, and what did the portal say?"""

    path: str
    status: str
    cache: str
    portal: str


@dataclass(frozen=True)
class Nginx:
    """A server; `folder` holds what it keeps."""

    port: int
    folder: Path

    @property
    def kept(self) -> list[Path]:
        """The files of the pictures that it keeps."""
        return [each for each in (self.folder / "cache/pictures").rglob("*") if each.is_file()]

    def seen(self, path: str) -> list[Seen]:
        """All requests for a path, in order; what was answered is logged just afterwards."""
        lines = (self.folder / "seen.log").read_text(encoding="utf-8").splitlines()
        found = [match for line in lines if (match := _SEEN.search(line)) is not None]
        return [Seen(m["path"], m["status"], m["cache"], m["portal"])
                for m in found if m["path"] == path]  # fmt: skip


@dataclass(frozen=True)
class Certificate:
    """What nginx proves who it is by, and the port on which it does so."""

    file: Path
    key: Path
    port: int


def configuration(folder: Path, port: int, portal_port: int) -> str:
    """The real file with places of this machine's."""
    return _placed(
        "nginx.conf",
        {
            "listen 8080;": f"listen 127.0.0.1:{port};",
            "server 10.213.77.10:8000;": f"server 127.0.0.1:{portal_port};",
            "/etc/nginx/https/": f"{folder}/https/",
            "/var/cache/nginx/": f"{folder}/cache/",
            "/tmp/nginx.pid": f"{folder}/nginx.pid",
            "/dev/stdout": f"{folder}/seen.log",
            "/dev/stderr": f"{folder}/error.log",
        },
    )


def _encrypted(certificate: Certificate) -> str:
    return _placed(
        "https.conf",
        {
            "listen 8443 ssl;": f"listen 127.0.0.1:{certificate.port} ssl;",
            "/run/secrets/certificate.pem": str(certificate.file),
            "/run/secrets/certificate.key": str(certificate.key),
        },
    )


def _placed(name: str, places: Mapping[str, str]) -> str:
    """A file of ours with other places; each must be there, or the file has changed."""
    text = (CONFIGURATION / name).read_text(encoding="utf-8")
    for told, here in places.items():
        assert told in text, told
        text = text.replace(told, here)
    return text


@contextmanager
def nginx(
    folder: Path, portal_port: int, certificate: Certificate | None = None
) -> Iterator[Nginx]:
    """nginx before a portal on this port while the block runs."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        engine_missing("nginx is not installed: apt-get install nginx-light")
    server = Nginx(free_port(), folder)
    (folder / "cache").mkdir(parents=True)
    (folder / "https").mkdir()
    (folder / "nginx.conf").write_text(configuration(folder, server.port, portal_port))
    if certificate is not None:
        (folder / "https" / "https.conf").write_text(_encrypted(certificate))
    # Started by root it would work as somebody to whom pytest's folders are closed.
    who = "user root;" if os.geteuid() == 0 else ""
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"),
               "-g", f"daemon off; {who}"]  # fmt: skip
    process = subprocess.Popen(command)
    try:
        _wait(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


def _wait(server: Nginx, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError((server.folder / "error.log").read_text(encoding="utf-8"))
