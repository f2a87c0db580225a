"""What does this machine lack, and can it be installed here?

Wants are read from ``packages-*.txt`` and proved by what a package brings (a
command, a language of Tesseract, a font file, a Python module), so that any
system that has them passes, however it got them. Runs on a bare Python 3.11.
"""

# ruff: noqa: INP001, S603, S607 - run from its folder; commands are our own words, found on PATH

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/Library/Fonts",
)


@dataclass(frozen=True)
class Want:
    """One system package: its names, how its presence is proved, what it is for."""

    packages: tuple[str, ...]
    proof: str
    purpose: str

    @property
    def present(self) -> bool:
        kind, names = self.proof.split(maxsplit=1)
        return any(PROOFS[kind](name) for name in names.split(","))


def _has_command(name: str) -> bool:
    """On the PATH, or at a place that is named by a pattern (Debian hides servers by version)."""
    if "*" in name:
        return _has_file(name)
    return shutil.which(name) is not None


def _has_file(pattern: str) -> bool:
    """At a place that may be named by a pattern."""
    return any(Path("/").glob(pattern.lstrip("/")))


def _has_language(name: str) -> bool:
    if not _has_command("tesseract"):
        return False
    said = subprocess.run(
        ["tesseract", "--list-langs"], capture_output=True, text=True, check=False
    )
    return name in said.stdout.replace("script/", "").split()


def _has_font(file: str) -> bool:
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(next(folder.rglob(file), None) for folder in folders if folder.is_dir())


def _has_module(name: str) -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec(name) is not None


PROOFS: dict[str, Callable[[str], bool]] = {
    "command": _has_command,
    "file": _has_file,
    "tesseract": _has_language,
    "font": _has_font,
    "python": _has_module,
}


def read_wants(lists: Sequence[Path]) -> list[Want]:
    """The wants of package lists: ``names | proof | purpose`` a line, "#" for remarks."""
    wants = []
    for file in lists:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                names, proof, purpose = (part.strip() for part in line.split("|"))
                wants.append(Want(tuple(names.split(",")), proof, purpose))
    return wants


def administrator() -> list[str] | None:
    """The words before a command that make it run as root; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    if not _has_command("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def apt_get(words: Sequence[str], root: Sequence[str], log: Path) -> bool:
    """Run apt-get without questions; its talk goes to the log. True when it went well."""
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *words]
    with log.open("a", encoding="utf-8") as talk:
        return subprocess.run(command, stdout=talk, stderr=talk, check=False).returncode == 0


def offered(names: Sequence[str]) -> str:
    """The first of several names of a package that apt knows."""
    for name in names:
        known = subprocess.run(["apt-cache", "show", name], capture_output=True, check=False)
        if known.returncode == 0:
            return name
    return names[0]


def install(wants: Sequence[Want], root: Sequence[str], log: Path) -> None:
    """Install by apt-get, fetching its lists only when they are missing or too old."""
    for fresh_lists in (False, True):
        if fresh_lists:
            apt_get(["update"], root, log)
        names = [offered(want.packages) for want in wants]
        if apt_get(["install", "-y", "--no-install-recommends", *names], root, log):
            return


def advice(wants: Sequence[Want], reason: str, *, apt: bool) -> str:
    """What a person must install, with the exact command where there is one."""
    names = [want.packages[0] for want in wants]
    rows = [f"  {want.packages[0]:<26} {want.purpose}  ({want.proof})" for want in wants]
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(names)}"
    how = (
        f"Run this as administrator, then the same make command again:\n\n  {command}\n"
        if apt
        else "Install what Debian calls by these names with your system's own means,\n"
        "then run the same make command again.\n"
    )
    return "\n".join([f"These system packages are missing, and {reason}:", "", *rows, "", how])
