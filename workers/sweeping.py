"""What the messages forgot: every sweep looks at the rows and wakes what is due.

Lost messages, killed processes, a broker emptied by hand, a restriction that
ended at midnight: the rows know, and this is where they are asked.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.broken_words import told_otherwise
from archive.catalogue_imports import forgotten_imports
from archive.deposits import UPLOADS_KEPT
from archive.ledger import BookBuild, PageStep, set_aside
from archive.representations import Page
from archive.rights_units import RightsUnit
from archive.signing_in import forget_sign_ins
from archive.throttling import forget_attempts
from archive.works import Work
from storage.errors import Transient
from storage.incoming import Incoming
from workers.completion import builds_due
from workers.index_documents import to_describe
from workers.indexing import index_batch, want_index
from workers.lanes import Call
from workers.lost_calls import lost_calls
from workers.queue import all_lines, calls_held, transaction
from workers.reindexing import finish_rebuild
from workers.running import wake_all
from workers.workshop import Workshop

log = logging.getLogger(__name__)

# No page and no book is worked on for so long: its step would have been claimed again.
FORGOTTEN = timedelta(days=1)

# An import commits its batches much faster: the process that worked on it is gone.
IMPORT_FORGOTTEN = timedelta(minutes=2)

# At most this many calls are made again for a line; the rest is called by the next sweep.
CALLS = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found: steps called for, and steps set aside for a person."""

    woken: int
    set_aside: int


def sweep(workshop: Workshop) -> Swept:
    """Look once over the rows."""
    now = workshop.now()
    held = _held(workshop)
    with transaction(workshop.storage.rows, workshop.queue) as (session, wake):
        aside = set_aside(session, PageStep, workshop.rules, now)
        failed = set_aside(session, BookBuild, workshop.rules, now)
        # Before anything is made due here, for which the broker holds no call yet.
        lost = _lost(workshop, session, held)
        for step, number in lost:
            wake(step, number)
        wake_all(wake, _builds_after(workshop, session, aside))
        wake_all(wake, _unindexed(workshop, session))
        wake_all(wake, _told_otherwise(workshop, session))
        wake_all(wake, _changed_by_the_date(workshop, session))
        forget_attempts(session, now)
        forget_sign_ins(session, now)
        undescribed = session.scalars(to_describe().with_only_columns(Work.id).limit(1)).first()
    forgotten = (now - FORGOTTEN).timestamp()
    clear_scratch(workshop.scratch, before=forgotten)
    Incoming(workshop.settings.uploads_folder).clear(before=(now - UPLOADS_KEPT).timestamp())
    if undescribed is not None and not lost:
        index_batch(workshop, 0)
    # Last: a store on another machine may be away, and nothing else shall wait for it.
    for store in (workshop.storage.blobs, workshop.storage.private):
        store.clear_unfinished(before=forgotten)
    return Swept(len(lost), len(aside) + len(failed))


def _held(workshop: Workshop) -> Mapping[str, int] | None:
    """How many calls lie in each line; None while the broker is away, who holds none back."""
    try:
        return calls_held(workshop.queue, all_lines(workshop.settings))
    except Transient as failure:
        log.warning("nobody is called again this time: %s", failure)
        return None


def _lost(workshop: Workshop, session: Session, held: Mapping[str, int] | None) -> list[Call]:
    if held is None:
        return []
    now = workshop.now()
    imports = forgotten_imports(session, now - IMPORT_FORGOTTEN)
    return lost_calls(session, held, imports=imports, rules=workshop.rules, now=now, limit=CALLS)


def _builds_after(
    workshop: Workshop, session: Session, aside: Sequence[int]
) -> Iterable[BookBuild]:
    for number in aside:
        yield from builds_due(workshop, session, session.get_one(PageStep, number).page_id)


def _unindexed(workshop: Workshop, session: Session) -> Iterable[PageStep]:
    """Pages whose text or unit the index does not hold yet."""
    query = select(Page).where(
        Page.text_id.is_not(None),
        or_(
            Page.indexed_text_id.is_(None),
            Page.indexed_text_id != Page.text_id,
            Page.indexed_unit_id != Page.unit_id,
        ),
    )
    for page in session.scalars(query.limit(CALLS)):
        step = want_index(session, page, workshop.now())
        if step is not None:
            yield step


def _told_otherwise(workshop: Workshop, session: Session) -> Iterable[PageStep]:
    """Pages that the index holds with a word that goes on otherwise on the next page now."""
    for page in session.scalars(told_otherwise().limit(CALLS)).all():
        step = want_index(session, page, workshop.now())
        if step is not None:
            yield step


def _changed_by_the_date(workshop: Workshop, session: Session) -> Iterable[BookBuild]:
    """Books with pages of their own restrictions: today's variant may be another one."""
    query = (
        select(Page.representation_id)
        .join(RightsUnit, Page.unit_id == RightsUnit.id)
        .where(RightsUnit.parent_id.is_not(None))
        .distinct()
    )
    for representation_id in session.scalars(query):
        yield from want_builds_if_complete(
            session, representation_id, today=workshop.today(), now=workshop.now()
        )


def compare_index(workshop: Workshop) -> None:
    """Write to the index what the rows have and it lacks; make one of another version anew.

    An index that was lost, emptied or cut off in a rebuild heals here.
    """
    index = workshop.storage.index
    if not index.is_current() and not index.is_rebuilding():
        log.warning("the search index is not of this version: it is made anew")
        index.start_anew()
    done = total = 0
    for done, total in finish_rebuild(workshop):
        log.info("%s of %s pages indexed", done, total)
    if done < total:
        log.warning("%s pages are not in the search index: they were set aside", total - done)


def clear_scratch(folder: Path, *, before: float) -> None:
    """Remove what killed processes left behind; `before` is a POSIX time."""
    for entry in folder.iterdir():
        # Whose file it is may take it away between the listing and the look.
        with suppress(FileNotFoundError):
            if entry.lstat().st_mtime < before:
                _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
