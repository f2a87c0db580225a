"""Taking files in: bytes first, rows after, nothing lost in between.

The command line and, later, the browser's upload hand their files in here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from celery import Celery
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.descriptions import change_rights, describe_work, find_work
from archive.handover import Description
from archive.ingest import ReceivedFile, Reception, receive_scan, representation_of
from archive.recipes.formats import SIGNATURE_BYTES, natural_order, recognise
from archive.representations import Representation, give_contents, give_labels
from archive.works import Work
from storage.blobs import Blobs, pieces_of
from storage.errors import Refused
from storage.opening import Storage
from workers.queue import transaction

# What operating systems leave lying in a folder, and our own description files.
NOT_PAGES = frozenset({"book.yaml", "books.csv", "thumbs.db", "desktop.ini", "library.yaml"})


@dataclass(frozen=True, slots=True)
class Handover:
    """A book handed in by somebody: its description and where it came from."""

    description: Description
    folder: str
    agent: str


@dataclass(frozen=True, slots=True)
class TakenPage:
    """What became of one file: where it stands now (`sequence` from 1)."""

    name: str
    reception: Reception
    sequence: int


def page_files(folder: Path) -> list[Path]:
    """The files of a folder that may be pages, in the order a person would lay them.

    Raises:
        Refused: ``unreadable-folder`` or ``no-pages``.
    """
    try:
        files = [path for path in folder.iterdir() if not path.name.startswith(".")]
        found = [path for path in files if path.is_file() and path.name.lower() not in NOT_PAGES]
    except OSError as error:
        raise Refused("unreadable-folder", folder=str(folder)) from error
    if not found:
        raise Refused("no-pages", folder=str(folder))
    return sorted(found, key=lambda path: (natural_order(path.name), path.name))


def keep_file(blobs: Blobs, path: Path) -> ReceivedFile:
    """Keep a file's bytes if its first bytes are those of an image or a PDF.

    Raises:
        Refused: ``unreadable-file``, ``empty-file`` or ``not-an-image``, each
            with the file's name.
        Transient: ``storage-full``.
    """
    with _reading(path.name):
        file = path.open("rb")
    with file:
        return keep_opened(blobs, path.name, file)


def keep_opened(blobs: Blobs, name: str, file: BinaryIO) -> ReceivedFile:
    """The same for a file that is open at its beginning, such as one sent by a form."""
    with _reading(name):
        head = file.read(SIGNATURE_BYTES)
        file.seek(0)
    if not head:
        raise Refused("empty-file", file=name)
    media_type = recognise(head)
    if media_type is None:
        raise Refused("not-an-image", file=name)
    key = blobs.put(_pieces(file, name))
    return ReceivedFile(name, key, blobs.size(key), media_type)


def _pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    pieces = pieces_of(file)
    while True:
        with _reading(name):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """A disk or a share that does not give the bytes; the store's own troubles are others."""
    try:
        yield
    except OSError as error:
        raise Refused("unreadable-file", file=name) from error


def register_book(
    storage: Storage,
    queue: Celery,
    handover: Handover,
    files: Sequence[ReceivedFile],
    *,
    now: Callable[[], datetime],
    today: date,
    chance: random.Random,
) -> tuple[str, Iterator[TakenPage]]:
    """Make the rows of a book: its public name, and its pages one by one as they are made.

    Each page has a transaction of its own; interrupted, the same call goes on
    where it stopped.

    Raises:
        Refused: the description makes no sense.
    """
    with transaction(storage.rows, queue) as (session, _):
        work = _work_for(session, handover, files, now=now(), chance=chance)
        representation = representation_of(session, work, now())
        give_contents(session, representation.id, handover.description.contents)
        name, unit_id = work.name, work.unit_id

    def pages() -> Iterator[TakenPage]:
        for file in files:
            with transaction(storage.rows, queue) as (session, wake):
                receipt = receive_scan(
                    session,
                    session.get_one(Representation, representation.id),
                    file,
                    unit_id=unit_id,
                    order=natural_order,
                    now=now(),
                    chance=chance,
                    agent=handover.agent,
                )
                for step in receipt.due:
                    wake(step.step, step.id)
                taken = TakenPage(file.name, receipt.reception, receipt.page.sequence)
            yield taken
        with transaction(storage.rows, queue) as (session, wake):
            give_labels(session, representation.id, handover.description.labels)
            session.flush()
            # Labels, contents and rights are told in the book's files too.
            for build in want_builds_if_complete(
                session, representation.id, today=today, now=now()
            ):
                wake(build.step, build.id)

    return name, pages()


def _work_for(
    session: Session,
    handover: Handover,
    files: Sequence[ReceivedFile],
    *,
    now: datetime,
    chance: random.Random,
) -> Work:
    description = handover.description
    keys = [file.content_key for file in files]
    work = find_work(session, description, handover.folder, keys)
    if work is not None:
        if description.rights is not None:
            change_rights(session, work, description.rights, now=now, agent=handover.agent)
        return work
    return describe_work(
        session,
        description,
        folder=handover.folder,
        now=now,
        chance=chance,
        agent=handover.agent,
    )
