"""Do the engines of docker-compose.yml start with their secrets, and let nobody in without?

What can run here runs: `make secrets`, PostgreSQL by its container's script, Redis by its
container's words.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import yaml
from kombu.exceptions import OperationalError

from archive.migrations import upgrade
from storage.database import open_database
from storage.errors import Refused
from storage.settings import Settings
from tests.compose_file import ROOT, read_compose
from tests.engines.missing import engine_missing
from tests.engines.postgresql_server import OwnServer, free_port
from workers.queue import open_queue

SERVICES = read_compose("docker-compose.yml", {})["services"]
DECLARED = read_compose("docker-compose.yml", {})["secrets"]


def make_secrets(folder: Path) -> str:
    """What `make secrets` does, and what it says."""
    command = [sys.executable, str(ROOT / ".ci" / "passwords.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "secrets"
    make_secrets(folder)
    return folder


class TestSecrets:
    def test_each_that_is_asked_for_is_made_and_differs_from_all(self, secrets: Path) -> None:
        assert {file.name for file in secrets.iterdir()} == set(DECLARED)
        plain = [file.read_text().strip() for file in secrets.iterdir() if "." not in file.name]
        assert len(set(plain)) == 5
        assert all(len(password) >= 43 for password in plain)  # 256 bits

    def test_only_their_owner_gets_at_them(self, secrets: Path) -> None:
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o444}

    def test_what_is_there_stays_and_what_is_removed_is_made_with_all_of_it(
        self, secrets: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "secrets"
        shutil.copytree(secrets, folder)
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        assert "everything is there" in make_secrets(folder)
        (folder / "broker_password").unlink()
        make_secrets(folder)
        changed = {file.name for file in folder.iterdir()
                   if file.read_bytes() != before[file.name]}  # fmt: skip
        assert changed == {"broker_password", "broker.conf"}
        password = (folder / "broker_password").read_text().strip()
        assert (folder / "broker.conf").read_text() == f"requirepass {password}\n"

    def test_an_empty_password_is_refused(self, secrets: Path, tmp_path: Path) -> None:
        folder = tmp_path / "secrets"
        shutil.copytree(secrets, folder)
        (folder / "s3_secret").unlink()
        (folder / "s3_secret").touch()
        with pytest.raises(subprocess.CalledProcessError):
            make_secrets(folder)

    def test_search_has_one_user_and_knows_his_password_by_its_hash(self, secrets: Path) -> None:
        users = json.loads((secrets / "search_users.yml").read_text())
        assert set(users) == {"_meta", "sandyq"}
        password = (secrets / "search_password").read_text().strip()
        crypt = ctypes.CDLL("libcrypt.so.1").crypt
        crypt.restype = ctypes.c_char_p
        known = users["sandyq"]["hash"].encode()
        assert crypt(password.encode(), known) == known
        assert crypt(b"admin", known) != known
        assert password not in (secrets / "search_users.yml").read_text()

    def test_search_is_told_of_these_files_and_of_this_name(self, secrets: Path) -> None:
        """Its own form of private keys is PKCS#8, and its name is told as RFC 2253 writes it."""
        told = yaml.safe_load((ROOT / ".ci" / "compose" / "opensearch.yml").read_text())
        mounted = {Path(each["target"]).name: each["source"]
                   for each in SERVICES["search"]["secrets"]}  # fmt: skip
        files = {value for name, value in told.items() if name.endswith("_filepath")}
        assert {mounted[file] for file in files} == {"search_ca.pem", "search.pem", "search.key"}
        assert all(mounted[file] == file for file in files)
        assert mounted["internal_users.yml"] == "search_users.yml"
        assert (secrets / "search.key").read_text().startswith("-----BEGIN PRIVATE KEY-----")
        command = ["openssl", "x509", "-in", str(secrets / "search.pem"), "-noout", "-subject",
                   "-nameopt", "RFC2253"]  # fmt: skip
        subject = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        assert told["plugins.security.nodes_dn"] == [subject.removeprefix("subject=")]
        assert told["plugins.security.ssl.http.enabled"] is True
        assert told["plugins.security.allow_unsafe_democertificates"] is False
        assert "plugins.security.disabled" not in told

    def test_search_proves_who_it_is_to_whoever_has_the_authority(self, secrets: Path) -> None:
        """Two ends of one encrypted line: the server with its key, ours with the authority."""
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain(secrets / "search.pem", secrets / "search.key")
        ours = ssl.create_default_context(cafile=secrets / "search_ca.pem")
        ours.verify_flags |= ssl.VERIFY_X509_STRICT
        for name in ("search", "localhost"):
            _shake_hands(ours, server, name)
        with pytest.raises(ssl.SSLCertVerificationError):
            _shake_hands(ours, server, "elsewhere")
        with pytest.raises(ssl.SSLCertVerificationError):
            _shake_hands(ssl.create_default_context(), server, "search")


def _shake_hands(ours: ssl.SSLContext, theirs: ssl.SSLContext, name: str) -> None:
    """An encrypted line between two ends in this process.

    Raises:
        SSLCertVerificationError: the certificate is not of this name and authority.
    """
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [ours.wrap_bio(back, there, server_hostname=name),
            theirs.wrap_bio(there, back, server_side=True)]  # fmt: skip
    for _ in range(4):
        done = 0
        for end in ends:
            try:
                end.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
        if done == len(ends):
            return
    raise AssertionError("they never agree")


