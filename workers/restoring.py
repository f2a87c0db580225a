"""A library made again from a copy.

Bytes first, rows last: it may be ended at any moment and begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from archive.kept_bytes import content_keys, paper_keys
from archive.migrations import upgrade
from storage.blobs import Blobs, FileBlobs
from storage.copies import Copy, CopyFolder, digest_of
from storage.errors import Refused
from storage.opening import Storage
from storage.row_snapshots import place_rows, reading_snapshot, rows_file
from storage.settings import Settings
from workers.copying import Told, bring


def damage_of(copies: CopyFolder, copy: Copy, told: Told) -> set[str]:
    """Which digests that a copy names it does not hold whole: every byte is read again.

    Raises:
        Refused: ``copy-damaged`` when the rows themselves are not what was written.
    """
    public, private = _named(copies, copy)
    total = len(public) + len(private)
    return {
        *_damaged(copies.blobs, public, lambda done: told(done, total)),
        *_damaged(copies.papers, private, lambda done: told(len(public) + done, total)),
    }


def restore_library(
    settings: Settings, storage: Storage, copies: CopyFolder, copy: Copy, told: Told
) -> set[str]:
    """Make the library of a copy here, where there is none; gives the digests that were not whole.

    The search index is not in a copy: it is made anew of what is restored.

    Raises:
        Refused: ``restore-not-empty``, ``copy-damaged``, ``copies-of-files-only``.
        Transient: ``storage-full``.
    """
    rows = rows_file(settings.database_url)
    if rows.exists():
        raise Refused("restore-not-empty", file=str(rows))
    public, private = _named(copies, copy)
    total = len(public) + len(private)
    lost = {
        *_brought(copies.blobs, storage.blobs, public, lambda done: told(done, total)),
        *_brought(
            copies.papers, storage.private, private, lambda done: told(len(public) + done, total)
        ),
    }
    place_rows(copies.rows(copy), rows)
    upgrade(storage.rows)
    return lost


def _named(copies: CopyFolder, copy: Copy) -> tuple[set[str], set[str]]:
    snapshot = copies.rows(copy)
    if not snapshot.exists() or digest_of(snapshot) != copy.rows_sha256:
        raise Refused("copy-damaged", file=str(snapshot))
    with reading_snapshot(snapshot) as session:
        return content_keys(session), paper_keys(session)


def _damaged(held: FileBlobs, keys: Collection[str], told: Callable[[int], None]) -> list[str]:
    damaged = []
    for done, key in enumerate(sorted(keys), start=1):
        if not held.is_intact(key):
            damaged.append(key)
        told(done)
    return damaged


def _brought(
    source: Blobs, target: Blobs, keys: Collection[str], told: Callable[[int], None]
) -> list[str]:
    lost = []
    for done, key in enumerate(sorted(keys), start=1):
        if not bring(source, target, key):
            lost.append(key)
        told(done)
    return lost
