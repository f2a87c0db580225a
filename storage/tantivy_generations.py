"""Which folder holds the index that is read, and which the one that is written?

Every rebuild has a folder of its own, a generation. One small file names the
generation that readers use and the one that writers use; it is replaced whole by
a rename, so nobody ever sees half a swap, and a process that dies leaves either
the old state or the new. Whoever changes generations holds a lock meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_POINTER = "generations.json"
_VERSION = "schema-version"
_LOCK = "generations.lock"

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Generations:
    """Names of folders; they differ while a rebuild is under way."""

    read: str
    written: str


class GenerationFolders:
    """The generations of one index, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stamp(self) -> Stamp | None:
        """Changes whenever the generations do; None while there are none."""
        return file_stamp(self._folder / _POINTER)

    def current(self) -> Generations | None:
        """The generations as they are now."""
        try:
            text = (self._folder / _POINTER).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return Generations(**json.loads(text))

    def path(self, name: str) -> Path:
        """The folder of a generation."""
        return self._folder / name

    def version(self, name: str) -> str | None:
        """The version of the schema that a generation was made with."""
        try:
            return (self.path(name) / _VERSION).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody else changes the generations meanwhile, in any process.

        The lock is the kernel's, so a process that is killed leaves none behind.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make(self, version: str) -> str:
        """A new empty generation, not used yet; to be called while `changing`."""
        name = f"g{1 + max((int(name[1:]) for name in self._names()), default=0)}"
        self.path(name).mkdir()
        (self.path(name) / _VERSION).write_text(version, encoding="utf-8")
        return name

    def use(self, generations: Generations) -> None:
        """Put these in use, durably, and remove all others; while `changing`."""
        new = self._folder / f"{_POINTER}.new"
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(generations), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / _POINTER)
        _sync_folder(self._folder)
        for name in self._names() - {generations.read, generations.written}:
            shutil.rmtree(self.path(name), ignore_errors=True)

    def _names(self) -> set[str]:
        return {entry.name for entry in self._folder.glob("g[0-9]*") if entry.is_dir()}


def file_stamp(file: Path) -> Stamp | None:
    """Changes whenever a file is replaced; None if it is not there."""
    with suppress(FileNotFoundError):
        facts = file.stat()
        return facts.st_ino, facts.st_mtime_ns, facts.st_size
    return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