class NewServer(OwnServer):
    """PostgreSQL as its container makes it: of `initdb`'s words, with the administrator's file."""

    def create_as_told(self, password: Path) -> None:
        """Lay down an empty server."""
        words = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
        mine = self.home / "password"
        shutil.copy(password, mine)
        if self.user is not None:
            shutil.chown(mine, self.user)
        self._run(self.programs / "initdb", "-D", self.home / "data", "-U", "postgres",
                  f"--pwfile={mine}", "--no-sync", *words)  # fmt: skip


@pytest.fixture(scope="module")
def database(secrets: Path) -> Iterator[NewServer]:
    server = NewServer(free_port())
    try:
        server.create_as_told(secrets / "database_admin_password")
        server.start()
        script = (ROOT / ".ci" / "compose" / "database.sh").read_text()
        place = "/run/secrets/database_password"
        assert place in script
        told = {
            "PATH": f"{server.programs}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "PGPASSWORD": (secrets / "database_admin_password").read_text().strip(),
        }
        script = script.replace(place, str(secrets / "database_password"))
        subprocess.run(["sh", "-c", script], env=told, check=True)
        yield server
    finally:
        server.remove()


class TestDatabase:
    def test_a_new_server_takes_our_tables_and_our_user_may_do_no_more(
        self, database: NewServer, secrets: Path
    ) -> None:
        url = f"postgresql://sandyq@127.0.0.1:{database.port}/sandyq"
        rows = open_database(url, secrets / "database_password")
        upgrade(rows)
        with rows.reading() as session:
            ask = session.connection().exec_driver_sql
            may = "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s"
            assert list(ask(may, ("sandyq",)).one()) == [False, False, False]
            assert ask("SHOW server_encoding").scalar() == "UTF8"
            assert ask("SHOW data_checksums").scalar() == "on"
        rows.close()

    @pytest.mark.parametrize("user", ["sandyq", "postgres"])
    @pytest.mark.parametrize("how", ["", "password=postgres", "password=sandyq"])
    def test_nobody_gets_in_without_a_password_or_with_one_that_all_know(
        self, database: NewServer, user: str, how: str
    ) -> None:
        for host in ("127.0.0.1", database.home):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(f"host={host} port={database.port} user={user} {how} "
                                "dbname=postgres")  # fmt: skip


@pytest.fixture(scope="module")
def broker(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Redis in the place of Valkey, whose words and files are the same; its port."""
    program = shutil.which("redis-server")
    if program is None:
        engine_missing("Redis is not installed: apt-get install redis-server")
    folder, port = tmp_path_factory.mktemp("broker"), free_port()
    told = [str(word) for word in SERVICES["broker"]["entrypoint"]]
    here = {"valkey-server": program, "/run/secrets/broker.conf": str(secrets / "broker.conf"),
            "/data": str(folder)}  # fmt: skip
    words = [here.get(word, word) for word in told]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*words, "--port", str(port), "--bind", "127.0.0.1"], stdout=log)
    try:
        deadline = time.monotonic() + 20
        while not _answers(port):
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with redis.Redis(port=port) as client:
        try:
            return bool(client.ping())
        except redis.exceptions.AuthenticationError:
            return True
        except redis.exceptions.ConnectionError:
            return False


class TestBroker:
    def test_calls_are_taken_with_the_password_of_the_file(
        self, broker: int, secrets: Path, tmp_path: Path
    ) -> None:
        told = Settings(
            home=tmp_path,
            broker=f"redis://127.0.0.1:{broker}/0",
            broker_password_file=secrets / "broker_password",
        )
        queue = open_queue(told)
        queue.send_task("workers.index", args=[1], queue="index", retry=False)
        queue.close()
        password = told.broker_password_file
        assert password is not None
        with redis.Redis(port=broker, password=password.read_text().strip()) as client:
            assert client.llen("index") == 1
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("appendonly") == {"appendonly": "yes"}

    def test_without_it_nothing_is_taken(self, broker: int, tmp_path: Path) -> None:
        queue = open_queue(Settings(home=tmp_path, broker=f"redis://127.0.0.1:{broker}/0"))
        with pytest.raises(OperationalError, match=r"[Aa]uthentication"):
            queue.send_task("workers.index", args=[1], queue="index", retry=False)
        queue.close()

    def test_its_health_is_asked_with_the_password(self, broker: int, secrets: Path) -> None:
        (kind, command) = SERVICES["broker"]["healthcheck"]["test"]
        assert kind == "CMD-SHELL"
        client = f"redis-cli -p {broker}"

        def asked(folder: Path) -> int:
            here = command.replace("valkey-cli", client).replace("/run/secrets", str(folder))
            return subprocess.run(["sh", "-c", here], check=False, capture_output=True).returncode

        assert asked(secrets) == 0
        assert asked(secrets.parent) != 0

    def test_the_password_is_no_part_of_what_is_shown(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("a/b@c: d\n")
        told = Settings(broker="redis://broker:6379/0", broker_password_file=tmp_path / "secret")
        assert told.broker_url == "redis://:a%2Fb%40c%3A%20d@broker:6379/0"
        assert open_queue(told).connection_for_write().as_uri() == "redis://:**@broker:6379/0"
        assert "a/b" not in repr(told)
        gone = Settings(broker="redis://broker/0", broker_password_file=tmp_path / "gone")
        with pytest.raises(Refused, match="bad-setting"):
            open_queue(gone)
        assert Settings(broker_password_file=tmp_path / "secret").broker_url == "filesystem://"
