"""How fast is a file of catalogue records taken in, and does memory stay flat?

    python -m tests.benchmarks.bench_catalogue [RECORDS]

The reference is pymarc reading the same bytes and doing nothing with them.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import psutil
from pymarc import MARCReader
from sqlalchemy import func, select

from archive.catalogue_entries import CatalogueImport
from archive.catalogue_imports import receive_import, start_import
from archive.migrations import upgrade
from archive.works import Work
from schemas.catalogue_file import examine
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import Storage, open_storage
from tests.data.catalogue_records import generated, rusmarc_file
from tests.sample_home import settings_for
from workers.cataloguing import import_file

MEGABYTE = 1 << 20


def main() -> None:
    """Print one line a measurement."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 14_000
    data = rusmarc_file(generated(count), "kz1048")
    print(f"{count} records, {len(data) / MEGABYTE:.1f} MB of RUSMARC in KZ-1048")
    begun = time.perf_counter()
    read = sum(1 for _ in MARCReader(data, to_unicode=True, file_encoding="kz1048"))
    bare = time.perf_counter() - begun
    print(f"bare pymarc: {read / bare:.0f} records/s")
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(settings_for(Path(folder)), SEARCH_SCHEMA)
        upgrade(storage.rows)
        begun = time.perf_counter()
        found = examine(BytesIO(data))
        print(f"looked through in {time.perf_counter() - begun:.1f} s: {found}")
        for title in ("first time", "second time"):
            _measure(storage, data, count, title, bare)
        storage.close()


def _measure(storage: Storage, data: bytes, count: int, title: str, bare: float) -> None:
    begun = time.perf_counter()
    memory = [
        (position, psutil.Process().memory_info().rss / MEGABYTE)
        for position in _take_in(storage, data, title)
    ]
    spent = time.perf_counter() - begun
    with storage.rows.reading() as session:
        works = session.scalars(select(func.count(Work.id))).one()
        run = session.scalars(select(CatalogueImport).order_by(CatalogueImport.id.desc())).first()
    assert run is not None
    assert works == count, "a record was doubled or lost"
    early, late = memory[len(memory) // 10][1], memory[-1][1]
    print(
        f"{title}: {count / spent:.0f} records/s, {spent / bare:.1f} times bare pymarc; "
        f"added {run.added}, changed {run.changed}, unchanged {run.unchanged}; "
        f"RSS {early:.0f} MB after a tenth, {late:.0f} MB at the end"
    )


def _take_in(storage: Storage, data: bytes, name: str) -> Iterator[int]:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    key = storage.blobs.put([data])
    with storage.rows.writing() as session:
        run = receive_import(
            session, file_name=name, content_key=key, size=len(data), source="rabis",
            form="unimarc", encoding="kz1048", now=now, agent="bench",
        )  # fmt: skip
        start_import(session, run, now)
    yield from import_file(storage, run.id, now=lambda: now, chance=random.Random(1))


if __name__ == "__main__":
    main()
