"""Are the bytes there that the rows name, and are others there that no row names?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from archive.kept_bytes import content_keys, paper_keys
from archive.owners import Owner, owners_of, papers_of
from storage.blobs import Blobs
from storage.database import Database
from storage.opening import Storage

Told = Callable[[int, int], None]
"""How many files are looked at, of how many."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes that rows name: missing, or there with another digest (`damaged`)."""

    owner: Owner
    damaged: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A store of bytes and what of the rows belongs to it."""

    blobs: Blobs
    named: Callable[[Session], set[str]]
    owners: Callable[[Session, Collection[str]], Mapping[str, Owner]]

    def keys(self, rows: Database) -> set[str]:
        """The digests that the rows name now."""
        with rows.reading() as session:
            return self.named(session)


def shelves(storage: Storage) -> tuple[Shelf, Shelf]:
    """What is kept of books and catalogue, and the signed papers."""
    return (
        Shelf(storage.blobs, content_keys, owners_of),
        Shelf(storage.private, paper_keys, papers_of),
    )


def byte_differences(storage: Storage, *, read: bool, told: Told) -> tuple[list[Lost], list[str]]:
    """What is lost, by book and page, and the digests that no row names.

    Args:
        storage: The engines of the library.
        read: Whether every byte is read and compared with its digest.
        told: Is told how far it is.

    Bytes are written before the row that names them and are never removed, so somebody who
    hands in books meanwhile makes no difference.
    """
    both = shelves(storage)
    named = [shelf.keys(storage.rows) for shelf in both]
    total = sum(map(len, named))
    lost: list[Lost] = []
    unnamed: list[str] = []
    for shelf, keys in zip(both, named, strict=True):
        before = total - len(keys) if shelf is both[1] else 0
        held = set(shelf.blobs.keys())
        # Listed before it was put: it is looked for by its name.
        missing = {key for key in keys - held if not shelf.blobs.holds(key)}
        present = sorted(keys - missing)
        damaged: set[str] = set()
        if read:
            damaged = set(_damaged(shelf.blobs, present, partial(_onwards, told, before, total)))
        unnamed += sorted(held - shelf.keys(storage.rows)) if held - keys else []
        lost += _told(storage.rows, shelf, missing, damaged)
        told(before + len(keys), total)
    return lost, unnamed


def _onwards(told: Told, before: int, total: int, done: int) -> None:
    told(before + done, total)


def _damaged(blobs: Blobs, keys: Collection[str], told: Callable[[int], None]) -> Iterator[str]:
    for done, key in enumerate(keys, start=1):
        if not blobs.is_intact(key):
            yield key
        told(done)


def _told(rows: Database, shelf: Shelf, missing: set[str], damaged: set[str]) -> list[Lost]:
    if not missing and not damaged:
        return []
    with rows.reading() as session:
        owners = shelf.owners(session, missing | damaged)
    found = [Lost(owners[key], key in damaged) for key in missing | damaged if key in owners]
    return sorted(found, key=lambda each: (each.owner.title, each.owner.sequence, each.owner.file))
