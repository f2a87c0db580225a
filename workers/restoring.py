"""A library made again from a copy.

Bytes first, rows last: it may be ended at any moment and begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from archive.migrations import upgrade
from storage.blobs import Blobs, FileBlobs
from storage.copies import Copy, CopyFolder
from storage.errors import Refused
from storage.opening import Storage
from storage.row_snapshots import snapshots_of
from workers.copying import Told, bring


def damage_of(copies: CopyFolder, copy: Copy, told: Told) -> set[str]:
    """Which digests that a copy names it does not hold whole: every byte is read again.

    Raises:
        Refused: ``copy-damaged`` when the rows themselves are not what was written.
    """
    copies.rows(copy)
    names = copies.names(copy)
    total = len(names.blobs) + len(names.papers)
    return {
        *_damaged(copies.blobs, names.blobs, lambda done: told(done, total)),
        *_damaged(copies.papers, names.papers, lambda n: told(len(names.blobs) + n, total)),
    }


def restore_library(storage: Storage, copies: CopyFolder, copy: Copy, told: Told) -> set[str]:
    """Make the library of a copy here, where there is none; gives the digests that were not whole.

    The search index is not in a copy: it is made anew of what is restored.

    Raises:
        Refused: ``restore-not-empty``, ``copy-damaged``, ``copy-of-another-engine``.
        Transient: ``storage-full`` and what else the engines say.
    """
    snapshots = snapshots_of(storage.rows)
    if copy.rows != snapshots.file_name:
        raise Refused("copy-of-another-engine", file=copy.rows)
    if snapshots.are_there():
        place = storage.rows.engine.url.render_as_string(hide_password=True)
        raise Refused("restore-not-empty", file=place)
    rows, names = copies.rows(copy), copies.names(copy)
    total = len(names.blobs) + len(names.papers)
    lost = {
        *_brought(copies.blobs, storage.blobs, names.blobs, lambda done: told(done, total)),
        *_brought(
            copies.papers,
            storage.private,
            names.papers,
            lambda done: told(len(names.blobs) + done, total),
        ),
    }
    snapshots.place(rows)
    upgrade(storage.rows)
    return lost


def _damaged(held: FileBlobs, keys: Collection[str], told: Callable[[int], None]) -> list[str]:
    damaged = []
    for done, key in enumerate(keys, start=1):
        if not held.is_intact(key):
            damaged.append(key)
        told(done)
    return damaged


def _brought(
    source: Blobs, target: Blobs, keys: Collection[str], told: Callable[[int], None]
) -> list[str]:
    lost = []
    for done, key in enumerate(keys, start=1):
        if not bring(source, target, key):
            lost.append(key)
        told(done)
    return lost
