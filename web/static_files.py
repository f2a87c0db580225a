"""Style, scripts and type of the portal, at addresses that change whenever one of them does.

Every page needs a dozen of these files. A browser keeps each for good (RFC 8246,
``immutable``) and asks for none of them again, which over a slow line is what a turn of a
page costs; after an upgrade their addresses are others. Scripts and styles name one
another by relative addresses, so the version is a folder.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"
_VERSION_LETTERS = 12


def install_static_files(app: Flask) -> None:
    """Serve the files, and put the version into what ``url_for("static", filename=…)`` says."""
    app.add_url_rule("/static/<version>/<path:filename>", "static", _static)
    app.url_defaults(_with_version)


@cache
def version_of(folder: Path) -> str:
    """The same for the same files, whoever serves them; they do not change under a process."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:_VERSION_LETTERS]


def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("version", version_of(FOLDER))


def _static(version: str, filename: str) -> Response:
    """A page from before an upgrade gets the file of now, which nobody is to keep."""
    answer = send_from_directory(FOLDER, filename)
    if version == version_of(FOLDER):
        answer.headers["Cache-Control"] = KEPT
    return answer
