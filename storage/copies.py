"""A folder of copies: on another disk, from which a library can be made again.

    TO/blobs, TO/papers      bytes by their digest, each once for all copies
    TO/copies/NAME/          rows.sqlite or rows.dump, names.json, copy.json,
                             settings.env, library.yaml, synonyms.txt

A copy is there when its ``copy.json`` is: that is written last. Bytes are never removed,
so that what has gone bad in the library since is still whole here.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from storage.blobs import FileBlobs
from storage.errors import Refused, Transient
from storage.row_snapshots import settle

NAMES = "names.json"
NAME_FORMAT = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What was copied when; `missing` are digests that the rows name and the copy lacks.

    `rows` is the file's name and tells the engine. `files` and `bytes` count the bytes
    that the rows name, signed papers included.
    """

    name: str
    made_at: datetime
    version: str
    rows: str
    rows_sha256: str
    names_sha256: str
    files: int
    bytes: int
    missing: Sequence[str] = ()

    @property
    def is_whole(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Names:
    """The digests that the rows of a copy name, and the scans among them: (file, title)."""

    blobs: Sequence[str]
    papers: Sequence[str]
    scans: Mapping[str, Sequence[tuple[str, str]]]

    def scans_of(self, keys: Collection[str]) -> list[tuple[str, str]]:
        """File and title of every scan behind these digests, by title."""
        found = [(file, title) for key in keys for file, title in self.scans.get(key, ())]
        return sorted(found, key=lambda scan: (scan[1], scan[0]))


class CopyFolder:
    """The copies in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = FileBlobs(folder / "blobs")
        self.papers = FileBlobs(folder / "papers")

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Hold the folder, which only its owner may read: it has agreements in it.

        Raises:
            Transient: ``copy-under-way``, ``copy-folder-missing``.
        """
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:  # a disk that is not there
            raise Transient("copy-folder-missing", folder=str(self.folder)) from error
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Transient("copy-under-way", folder=str(self.folder)) from error
            yield

    def begin(self, made_at: datetime) -> Path:
        """The folder of a copy that is being made; what one before it left is cleared away."""
        for left in self._folders():
            if not (left / "copy.json").exists():
                shutil.rmtree(left)
        place = self.folder / "copies" / made_at.strftime(NAME_FORMAT)
        place.mkdir(parents=True)
        return place

    def finish(self, copy: Copy) -> None:
        """From now on the copy is there."""
        place = self.place(copy)
        part = place / "copy.part"
        part.write_text(json.dumps(asdict(copy), default=str, indent=2) + "\n", encoding="utf-8")
        settle(part, place / "copy.json")

    def place(self, copy: Copy) -> Path:
        """Where a copy's own files lie."""
        return self.folder / "copies" / copy.name

    def rows(self, copy: Copy) -> Path:
        """The rows of a copy.

        Raises:
            Refused: ``copy-damaged`` when they are not what was written.
        """
        return _intact(self.place(copy) / copy.rows, copy.rows_sha256)

    def names(self, copy: Copy) -> Names:
        """What the rows of a copy name.

        Raises:
            Refused: as `rows`.
        """
        file = _intact(self.place(copy) / NAMES, copy.names_sha256)
        return Names(**json.loads(file.read_text(encoding="utf-8")))

    def complete(self) -> tuple[Copy, ...]:
        """Every copy that is there, the newest last."""
        told = (place / "copy.json" for place in self._folders())
        return tuple(_read(file) for file in told if file.exists())

    def chosen(self, name: str | None) -> Copy:
        """The copy of that name, or the newest.

        Raises:
            Refused: ``no-such-copy``.
        """
        for copy in reversed(self.complete()):
            if name in {None, copy.name}:
                return copy
        raise Refused("no-such-copy", name=name or "", folder=str(self.folder))

    def forget_all_but(self, newest: int) -> None:
        """Remove the rows of older copies."""
        for copy in self.complete()[:-newest]:
            place = self.place(copy)
            (place / "copy.json").unlink()
            shutil.rmtree(place)

    def _folders(self) -> list[Path]:
        return sorted((self.folder / "copies").glob("*"))


def digest_of(file: Path) -> str:
    """The sha-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _intact(file: Path, sha256: str) -> Path:
    if not file.exists() or digest_of(file) != sha256:
        raise Refused("copy-damaged", file=str(file))
    return file


def _read(file: Path) -> Copy:
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Copy(**kept | {"made_at": datetime.fromisoformat(kept["made_at"])})
