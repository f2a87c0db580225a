"""Bytes in an S3 bucket, under the same names as `FileBlobs` gives its files.

What is put lies in memory, or beyond one part's size in a nameless local file, until its
digest is known; then it is sent under its name, whole or not at all. When `put` returns,
the service has acknowledged the object: how durable that makes it is the service's word.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import IO

from storage.errors import Broken, Failure
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from storage.scratch import scratch_space

PART_BYTES = 8 << 20
"""What is larger goes in parts of this size. S3 takes parts of 5 MiB and more, 10,000 at most."""


class S3Blobs:
    """Blobs as objects whose names begin with `prefix`; copies for tools lie in `cache`."""

    def __init__(self, bucket: Bucket, prefix: str, cache: LocalCache) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._cache = cache

    def put(self, pieces: Iterable[bytes]) -> str:
        """See `Blobs.put`; ``scratch-full`` when the spool has no room."""
        with tempfile.SpooledTemporaryFile(PART_BYTES, dir=str(self._cache.incoming)) as spool:
            digest = hashlib.sha256()
            with scratch_space():
                for piece in pieces:
                    digest.update(piece)
                    spool.write(piece)
            size = spool.tell()
            spool.seek(0)
            name = self._name(digest.hexdigest())
            if size <= PART_BYTES:
                self._bucket.put(name, spool.read(), digest.digest())
            elif not self.holds(digest.hexdigest()):
                self._put_parts(name, spool)
        return digest.hexdigest()

    def _put_parts(self, name: str, spool: IO[bytes]) -> None:
        upload = self._bucket.begin(name)
        try:
            pieces = enumerate(iter(partial(spool.read, PART_BYTES), b""), 1)
            parts = [self._bucket.put_part(name, upload, *piece) for piece in pieces]
            is_new = self._bucket.complete(name, upload, parts)
        except BaseException:
            with suppress(Failure):  # the first failure says more
                self._bucket.abort(name, upload)
            raise
        if not is_new:  # somebody was faster
            self._bucket.abort(name, upload)

    def path(self, key: str) -> AbstractContextManager[Path]:
        """See `Blobs.path`."""
        return self._cache.file(key, self._bucket.stream(self._name(key)))

    def read(self, key: str) -> bytes:
        """See `Blobs.read`."""
        return self._bucket.read(self._name(key))

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """See `Blobs.read_range`; one request."""
        if length <= 0:
            self.size(key)
            return b""
        return self._bucket.read_range(self._name(key), offset, length)

    def size(self, key: str) -> int:
        """See `Blobs.size`."""
        return self._bucket.size(self._name(key))

    def holds(self, key: str) -> bool:
        """See `Blobs.holds`."""
        try:
            self.size(key)
        except Broken:
            return False
        return True

    def is_intact(self, key: str) -> bool:
        """See `Blobs.is_intact`."""
        digest = hashlib.sha256()
        try:
            for piece in self._bucket.stream(self._name(key)):
                digest.update(piece)
        except Broken:
            return False
        return digest.hexdigest() == key

    def keys(self) -> Iterator[str]:
        """See `Blobs.keys`."""
        for name in self._bucket.names(self._prefix):
            yield name.rpartition("/")[2]

    def clear_unfinished(self, *, before: float) -> None:
        """See `Blobs.clear_unfinished`."""
        self._cache.clear_unfinished(before=before)
        for each in self._bucket.unfinished(self._prefix):
            if each.begun.timestamp() < before:
                self._bucket.abort(each.name, each.upload)

    def free(self) -> None:
        """See `Blobs.free`: S3 has no such number."""

    def _name(self, key: str) -> str:
        return f"{self._prefix}{key[:2]}/{key[2:4]}/{key}"
