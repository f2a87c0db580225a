"""Do rows, bytes and index agree, and what can be put right without a person?

What differs in the index is written again. Bytes come from the newest copy where there is
one, or are made again by the step that made them. A master that no copy has is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from archive.ledger import BookBuild, PageStep, restart
from archive.owners import Owner
from storage.blobs import Blobs
from storage.copies import CopyFolder
from workers.byte_differences import Lost, Told, byte_differences
from workers.copying import bring
from workers.index_differences import Differing, Wrong, index_differences, put_right
from workers.queue import transaction
from workers.workshop import Workshop

__all__ = ["Checked", "Differing", "Lost", "Repaired", "Wrong", "check", "repair"]

# A step reads what those before it made: first the frames, then the pages, then the books.
_WAVES = {"characterise": 0, "derive": 1, "recognise": 1}


@dataclass(frozen=True, slots=True)
class Checked:
    """What differs. An index of another version (not `is_current`), or one that is being
    made anew (`is_rebuilding`), is not looked at document by document.
    """

    lost: Sequence[Lost]
    unnamed: Sequence[str]
    differing: Sequence[Differing]
    is_current: bool = True
    is_rebuilding: bool = False

    @property
    def agrees(self) -> bool:
        """Bytes that no row names harm nobody."""
        return self.is_current and not self.lost and not self.differing


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right, what a worker makes again now, and `later`, once it has what it
    needs; and what is `left` for a person."""

    brought: list[Lost] = field(default_factory=list)
    due: list[Lost] = field(default_factory=list)
    later: list[Lost] = field(default_factory=list)
    left: list[Lost] = field(default_factory=list)


def check(workshop: Workshop, *, read: bool, told: Told) -> Checked:
    """Compare all three; `read` every byte too. Nothing is changed.

    Raises:
        Transient: an engine does not answer.
    """
    lost, unnamed = byte_differences(workshop.storage, read=read, told=told)
    index = workshop.storage.index
    if index.is_current():
        return Checked(lost, unnamed, index_differences(workshop))
    rebuilding = index.is_rebuilding()  # a worker ends what was begun
    return Checked(lost, unnamed, (), is_current=rebuilding, is_rebuilding=rebuilding)


def repair(workshop: Workshop, checked: Checked) -> Repaired:
    """Put right what can be put right here and now.

    Raises:
        Transient: ``index-busy``, or an engine does not answer.
    """
    done = Repaired()
    waiting = [each for each in checked.lost if not _is_brought(workshop, each, done)]
    _make_again(workshop, waiting, done)
    if checked.differing:
        put_right(workshop, list(checked.differing))
    return done


def _is_brought(workshop: Workshop, lost: Lost, done: Repaired) -> bool:
    """From the copy, if it has them whole. What is damaged is never written over."""
    copies = workshop.settings.copies
    if lost.damaged or copies is None:
        return False
    folder, is_paper = CopyFolder(copies), lost.owner.kind == "paper"
    source: Blobs = folder.papers if is_paper else folder.blobs
    target = workshop.storage.private if is_paper else workshop.storage.blobs
    if not source.holds(lost.owner.key) or not bring(source, target, lost.owner.key):
        return False
    done.brought.append(lost)
    return True


def _make_again(workshop: Workshop, waiting: Sequence[Lost], done: Repaired) -> None:
    """Restart the steps of what is missing, each once, unless it would miss something itself."""
    pages, books = _earliest(waiting)
    restarted: set[tuple[str, int]] = set()
    with transaction(workshop.storage.rows, workshop.queue) as (session, wake):
        for each in waiting:
            owner, wave = each.owner, _wave(each.owner)
            if each.damaged or not owner.step:
                done.left.append(each)
                continue
            before = pages[owner.page_id] if owner.page_id else books[owner.representation_id]
            (done.due if wave == before else done.later).append(each)
            if wave == before and (owner.step, owner.step_id) not in restarted:
                restarted.add((owner.step, owner.step_id))
                restart(_step_of(session, owner), workshop.now())
                wake(owner.step, owner.step_id)


def _earliest(waiting: Sequence[Lost]) -> tuple[dict[int, int], dict[int, int]]:
    """The first wave in which something of each page, and of each book, is lost."""
    pages: dict[int, int] = {}
    books: dict[int, int] = {}
    for each in waiting:
        owner, wave = each.owner, _wave(each.owner)
        if wave >= 0:  # a book's file that needs a lost master is set aside with that reason
            books[owner.representation_id] = min(wave, books.get(owner.representation_id, wave))
        if owner.page_id is not None:
            pages[owner.page_id] = min(wave, pages.get(owner.page_id, wave))
    return pages, books


def _step_of(session: Session, owner: Owner) -> PageStep | BookBuild:
    if owner.page_id is None:
        return session.get_one(BookBuild, owner.step_id)
    return session.get_one(PageStep, owner.step_id)


def _wave(owner: Owner) -> int:
    """When something is made: masters first; what is shown nowhere keeps nobody waiting."""
    if owner.kind != "derivative":
        return -1
    return _WAVES.get(owner.step, 2) if owner.step else 3
