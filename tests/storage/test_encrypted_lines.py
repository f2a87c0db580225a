"""Is a server believed only when it proves its name, and is it said clearly when it does not?

Three real engines behind real certificates: PostgreSQL by itself, OpenSearch and S3 behind a
server that ends the encrypted line for them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemas.search_document import SEARCH_SCHEMA
from storage.database import open_database
from storage.errors import Failure, Refused, Transient
from storage.opening import open_index, open_storage
from storage.settings import Settings
from tests.compose_file import ROOT
from tests.engines.missing import engine_missing
from tests.engines.opensearch import OpenSearchNode
from tests.engines.postgresql_server import OwnServer, PostgreSql, free_port
from tests.engines.s3 import ACCESS_KEY, S3Server
from web.cli.speech import Speech

_GATE = """
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {made}/search.pem;
        ssl_certificate_key {made}/search.key;
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""


class Authorities(NamedTuple):
    """The one that signed the certificate (of `localhost`), and another of the same name."""

    right: Path
    other: Path
    made: Path


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    made, others = (tmp_path_factory.mktemp(name) / "secrets" for name in ("ours", "others"))
    for folder in (made, others):
        command = [sys.executable, str(ROOT / ".ci" / "passwords.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return Authorities(made / "search_ca.pem", others / "search_ca.pem", made)


@contextmanager
def gate(folder: Path, authorities: Authorities, behind: int) -> Iterator[int]:
    """An encrypted way to a server of this machine; its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        engine_missing("nginx is not installed: apt-get install nginx-light")
    port = free_port()
    told = _GATE.format(folder=folder, port=port, made=authorities.made, behind=behind)
    (folder / "gate.conf").write_text(told)
    who = "user root;" if os.geteuid() == 0 else ""
    process = subprocess.Popen([program, "-c", str(folder / "gate.conf"), "-e",
                                str(folder / "error.log"), "-g", f"daemon off; {who}"])  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while _is_shut(port):
            assert time.monotonic() < deadline, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _is_shut(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def refused(ask: Callable[[], object], setting: str) -> Failure:
    """The failure of an engine that proves nothing; a person is told which setting to look at."""
    with pytest.raises((Transient, Refused)) as told:
        ask()
    failure = told.value
    assert failure.reason.endswith("-untrusted"), failure.values
    sentence = Speech("en").failure(failure)
    assert "does not prove to be ours" in sentence
    assert setting in sentence
    return failure


class TestSearch:
    def test_it_is_believed_by_its_authority_and_name_alone(
        self, opensearch: OpenSearchNode, authorities: Authorities, tmp_path: Path
    ) -> None:
        with opensearch.own_index() as url, gate(tmp_path, authorities, opensearch.port) as port:
            name = url.rpartition("/")[2]
            told = Settings(search=f"opensearchs://localhost:{port}/{name}",
                            search_ca_file=authorities.right)  # fmt: skip
            asked(told)
            for wrong in (
                replace(told, search_ca_file=authorities.other),
                replace(told, search_ca_file=None),
                replace(told, search=f"opensearchs://127.0.0.1:{port}/{name}"),
            ):
                failure = refused(lambda: asked(wrong), "SANDYQ_SEARCH_CA_FILE")  # noqa: B023
                assert isinstance(failure, Transient)  # no page is set aside for it


def asked(settings: Settings) -> None:
    """Ask the search engine something that it must answer."""
    index = open_index(settings, SEARCH_SCHEMA)
    try:
        index.start_anew()
    finally:
        index.close()


class TestStore:
    def test_it_is_believed_by_its_authority_and_name_alone(
        self, s3: S3Server, authorities: Authorities, tmp_path: Path
    ) -> None:
        with gate(tmp_path, authorities, s3.port) as port:
            told = Settings(
                home=tmp_path / "var",
                blobs=f"s3://{s3.new_bucket()}",
                s3_endpoint=f"https://localhost:{port}",
                s3_access_key=ACCESS_KEY,
                s3_secret_file=s3.secret_file,
                s3_ca_file=authorities.right,
            )
            opened = open_storage(told, SEARCH_SCHEMA)
            assert list(opened.blobs.keys()) == []
            opened.close()
            for wrong in (
                replace(told, s3_ca_file=authorities.other),
                replace(told, s3_ca_file=None),
                replace(told, s3_endpoint=f"https://127.0.0.1:{port}"),
            ):
                refused(
                    lambda: open_storage(wrong, SEARCH_SCHEMA),  # noqa: B023
                    "SANDYQ_S3_CA_FILE",
                )


@pytest.fixture(scope="module")
def encrypted(authorities: Authorities) -> Iterator[OwnServer]:
    """PostgreSQL with the certificate; its key is its own user's, as it demands."""
    server = OwnServer(free_port())
    try:
        server.create()
        for name in ("search.pem", "search.key"):
            shutil.copy(authorities.made / name, server.home)
            (server.home / name).chmod(0o600)
            if server.user is not None:
                shutil.chown(server.home / name, server.user)
        server.start(
            ssl="on",
            ssl_cert_file=str(server.home / "search.pem"),
            ssl_key_file=str(server.home / "search.key"),
        )
        yield server
    finally:
        server.remove()


class TestRows:
    def test_it_is_believed_by_its_authority_and_name_alone(
        self, encrypted: OwnServer, authorities: Authorities
    ) -> None:
        url = f"postgresql://sandyq@localhost:{encrypted.port}/postgres"
        rows(f"{url}?sslmode=disable", authorities.right)  # the setting counts, not the URL
        for wrong, authority in (
            (url, authorities.other),
            (url.replace("localhost", "127.0.0.1"), authorities.right),
        ):
            refused(lambda: rows(wrong, authority), "SANDYQ_DATABASE_CA_FILE")  # noqa: B023

    def test_a_server_that_does_not_encrypt_is_not_believed(
        self, postgresql: PostgreSql, authorities: Authorities
    ) -> None:
        url = postgresql.url("postgres")
        refused(lambda: rows(url, authorities.right), "SANDYQ_DATABASE_CA_FILE")


def rows(url: str, authorities: Path) -> None:
    """Ask the database whether the line is encrypted."""
    opened = open_database(url, authorities=authorities)
    try:
        with opened.reading() as session:
            ask = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert session.connection().exec_driver_sql(ask).scalar() is True
    finally:
        opened.close()


@pytest.mark.parametrize("setting", ["search", "s3", "database"])
def test_a_file_without_certificates_is_refused_at_the_start(setting: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    told = Settings(
        home=tmp_path / "var",
        search="opensearchs://localhost:1/sandyq",
        blobs="s3://bucket",
        s3_endpoint="https://localhost:1",
        s3_access_key="sandyq",
        s3_secret_file=tmp_path / "secret",
        database="postgresql://sandyq@localhost:1/sandyq",
    )
    for file in (tmp_path / "gone.pem", tmp_path / "secret"):
        changed: dict[str, Any] = {f"{setting}_ca_file": file}
        with pytest.raises(Refused, match="bad-setting") as refusal:
            open_storage(replace(told, **changed), SEARCH_SCHEMA)
        assert refusal.value.values["name"] == f"SANDYQ_{setting.upper()}_CA_FILE"
