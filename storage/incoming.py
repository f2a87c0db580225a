"""Where files lie that have not arrived whole: one growing file for each, by its name.

The length on the disk is the one truth about how much is here, so that no row has to be
written while bytes come in, and a killed process loses nothing that was written. One
writer at a time, by a lock that the kernel lets go when its process dies.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from pathlib import Path

from storage.errors import Transient

PIECE_BYTES = 1 << 16
"""Small: what a cut connection had not yet filled of a piece is sent again."""


class NoLongerHere(Exception):
    """The file has arrived, was dropped, or has expired."""


class Incoming:
    """The folder of the files on their way in; names are ours, never a person's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def length(self, name: str) -> int | None:
        """How many bytes are here, or None when there is no such file."""
        try:
            return (self.folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def touched(self, name: str) -> float | None:
        """When bytes last came, as a POSIX time."""
        try:
            return (self.folder / name).stat().st_mtime
        except FileNotFoundError:
            return None

    def begin(self, name: str) -> None:
        """Make an empty file, if there is none.

        Raises:
            Transient: ``storage-full``.
        """
        with _space():
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).open("ab").close()

    @contextmanager
    def writing(self, name: str) -> Iterator[Arriving]:
        """The file, for one writer alone.

        Raises:
            NoLongerHere: there is no such file.
            Transient: ``upload-busy`` while somebody else writes.
        """
        try:
            lock = (self.folder / name).open("r+b", buffering=0)
        except FileNotFoundError as error:
            raise NoLongerHere from error
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Transient("upload-busy") from error
            if os.fstat(file.fileno()).st_nlink == 0:
                raise NoLongerHere
            yield Arriving(self.folder / name)

    def drop(self, name: str) -> None:
        """Remove the file, if it is here."""
        (self.folder / name).unlink(missing_ok=True)

    def clear(self, *, before: float) -> None:
        """Remove what nobody has sent anything of since; `before` is a POSIX time."""
        if not self.folder.is_dir():
            return
        for left in self.folder.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()


class Arriving:
    """A file that is being written by its one writer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def length(self) -> int:
        return self.path.stat().st_size

    def head(self, length: int) -> bytes:
        """The first bytes."""
        with self.path.open("rb") as file:
            return file.read(length)

    def append(
        self,
        read: Callable[[int], bytes],
        length: int,
        seen: Callable[[bytes], object] | None = None,
    ) -> None:
        """Write up to `length` bytes as `read` gives them; whatever came stays.

        `seen` is shown every piece that was written. Whatever `read` raises is raised on,
        after what came before is safe on the disk.

        Raises:
            Transient: ``storage-full``; what had space is kept.
        """
        with self.path.open("ab", buffering=0) as file:
            try:
                while length and (piece := read(min(length, PIECE_BYTES))):
                    with _space():
                        _write_all(file, piece)
                    if seen is not None:
                        seen(piece)
                    length -= len(piece)
            finally:
                with _space():
                    os.fsync(file.fileno())

    def cut(self, length: int) -> None:
        """Forget everything after the first `length` bytes."""
        with self.path.open("r+b", buffering=0) as file:
            file.truncate(length)
            os.fsync(file.fileno())

    def open(self) -> BufferedReader:
        """The bytes, to read."""
        return self.path.open("rb")


def _write_all(file: FileIO, piece: bytes) -> None:
    """A raw write may take only a part, as when the disk is just full."""
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def _space() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Transient("storage-full") from error
        raise
