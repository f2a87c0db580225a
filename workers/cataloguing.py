"""Taking in a file of catalogue records, batch by batch; whoever is killed, another goes on.

The position is committed with the records before it, so nothing is taken in twice and
nothing is left out. Two at once do no harm: the second finds the position moved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from archive.catalogue_imports import (
    BATCH,
    finish_import,
    import_numbered,
    record_batch,
)
from schemas.catalogue_file import read_catalogue
from storage.blob_reading import open_blob
from storage.opening import Storage
from workers.workshop import Workshop


def take_in(workshop: Workshop, import_id: int) -> None:
    """The worker's task."""
    for _ in import_file(workshop.storage, import_id, now=workshop.now, chance=workshop.chance):
        pass


def import_file(
    storage: Storage, import_id: int, *, now: Callable[[], datetime], chance: random.Random
) -> Iterator[int]:
    """Take in what is left of the file; gives the position after each batch."""
    with storage.rows.reading() as session:
        run = import_numbered(session, import_id)
    if run is None or run.started_at is None or run.finished_at is not None:
        return
    position = run.position
    with open_blob(storage.blobs, run.content_key) as file:
        records = read_catalogue(
            file, run.format, run.encoding, position=position, number=run.records
        )
        while batch := list(islice(records, BATCH)):
            with storage.rows.writing() as session:
                is_ours = record_batch(
                    session, import_id, batch, position=position, now=now(), chance=chance
                )
            if not is_ours:
                return
            position = batch[-1].after
            yield position
    with storage.rows.writing() as session:
        finish_import(session, import_id, now())
