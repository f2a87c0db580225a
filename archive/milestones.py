"""How far is a book on its way from the scanner to the reader, and who is to help it on?

Seven stages, as the board draws them. Everything here is decided from counts: nothing is
stored, so that a page which is mended, a right which ends or a description which comes
moves the bar by itself. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from archive.duties import Duty

POOR_TEXT = "poor-text"
"""The best that was read of a page is still poor."""

MISREAD_TEXT = "kazakh-misread"
"""Kazakh that was read by a model of Russian alone: its own letters are lost."""

TEXT_DOUBTS = frozenset({POOR_TEXT, MISREAD_TEXT})
"""The doubts that are about a page's text and not its image."""

FILES = 3
"""A book is complete with its manifest and its PDFs in two sizes."""


class Stage(StrEnum):
    """In the order of the way."""

    UPLOAD = "upload"
    CHECK = "page-check"
    RECOGNITION = "recognition"
    PDF = "pdf"
    DESCRIPTION = "description"
    RIGHTS = "rights"
    OPEN = "open"


class StageState(StrEnum):
    """Trouble waits for a person and holds something up; a wait is a question to a person."""

    DONE = "done"
    UNDER_WAY = "under-way"
    TROUBLE = "trouble"
    WAITING = "waiting"
    AHEAD = "ahead"


class Wait(StrEnum):
    """What a person is to do, the most urgent first."""

    SEND_AGAIN = "send-again"  # files that cannot be read: better ones must come
    TRY_AGAIN = "try-again"  # steps that failed too often: do them again
    LOOK = "look"  # pages that may be poor
    DESCRIBE = "describe"
    DECIDE_RIGHTS = "decide-rights"


DUTY_OF: Mapping[Wait, Duty] = MappingProxyType(
    {
        Wait.SEND_AGAIN: Duty.UPLOAD,
        Wait.TRY_AGAIN: Duty.UPLOAD,
        Wait.LOOK: Duty.CHECK_PAGES,
        Wait.DESCRIBE: Duty.CATALOGUE,
        Wait.DECIDE_RIGHTS: Duty.KEEP_AGREEMENTS,
    }
)


class Audience(StrEnum):
    """For whom a book is open today."""

    NOBODY = "nobody"
    PREMISES = "premises"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class BookCounts:
    """One book as counted in the rows; pages unless said otherwise.

    `unreadable` failed before they had an image, `unrecognised` after it. `refused` wait
    for better files, `set_aside` and `files_set_aside` for another try; one page counts
    once in each. `doubtful` are in the book but should be looked at. `alive` are steps and
    builds that will go on by themselves.
    """

    pages: int
    with_image: int = 0
    with_text: int = 0
    unreadable: int = 0
    unrecognised: int = 0
    refused: int = 0
    set_aside: int = 0
    doubtful: int = 0
    doubts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    files_alive: int = 0
    files_set_aside: int = 0
    alive: int = 0
    described: bool = True
    has_basis: bool = True
    audience: Audience = Audience.NOBODY
    finished_at: datetime | None = None
    delayed_by: str | None = None  # the reason of a step that is tried again later

    @property
    def is_made(self) -> bool:
        """Whether nothing more happens by itself and the book's files are there."""
        return self.alive == 0 and self.files >= FILES


@dataclass(frozen=True, slots=True)
class Milestone:
    """One stage of one book; `share` of it is done, 0..1."""

    stage: Stage
    state: StageState
    share: float = 0.0


def milestones(book: BookCounts) -> tuple[Milestone, ...]:
    """The seven-step bar."""
    return (
        Milestone(Stage.UPLOAD, StageState.DONE if book.pages else StageState.AHEAD),
        _check(book),
        _recognition(book),
        _files(book),
        _asked(Stage.DESCRIPTION, answered=book.described, due=True),
        _asked(Stage.RIGHTS, answered=book.has_basis, due=book.is_made),
        _open(book),
    )


def waits(book: BookCounts) -> tuple[Wait, ...]:
    """What people are to do for this book, the most urgent first.

    Rights are asked for when the book is ready: before, nobody would gain by the answer.
    """
    return tuple(_waits(book))


def _waits(book: BookCounts) -> Iterator[Wait]:
    if book.refused:
        yield Wait.SEND_AGAIN
    if book.set_aside or book.files_set_aside:
        yield Wait.TRY_AGAIN
    if book.doubtful:
        yield Wait.LOOK
    if not book.described:
        yield Wait.DESCRIBE
    if not book.has_basis and book.is_made:
        yield Wait.DECIDE_RIGHTS


def stage_now(bar: tuple[Milestone, ...]) -> Stage:
    """The stage that a book stands at: the first that is not done."""
    return next((each.stage for each in bar if each.state != StageState.DONE), Stage.OPEN)


def _check(book: BookCounts) -> Milestone:
    share = _share(book.with_image, book.pages)
    if book.unreadable:
        return Milestone(Stage.CHECK, StageState.TROUBLE, share)
    if book.with_image < book.pages:
        return Milestone(Stage.CHECK, StageState.UNDER_WAY, share)
    if set(book.doubts) - TEXT_DOUBTS:
        return Milestone(Stage.CHECK, StageState.WAITING, share)
    return Milestone(Stage.CHECK, StageState.DONE if book.pages else StageState.AHEAD, share)


def _recognition(book: BookCounts) -> Milestone:
    share = _share(book.with_text, book.pages)
    if book.unrecognised:
        return Milestone(Stage.RECOGNITION, StageState.TROUBLE, share)
    if book.with_text + book.unreadable < book.pages:
        state = StageState.UNDER_WAY if book.with_text else StageState.AHEAD
        return Milestone(Stage.RECOGNITION, state, share)
    if TEXT_DOUBTS & set(book.doubts):
        return Milestone(Stage.RECOGNITION, StageState.WAITING, share)
    return Milestone(
        Stage.RECOGNITION, StageState.DONE if book.with_text else StageState.AHEAD, share
    )


def _files(book: BookCounts) -> Milestone:
    share = min(1.0, book.files / FILES)
    if book.files_set_aside:
        return Milestone(Stage.PDF, StageState.TROUBLE, share)
    if book.is_made:
        return Milestone(Stage.PDF, StageState.DONE, 1.0)
    return Milestone(
        Stage.PDF, StageState.UNDER_WAY if book.files_alive else StageState.AHEAD, share
    )


def _asked(stage: Stage, *, answered: bool, due: bool) -> Milestone:
    if answered:
        return Milestone(stage, StageState.DONE, 1.0)
    return Milestone(stage, StageState.WAITING if due else StageState.AHEAD)


def _open(book: BookCounts) -> Milestone:
    shown = book.with_image > 0 and book.audience is not Audience.NOBODY
    return Milestone(Stage.OPEN, StageState.DONE if shown and book.is_made else StageState.AHEAD)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
