"""How does a scanning station send a folder: over days, over any line, each file once?

An own small client of the addresses of `web.views.deposits` and `web.views.tus`. What is
here and what is missing is asked of the server every time, so that the station itself need
remember nothing but the digests it has computed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.depositing import DAMAGED
from schemas.tus import CHUNK_TYPE, VERSION
from storage.errors import Refused
from web.language import COOKIE

PIECE_BYTES = 1 << 16
LINE_SECONDS = 60
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
MOST_DAMAGES = 3  # a line that damages a file so often will not stop doing so

_LATER = frozenset(
    (
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.LOCKED,
        HTTPStatus.TOO_MANY_REQUESTS,
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def told(self) -> Any:  # noqa: ANN401  (JSON)
        """The JSON of the body."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Line:
    """The way to the server: its address and the station's token."""

    url: str
    token: str
    language: str = "en"
    wait: Callable[[float], None] = time.sleep
    say_waiting: Callable[[], None] = lambda: None

    def ask(self, path: str, told: object = None) -> Any:  # noqa: ANN401  (JSON)
        """Ask one of the JSON addresses, for as long as the line needs.

        Raises:
            Refused: ``refused-by-server`` with its words, or ``bad-token``.
        """
        body = None if told is None else json.dumps(told).encode()
        headers = {"Content-Type": "application/json"} if body else {}
        method = "GET" if body is None else "POST"
        answer = self.patiently(lambda: self._request(method, path, headers, body))
        return answer.told()

    def patiently(self, once: Callable[[], Answer]) -> Answer:
        """Try until the server answers for good; waits grow to a minute."""
        wait = FIRST_WAIT
        while True:
            try:
                answer = once()
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and not _is_for_later(answer.status):
                return self._accepted(answer)
            self.say_waiting()
            self.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def send(self, upload: str, path: Path, offset: int) -> Answer:
        """Send the rest of a file in one request.

        Raises:
            OSError, HTTPException: the line broke.
        """
        headers = {
            "Tus-Resumable": VERSION,
            "Content-Type": CHUNK_TYPE,
            "Upload-Offset": str(offset),
            "Content-Length": str(path.stat().st_size - offset),
        }
        return self._request("PATCH", _place(upload), headers, _rest_of(path, offset))

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any,  # noqa: ANN401
    ) -> Answer:
        where = urlsplit(self.url)
        secure = where.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(where.netloc, timeout=LINE_SECONDS)
        try:
            connection.request(
                method,
                where.path.rstrip("/") + path,
                body,
                {
                    **headers,
                    "Authorization": f"Bearer {self.token}",
                    "Cookie": f"{COOKIE}={self.language}",
                },
            )
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def _accepted(self, answer: Answer) -> Answer:
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise Refused("bad-token")
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Refused("refused-by-server", detail=_words(answer), status=answer.status)
        return answer


def _is_for_later(status: int) -> bool:
    return status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _title(answer: Answer) -> str:
    try:
        return str((answer.told() or {}).get("title"))
    except (ValueError, AttributeError):
        return ""


def _words(answer: Answer) -> str:
    try:
        told = answer.told() or {}
        return str(told.get("detail") or told.get("title") or answer.status).rstrip(".")
    except (ValueError, AttributeError):
        return str(answer.status)


def _place(upload: str) -> str:
    return f"/upload/files/{upload}"


def _rest_of(path: Path, offset: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(PIECE_BYTES):
            yield piece


@dataclass(frozen=True)
class Digests:
    """The sha-256 of files that have not changed since they were computed last.

    Kept in a small file, so that a station that starts again does not read everything anew.
    """

    kept: Path

    def of(self, path: Path) -> str:
        """The file's digest."""
        stat = path.stat()
        sign = f"{path.absolute()}\t{stat.st_size}\t{stat.st_mtime_ns}"
        known = self._read()
        if sign not in known:
            with path.open("rb") as file:
                known[sign] = hashlib.file_digest(file, "sha256").hexdigest()
            self._write(known)
        return known[sign]

    def _read(self) -> dict[str, str]:
        try:
            told = json.loads(self.kept.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _write(self, known: dict[str, str]) -> None:
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        beside = self.kept.with_name(f"{self.kept.name}.{os.getpid()}")
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(self.kept)


@dataclass(frozen=True)
class Station:
    """Sends files of books over one line."""

    line: Line
    digests: Digests

    def begin(self, book: Mapping[str, Any]) -> str:
        """The deposit of a book, by the words of book.yaml or by ``work``."""
        return str(self.line.ask("/upload/deposits", dict(book))["deposit"])

    def send(self, deposit: str, path: Path) -> None:
        """Send one file, or what is missing of it.

        Raises:
            Refused: ``refused-by-server`` with its words, or ``unreadable-file``.
        """
        wait = FIRST_WAIT
        for attempt in count():
            row = self._row(deposit, path)
            if row["whole"]:
                return
            answer = self._rest(row, path)
            if answer is not None and answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
                if attempt >= MOST_DAMAGES or _title(answer) != DAMAGED:
                    raise Refused("refused-by-server", file=path.name, detail=_words(answer))
            elif answer is None or answer.status >= HTTPStatus.BAD_REQUEST:
                self.line.say_waiting()
                self.line.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def _row(self, deposit: str, path: Path) -> Mapping[str, Any]:
        try:
            size, sha256 = path.stat().st_size, self.digests.of(path)
        except OSError as error:
            raise Refused("unreadable-file", file=path.name) from error
        told = {"name": path.name, "size": size, "sha256": sha256}
        [row] = self.line.ask(f"/upload/deposits/{deposit}/files", {"files": [told]})
        if row["refusal"]:
            raise Refused("refused-by-server", file=path.name, detail=row["told"].rstrip("."))
        found: Mapping[str, Any] = row
        return found

    def _rest(self, row: Mapping[str, Any], path: Path) -> Answer | None:
        """The answer to the rest of a file; None when the line broke."""
        try:
            return self.line.send(row["upload"], path, row["offset"] or 0)
        except (OSError, http.client.HTTPException):
            return None

    def finish(self, deposit: str) -> Mapping[str, Any]:
        """Register the book; what became of every file."""
        told: Mapping[str, Any] = self.line.ask(f"/upload/deposits/{deposit}/finish", {})
        return told
