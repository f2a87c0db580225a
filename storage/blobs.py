"""Where bytes are kept: named by their content, written once, never changed.

A key is the sha-256 of the bytes in hexadecimal. A blob exists whole or not at
all: it is written beside its place, flushed to the disk, renamed, and the
folder flushed. An orphan blob is harmless; a row without bytes would not be, so
bytes always come first.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Protocol

from storage.errors import Broken, Transient

PIECE_BYTES = 1 << 20


class Blobs(Protocol):
    """What every store of bytes does for us."""

    def put(self, pieces: Iterable[bytes]) -> str:
        """Keep the bytes and return their key; the same bytes are kept once.

        Raises:
            Transient: ``storage-full`` or ``storage-unavailable``, as every verb may when the
                store is another machine; nothing can be seen of the bytes.
        """

    def path(self, key: str) -> AbstractContextManager[Path]:
        """A local file with these bytes, for tools that want a path; read only.

        It may be a copy, so it is there for certain only until the block ends.

        Raises:
            Broken: ``missing-blob``, or ``damaged-blob`` when what came has another digest.
        """

    def read(self, key: str) -> bytes:
        """All bytes.

        Raises:
            Broken: ``missing-blob``.
        """

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""

    def size(self, key: str) -> int:
        """Size in bytes.

        Raises:
            Broken: ``missing-blob``.
        """

    def holds(self, key: str) -> bool:
        """Whether the bytes are here."""

    def is_intact(self, key: str) -> bool:
        """Whether the bytes still have the digest that names them."""

    def keys(self) -> Iterator[str]:
        """Every key held, in no order."""

    def clear_unfinished(self, *, before: float) -> None:
        """Remove what killed processes left half written; `before` is a POSIX time."""

    def free(self) -> int | None:
        """How many bytes there is still room for; None when the store does not say."""


class FileBlobs:
    """Blobs as files, two folder levels deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, pieces: Iterable[bytes]) -> str:
        """See `Blobs.put`."""
        try:
            return self._put(pieces)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise Transient("storage-full") from error
            raise

    def _put(self, pieces: Iterable[bytes]) -> str:
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            key = digest.hexdigest()
            self._settle(Path(name), key)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return key

    def _settle(self, written: Path, key: str) -> None:
        place = self._place(key)
        if place.exists():
            written.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        written.chmod(0o444)
        written.rename(place)
        flush_folder(place.parent)
        flush_folder(place.parent.parent)

    @contextmanager
    def path(self, key: str) -> Iterator[Path]:
        """See `Blobs.path`."""
        place = self._place(key)
        if not place.exists():
            raise Broken("missing-blob", key=key)
        yield place

    def read(self, key: str) -> bytes:
        """See `Blobs.read`."""
        with self._open(key) as file:
            return file.read()

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """See `Blobs.read_range`."""
        with self._open(key) as file:
            return os.pread(file.fileno(), length, offset)

    def size(self, key: str) -> int:
        """See `Blobs.size`."""
        with self._open(key) as file:
            return os.fstat(file.fileno()).st_size

    def holds(self, key: str) -> bool:
        """See `Blobs.holds`."""
        return self._place(key).exists()

    def is_intact(self, key: str) -> bool:
        """See `Blobs.is_intact`."""
        if not self.holds(key):
            return False
        with self._open(key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == key

    def keys(self) -> Iterator[str]:
        """See `Blobs.keys`."""
        for place in self.folder.glob("??/??/*"):
            yield place.name

    def clear_unfinished(self, *, before: float) -> None:
        """See `Blobs.clear_unfinished`."""
        for left in (self.folder / "incoming").glob("*"):
            # The process that is just settling it may be faster.
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()

    def free(self) -> int:
        """See `Blobs.free`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:4] / key

    def _open(self, key: str) -> FileIO:
        try:
            return self._place(key).open("rb", buffering=0)
        except FileNotFoundError as error:
            raise Broken("missing-blob", key=key) from error


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """A file's bytes in pieces that fit in memory."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def flush_folder(folder: Path) -> None:
    """Write a folder's own entries to the disk: a renamed file is there after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
