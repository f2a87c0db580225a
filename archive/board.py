"""What waits for this person, what goes on by itself, and what was finished lately?

The board is arranged for one person: only what their duties let them mend waits for them;
what waits for a colleague is work in progress, and says whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.doubts import Doubt, doubtful_pages
from archive.duties import OWN_BRANCH_ONLY, Role, has_duty, may_touch
from archive.milestones import DUTY_OF, Audience, BookCounts, Milestone, Wait, milestones, waits
from archive.overview import Trouble, troubles_of
from archive.pace import minutes_left, time_a_page
from archive.representations import PageText, Representation
from archive.rights_units import facts_by_unit
from archive.survey import SurveyedBook, audience_today, survey
from archive.works import Item, Work

LATELY = timedelta(days=7)
MOST_PAGES = 20  # told one by one, of one book
MEASURED = 60  # pages that give the pace


class Group(StrEnum):
    """The three parts of the board."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class BookOnBoard:
    """One row of the board.

    `mine` is what this person can do for the book now, `others` what waits for a colleague.
    `troubles` and `doubts` are at most MOST_PAGES each.
    """

    work: Work
    item: Item
    counts: BookCounts
    bar: tuple[Milestone, ...]
    mine: tuple[Wait, ...]
    others: tuple[Wait, ...]
    troubles: Sequence[Trouble] = ()
    doubts: Sequence[Doubt] = ()
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A stretch of one group: `books` from place `first`, of `total` in all."""

    books: Sequence[BookOnBoard]
    first: int
    total: int


@dataclass(frozen=True, slots=True)
class Board:
    """The three groups; `done_today` of the finished ones are of today."""

    shelves: Mapping[Group, Shelf]
    done_today: int


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks at the board, and the branch whose books they want (None is all)."""

    role: Role
    own_branch: int | None = None
    branch: int | None = None

    def sees(self, branch_id: int | None) -> bool:
        """Whether a book of this branch belongs on the board."""
        wanted = self.branch is None or self.branch == branch_id
        return wanted and may_touch(self.role, self.own_branch, branch_id)

    @property
    def has_one_branch(self) -> bool:
        return self.role in OWN_BRANCH_ONLY

    def does(self, wait: Wait) -> bool:
        """Whether mending this is their duty."""
        return has_duty(self.role, DUTY_OF[wait])


def board(
    session: Session,
    watcher: Watcher,
    *,
    now: datetime,
    day_of: Callable[[datetime], date],
    first: Mapping[Group, int],
    most: int,
) -> Board:
    """The board as `watcher` sees it; `most` books of each group, from place `first` on.

    `day_of` gives the day of the library's calendar on which a moment falls.
    """
    everything = survey(session, now - LATELY)
    left = _time_left(session, everything, now)
    groups: dict[Group, list[SurveyedBook]] = {group: [] for group in Group}
    for book in everything:
        group = group_of(book.counts, watcher, now)
        if group is not None and watcher.sees(book.branch_id):
            groups[group].append(book)
    groups[Group.WAITING].sort(key=lambda book: _urgency(book, watcher))
    groups[Group.DONE].sort(key=lambda book: book.counts.finished_at or now, reverse=True)
    return Board(
        {
            group: Shelf(
                _told(session, watcher, books[first.get(group, 0) :][:most], left, day_of(now)),
                first.get(group, 0),
                len(books),
            )
            for group, books in groups.items()
        },
        done_today=sum(_is_of_today(book, now, day_of) for book in groups[Group.DONE]),
    )


def group_of(book: BookCounts, watcher: Watcher, now: datetime) -> Group | None:
    """Where a book stands on somebody's board; None when it was finished long ago."""
    asked = waits(book)
    if any(watcher.does(wait) for wait in asked):
        return Group.WAITING
    if asked or not book.is_made:
        return Group.WORKING
    if book.finished_at is None or now - book.finished_at > LATELY:
        return None
    return Group.DONE


def _urgency(book: SurveyedBook, watcher: Watcher) -> tuple[int, int]:
    """The worst first; among equals the book that has waited longest."""
    order = list(Wait)
    mine = (order.index(wait) for wait in waits(book.counts) if watcher.does(wait))
    return min(mine), book.representation_id


def _is_of_today(book: SurveyedBook, now: datetime, day_of: Callable[[datetime], date]) -> bool:
    finished = book.counts.finished_at
    return finished is not None and day_of(finished) == day_of(now)


def _time_left(
    session: Session, books: Sequence[SurveyedBook], now: datetime
) -> Mapping[int, int | None]:
    """Minutes until each book's pages have a text: those handed in before it come first."""
    newest = select(PageText.made_at).order_by(PageText.id.desc()).limit(MEASURED)
    a_page = time_a_page(session.scalars(newest).all(), now)
    left: dict[int, int | None] = {}
    ahead = 0
    for book in books:
        counts = book.counts
        own = counts.pages - counts.with_text - counts.unreadable - counts.unrecognised
        if counts.alive and own > 0:
            ahead += own
            left[book.representation_id] = minutes_left(a_page, ahead)
    return left


def _told(
    session: Session,
    watcher: Watcher,
    shown: Sequence[SurveyedBook],
    left: Mapping[int, int | None],
    today: date,
) -> Sequence[BookOnBoard]:
    """These books with their titles, the pages that wait, and for whom they are open."""
    rows = _rows(session, [book.representation_id for book in shown])
    failed = [book.representation_id for book in shown if _has_failed(book.counts)]
    troubles = troubles_of(session, failed, MOST_PAGES)
    looked_at = [book.representation_id for book in shown if book.counts.doubtful]
    doubts = doubtful_pages(session, looked_at, MOST_PAGES)
    facts = facts_by_unit(session, frozenset(book.unit_id for book in shown))
    return [
        _on_board(
            watcher,
            _opened_to(book.counts, audience_today(facts[book.unit_id], today)),
            rows[book.representation_id],
            troubles=troubles.get(book.representation_id, ()),
            doubts=doubts.get(book.representation_id, ()),
            left=left.get(book.representation_id),
        )
        for book in shown
    ]


def _opened_to(counts: BookCounts, audience: Audience) -> BookCounts:
    """The counts with what the rights say today: what is open to somebody has a basis."""
    has_basis = counts.has_basis or audience is not Audience.NOBODY
    return replace(counts, audience=audience, has_basis=has_basis)


def _has_failed(counts: BookCounts) -> bool:
    return bool(counts.refused or counts.set_aside)


def _rows(session: Session, ids: Collection[int]) -> Mapping[int, tuple[Work, Item]]:
    query = (
        select(Representation.id, Work, Item)
        .join(Item, Representation.item_id == Item.id)
        .join(Work, Item.work_id == Work.id)
        .where(Representation.id.in_(ids))
    )
    return {number: (work, item) for number, work, item in session.execute(query)}


def _on_board(
    watcher: Watcher,
    counts: BookCounts,
    rows: tuple[Work, Item],
    *,
    troubles: Sequence[Trouble],
    doubts: Sequence[Doubt],
    left: int | None,
) -> BookOnBoard:
    asked = waits(counts)
    return BookOnBoard(
        *rows,
        counts=counts,
        bar=milestones(counts),
        mine=tuple(wait for wait in asked if watcher.does(wait)),
        others=tuple(wait for wait in asked if not watcher.does(wait)),
        troubles=troubles,
        doubts=doubts,
        minutes_left=left,
    )
