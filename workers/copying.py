"""Copying the library: rows of one moment, then every byte they name, each verified.

Rows first: bytes are written before the row that names them and are never removed, so
that whatever these rows name is in the library while the bytes are being copied. It may
be ended at any moment; the next copy goes on with the bytes that are there.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from archive.kept_bytes import content_keys, paper_keys, scans_named
from archive.migrations import newest
from archive.text.gazetteer import SYNONYMS
from schemas.search_document import SEARCH_SCHEMA
from storage.blobs import PIECE_BYTES, Blobs, FileBlobs
from storage.copies import NAMES, Copy, CopyFolder, Names, digest_of
from storage.errors import Failure, Transient
from storage.log_lines import install_logs
from storage.opening import Storage, open_storage
from storage.row_snapshots import settle, snapshots_of
from storage.settings import PREFIX, Settings

log = logging.getLogger(__name__)

KEPT = 30
"""Of how many copies the rows are kept; bytes are kept once for all of them."""

Told = Callable[[int, int], None]
"""How many files are done, of how many."""


def copy_library(
    settings: Settings, storage: Storage, to: CopyFolder, *, at: datetime, told: Told
) -> Copy:
    """Make a copy of the library as it is at this moment.

    Bytes that are damaged in the library are not copied; the copy says that it lacks
    them. A byte that an earlier copy has is not read again.

    Raises:
        Transient: ``copy-under-way``, ``copy-folder-missing``, ``copy-full``.
        Broken: ``rows-damaged``, ``rows-not-copied``, ``missing-postgresql-client``.
    """
    with to.one_at_a_time():
        place = to.begin(at)
        _write_settings(settings, place)
        rows, names = _write_rows(storage, place)
        total = len(names.blobs) + len(names.papers)
        missing = [
            *_copied(storage.blobs, to.blobs, names.blobs, lambda done: told(done, total)),
            *_copied(
                storage.private,
                to.papers,
                names.papers,
                lambda done: told(len(names.blobs) + done, total),
            ),
        ]
        copy = Copy(
            name=place.name,
            made_at=at,
            version=newest(),
            rows=rows.name,
            rows_sha256=digest_of(rows),
            names_sha256=digest_of(place / NAMES),
            files=total - len(missing),
            bytes=_size(to.blobs, names.blobs) + _size(to.papers, names.papers),
            missing=missing,
        )
        to.finish(copy)
        to.forget_all_but(KEPT)
    return copy


def _write_rows(storage: Storage, place: Path) -> tuple[Path, Names]:
    """The rows of this moment, and what they name."""
    snapshots = snapshots_of(storage.rows)
    rows = place / snapshots.file_name
    with snapshots.take(rows) as session:
        names = Names(
            sorted(content_keys(session)), sorted(paper_keys(session)), scans_named(session)
        )
    part = place / "names.part"
    part.write_text(json.dumps(asdict(names), ensure_ascii=False), encoding="utf-8")
    settle(part, place / NAMES)
    return rows, names


def bring(source: Blobs, target: Blobs, key: str) -> bool:
    """Whether `target` holds these bytes now, whole; only what it lacks is brought."""
    if target.holds(key):
        return True
    if not source.is_intact(key):
        return False
    # The store names what it has written by its digest: another name is another content.
    return target.put(_pieces(source, key)) == key


def _copied(
    source: Blobs, target: FileBlobs, keys: Collection[str], told: Callable[[int], None]
) -> list[str]:
    missing = []
    try:
        for done, key in enumerate(keys, start=1):
            if not bring(source, target, key):
                missing.append(key)
            told(done)
    except Transient as error:
        if error.reason != "storage-full":  # the library's own store does not answer
            raise
        raise Transient("copy-full", folder=str(target.folder.parent)) from error
    except OSError as error:
        if error.errno not in {errno.EIO, errno.ENODEV, errno.ENOENT, errno.EROFS}:
            raise
        raise Transient("copy-folder-missing", folder=str(target.folder.parent)) from error
    return missing


def _pieces(source: Blobs, key: str) -> Iterator[bytes]:
    for offset in range(0, source.size(key), PIECE_BYTES):
        yield source.read_range(key, offset, PIECE_BYTES)


def _size(target: FileBlobs, keys: Collection[str]) -> int:
    return sum(target.size(key) for key in keys if target.holds(key))


def _write_settings(settings: Settings, place: Path) -> None:
    lines = [
        f"{PREFIX}{each.name.upper()}={_without_password(str(value))}\n"
        for each in fields(settings)
        if (value := getattr(settings, each.name)) != each.default
    ]
    (place / "settings.env").write_text("".join(lines), encoding="utf-8")
    if settings.library is not None and settings.library.exists():
        shutil.copyfile(settings.library, place / "library.yaml")
        names = settings.library.with_name(SYNONYMS)
        if names.exists():
            shutil.copyfile(names, place / SYNONYMS)


def _without_password(value: str) -> str:
    if "://" not in value or "@" not in value:
        return value
    return make_url(value).render_as_string(hide_password=True)


def main() -> None:
    """Make tonight's copy; the supervisor starts this as a process of its own."""
    settings = Settings.from_environment(os.environ)
    install_logs(as_json=settings.writes_json)
    if settings.copies is None:
        sys.exit("SANDYQ_COPIES is not set")
    storage = open_storage(settings, SEARCH_SCHEMA)
    to, now = CopyFolder(settings.copies), datetime.now(UTC)
    try:
        copy = copy_library(settings, storage, to, at=now, told=lambda _done, _total: None)
    except Failure as failure:
        sys.exit(str(failure))
    finally:
        storage.close()
    if not copy.is_whole:
        log.warning("the copy %s lacks %s files", copy.name, len(copy.missing))


if __name__ == "__main__":
    main()
