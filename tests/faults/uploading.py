"""Somebody who sends pages to the portal without pause, whatever it answers."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from schemas.tus import CHUNK_TYPE
from tests.faults.portal_at_work import Sender

AGAIN = 0.2  # seconds until an answer of "not now" is tried again
FOR_LATER = frozenset({409, 423, 503})


@dataclass
class Upload:
    """Sends `files` into a deposit; `whole` are those of which the server said so, by name."""

    sender: Sender
    deposit: str
    files: list[Path]
    whole: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._send_all, daemon=True)
        self.thread.start()

    def _send_all(self) -> None:
        for file in self.files:
            content = file.read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            self._send(self._created(file.name, len(content), sha256), content)
            self.whole[file.name] = sha256

    def _created(self, name: str, size: int, sha256: str) -> str:
        while True:
            answer = self.sender.ask_to_create(self.deposit, name, size, sha256)
            self.answers[answer.status] += 1
            if answer.status == 201:
                return answer.headers["Location"]
            time.sleep(AGAIN)

    def _send(self, address: str, content: bytes) -> None:
        while (offset := self._offset(address)) != len(content):
            if offset is not None:
                headers = {"Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
                body = content[offset:]
                self.answers[self.sender.request("PATCH", address, headers, body).status] += 1
            else:
                time.sleep(AGAIN)

    def _offset(self, address: str) -> int | None:
        answer = self.sender.request("HEAD", address, {})
        self.answers[answer.status] += 1
        return int(answer.headers["Upload-Offset"]) if answer.status == 200 else None
