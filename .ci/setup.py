#!/usr/bin/env python3
"""What turns a clone into something that runs? Called by ``make``, on a bare Python 3.11.

``setup.py run`` brings what the portal and the worker need, ``setup.py test``
also what the tests need. Each stage is skipped while what it depends on is
unchanged. All talk of the tools goes to ``.setup/log.txt``; its end is shown
when a stage fails.
"""

# ruff: noqa: S603, T201 - commands are lists of our own words; progress is printed

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from machine import administrator, advice, install, read_wants

ROOT = Path(__file__).resolve().parent.parent
CI, KEPT, VENV = ROOT / ".ci", ROOT / ".setup", ROOT / ".venv"
LOG = KEPT / "log.txt"


@dataclass(frozen=True)
class Stage:
    """One step of set-up: what it makes out of what, by which commands."""

    name: str
    sentence: str
    needs: Sequence[str]
    makes: Sequence[str]
    commands: Sequence[Sequence[str]]

    @property
    def stamp(self) -> Path:
        return KEPT / "stamps" / self.name

    def state(self) -> str:
        """A digest of everything the stage depends on."""
        digest = hashlib.sha256(f"{sys.version}\n{self.commands}".encode())
        for pattern in self.needs:
            for file in sorted(ROOT.glob(pattern)):
                digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
        return digest.hexdigest()

    @property
    def done(self) -> bool:
        made = all((ROOT / path).exists() for path in self.makes)
        return made and self.stamp.is_file() and self.stamp.read_text() == self.state()


def stages() -> list[Stage]:
    """Set-up in its order; later stages use what earlier ones made."""
    uv, packages = ".setup/uv", "node_modules"
    return [
        Stage(
            "uv",
            "uv, which installs Python packages",
            [".ci/uv.txt"],
            [f"{uv}/bin/uv"],
            [
                [sys.executable, "-m", "venv", "--clear", uv],
                [f"{uv}/bin/python", "-m", "pip", "install", "--quiet", "-r", ".ci/uv.txt"],
            ],
        ),
        Stage(
            "python",
            "Python packages (first time: some minutes)",
            ["pyproject.toml", "uv.lock"],
            [".venv/bin/python", ".venv/bin/sandyq"],
            [
                [
                    f"{uv}/bin/uv",
                    "sync",
                    "--locked",
                    "--compile-bytecode",
                    "--python",
                    sys.executable,
                ]
            ],
        ),
        Stage(
            "node",
            "front-end packages",
            ["package.json", "package-lock.json", ".npmrc"],
            [
                f"{packages}/openseadragon",
                f"{packages}/tus-js-client",
                f"{packages}/@noble/hashes",
                f"{packages}/lucide-static",
            ],
            [[".venv/bin/npm", "ci", "--ignore-scripts"]],
        ),
        Stage(
            "assets",
            "viewer, icons and web fonts",
            ["package-lock.json", "web/assets.py", "web/icons.txt"],
            [
                "web/static/vendor/openseadragon",
                "web/static/vendor/tus",
                "web/static/vendor/noble-hashes",
                "web/static/vendor/lucide",
                "web/static/fonts",
            ],
            [[".venv/bin/python", "-m", "web.assets"]],
        ),
        *translations(),
    ]


def translations() -> list[Stage]:
    """The interface's languages, where there are catalogues to compile."""
    catalogues = "web/translations/*/LC_MESSAGES/*.po"
    compiled = [str(f.with_suffix(".mo").relative_to(ROOT)) for f in ROOT.glob(catalogues)]
    stage = Stage(
        "translations",
        "Kazakh and Russian of the interface",
        [catalogues],
        sorted(compiled),
        [[".venv/bin/pybabel", "compile", "-d", "web/translations"]],
    )
    return [stage] if compiled else []


def stop(message: str) -> NoReturn:
    """End with a message for a person."""
    sys.exit(f"\nSet-up stopped. {message}")


def bring_packages(names: Sequence[str]) -> None:
    """See to the system packages of the named lists, or stop with what is missing."""
    wants = read_wants([CI / f"packages-{name}.txt" for name in names])
    missing = [want for want in wants if not want.present]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        stop(advice(missing, "this system has no apt-get", apt=False))
    root = administrator()
    if root is None:
        stop(advice(missing, "installing them needs an administrator", apt=True))
    print(f"  system packages: {' '.join(want.packages[0] for want in missing)} ...", flush=True)
    install(missing, root, LOG)
    left = [want for want in missing if not want.present]
    if left:
        why = "apt-get could not install them"
        stop(f"{advice(left, why, apt=True)}\n{end_of_log()}\n")


def end_of_log(lines: int = 15) -> str:
    """The last lines the tools wrote."""
    said = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join([f"The end of {LOG.relative_to(ROOT)}:", *(f"  {line}" for line in said)])


def environment() -> dict[str, str]:
    """The tools' environment: our own folders first, no other environment, no other Python."""
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    path = os.pathsep.join([str(VENV / "bin"), kept.get("PATH", os.defpath)])
    return {
        **kept,
        "PATH": path,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def carry_out(stage: Stage) -> None:
    """Run one stage's commands and remember what they were run on."""
    print(f"  {stage.sentence} ...", flush=True)
    began = time.monotonic()
    for command in stage.commands:
        with LOG.open("a", encoding="utf-8") as talk:
            talk.write(f"\n$ {' '.join(command)}\n")
            talk.flush()
            ended = subprocess.run(
                command, cwd=ROOT, env=environment(), stdout=talk, stderr=talk, check=False
            )
        if ended.returncode:
            stop(f"This did not work: {' '.join(command)}\n\n{end_of_log()}\n")
    stage.stamp.parent.mkdir(parents=True, exist_ok=True)
    stage.stamp.write_text(stage.state())
    print(f"  {stage.sentence}: done in {time.monotonic() - began:.0f} s", flush=True)


def main() -> None:
    """Bring everything that the asked purpose needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=["run", "test"])
    purpose = parser.parse_args().purpose
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text(f"Set-up for {purpose}, {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
        bring_packages(["run"] if purpose == "run" else ["run", "test"])
        # One by one: a stage may be due only because an earlier one has just changed its needs.
        for stage in stages():
            if not stage.done:
                carry_out(stage)


if __name__ == "__main__":
    main()
