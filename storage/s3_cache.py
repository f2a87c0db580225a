"""Which blobs of a far store lie here as files, for tools that want a path?

Many processes share one folder. Whoever works on a file holds a shared lock on it (flock);
whoever makes room takes only files that he can lock alone, the least recently used first.
So a tool that opens its path late still finds it, and the lock of a process that was killed
is gone with it. A name is never given to other bytes while it stands (link, not rename): a
lock is on the very file that the name leads to.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import Broken
from storage.scratch import scratch_space


class LocalCache:
    """Files named by their content; `room` bytes of them, and what is held besides."""

    def __init__(self, folder: Path, room: int) -> None:
        self.folder = folder
        self.room = room

    @property
    def incoming(self) -> Path:
        """Where files lie that are not here whole."""
        folder = self.folder / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def file(self, key: str, pieces: Iterable[bytes]) -> Iterator[Path]:
        """A file with these bytes, which stays until the block ends; read only.

        `pieces` are asked for when it is not here.

        Raises:
            Broken: ``damaged-blob`` when they do not have the digest `key`.
            Transient: ``scratch-full``.
        """
        place = self.folder / key
        handle = _hold(place)
        is_new = handle is None
        if handle is None:
            handle = self._fetch(place, pieces)
        try:
            if is_new:
                self._make_room()
            yield place
        finally:
            # By name: a forked child may have the handle too, and knows nothing of it.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)

    def _fetch(self, place: Path, pieces: Iterable[bytes]) -> int:
        with scratch_space(), tempfile.NamedTemporaryFile(dir=self.incoming) as file:
            digest = hashlib.sha256()
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            if digest.hexdigest() != place.name:
                raise Broken("damaged-blob", key=place.name)
            file.flush()
            os.fsync(file.fileno())  # or a power cut leaves a name without its bytes
            os.fchmod(file.fileno(), 0o444)
            return _settle(Path(file.name), place)

    def _make_room(self) -> None:
        found = [_use(place) for place in self.folder.iterdir() if place.is_file()]
        files = sorted(each for each in found if each)
        too_much = sum(size for _, size, _ in files) - self.room
        for _, size, place in files:
            if too_much <= 0:
                return
            if _take_away(place):
                too_much -= size

    def clear_unfinished(self, *, before: float) -> None:
        """Remove what killed processes left half fetched; `before` is a POSIX time."""
        for left in self.incoming.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()


def _hold(place: Path) -> int | None:
    """The shared lock on the file of this name, as a handle; None when there is none."""
    try:
        handle = os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        return None
    fcntl.flock(handle, fcntl.LOCK_SH)
    if _is_called(handle, place):
        os.utime(handle)
        return handle
    os.close(handle)  # it was taken away while we waited for the lock
    return None


def _settle(written: Path, place: Path) -> int:
    """Give the file its name, held from the first moment; another's is as good."""
    while True:
        handle = os.open(written, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            place.hardlink_to(written)
        except FileExistsError:
            os.close(handle)
        else:
            return handle
        if (other := _hold(place)) is not None:
            return other


def _take_away(place: Path) -> bool:
    """Remove the file unless somebody works on it."""
    try:
        handle = os.open(place, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is_called(handle, place):
            return False
        place.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _is_called(handle: int, place: Path) -> bool:
    try:
        named = place.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(handle))


def _use(place: Path) -> tuple[int, int, Path] | None:
    """When it was last handed out (ns), its size, and where it is."""
    try:
        found = place.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, place
