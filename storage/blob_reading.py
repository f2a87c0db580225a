"""A blob as an open file, for whoever reads from any place of it and wants no copy."""

from __future__ import annotations

import io

from storage.blobs import PIECE_BYTES, Blobs


def open_blob(blobs: Blobs, key: str) -> io.BufferedReader:
    """The bytes as a file that can be read and sought in; fetched as they are read.

    Raises:
        Broken: ``missing-blob``, at once and not at the first read.
        Transient: ``storage-unavailable``, then too.
    """
    return io.BufferedReader(_Reader(blobs, key), PIECE_BYTES)


class _Reader(io.RawIOBase):
    def __init__(self, blobs: Blobs, key: str) -> None:
        self._blobs, self._key = blobs, key
        self._size = blobs.size(key)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        found = self._blobs.read_range(self._key, self._at, wanted)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
