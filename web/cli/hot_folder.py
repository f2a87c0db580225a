"""How is a hot folder watched? Each folder in it is a book; a file goes when it grows no more.

The process may be killed at any moment: what has arrived is known by the server, and what
is remembered here only saves asking again. A book is registered when no file has come for a
while; files that come later are added to it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.errors import Refused
from web.cli.speech import Speech, say
from web.deposit import page_files
from web.station import Station

Signs = dict[str, list[int]]
"""Of every file its size and the time of its last change."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks, until a file no longer grows, until a book is complete."""

    every: float
    settle: float
    quiet: float


@dataclass(frozen=True)
class Remembered:
    """What of each folder was registered, in a small file."""

    kept: Path

    def read(self) -> dict[str, Signs]:
        """The signs of the files of every registered folder."""
        try:
            told = json.loads(self.kept.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def write(self, folders: Mapping[str, Signs]) -> None:
        """Keep them; whole or not at all."""
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        beside = self.kept.with_suffix(".new")
        beside.write_text(json.dumps(folders), encoding="utf-8")
        beside.replace(self.kept)


@dataclass
class _Book:
    """A folder as it was seen last; `sent` and `refused` are signs of files."""

    deposit: str = ""
    seen: Signs = field(default_factory=dict)
    sent: Signs = field(default_factory=dict)
    refused: Signs = field(default_factory=dict)
    changed: float = field(default_factory=time.monotonic)


@dataclass
class HotFolder:
    """A folder whose folders are books."""

    folder: Path
    station: Station
    book: Callable[[Path], Mapping[str, Any]]
    pace: Pace
    remembered: Remembered
    speech: Speech
    books: dict[str, _Book] = field(default_factory=dict)

    def watch(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            time.sleep(self.pace.every)

    def look(self) -> None:
        """Look once at every folder."""
        for place in sorted(path for path in self.folder.iterdir() if path.is_dir()):
            if place.name.startswith("."):
                continue
            try:
                self._look_at(place, self.books.setdefault(place.name, _Book()))
            except Refused as refusal:
                say(f"{place.name}: {self.speech.failure(refusal)}", error=True)

    def _look_at(self, place: Path, book: _Book) -> None:
        now = signs_of(place)
        if not now or self.remembered.read().get(place.name) == now:
            return
        if now != book.seen:
            book.changed = time.monotonic()
        settled = [
            name for name, sign in now.items() if self._is_settled(sign, book.seen.get(name))
        ]
        book.seen = now
        for name in settled:
            if now[name] not in (book.sent.get(name), book.refused.get(name)):
                self._send(place, book, name, now[name])
        self._finish_if_quiet(place, book, now)

    def _is_settled(self, sign: list[int], before: list[int] | None) -> bool:
        return sign == before and time.time_ns() - sign[1] > self.pace.settle * 1e9

    def _send(self, place: Path, book: _Book, name: str, sign: list[int]) -> None:
        book.deposit = book.deposit or self.station.begin(self.book(place))
        try:
            self.station.send(book.deposit, place / name)
        except Refused as refusal:
            if refusal.values.get("status") is not None:  # not of this file: the book is closed
                book.deposit = ""
                raise
            book.refused[name] = sign
            say(f"{place.name}/{name}: {self.speech.failure(refusal)}", error=True)
        else:
            book.sent[name] = sign

    def _finish_if_quiet(self, place: Path, book: _Book, now: Signs) -> None:
        done = {**book.refused, **book.sent}
        if done != now or time.monotonic() - book.changed < self.pace.quiet or not book.sent:
            return
        told = self.station.finish(book.deposit)
        say(self.speech("%(folder)s is registered: %(work)s", folder=place.name, work=told["work"]))
        self.remembered.write({**self.remembered.read(), place.name: now})
        self.books[place.name] = _Book(seen=now)


def signs_of(place: Path) -> Signs:
    """The files of a folder that may be pages, in order."""
    try:
        files = page_files(place)
    except Refused:
        return {}
    signs = {}
    for path in files:
        try:
            stat = path.stat()
        except FileNotFoundError:  # taken away while we looked
            continue
        signs[path.name] = [stat.st_size, stat.st_mtime_ns]
    return signs
