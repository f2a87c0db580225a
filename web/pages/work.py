"""What the board of jobs and the history show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from web.pages.parts import ONE_PAGE, Pages


@dataclass(frozen=True, slots=True)
class Button:
    """What mends a thing: a link, or with `posts` a form that is sent."""

    label: str
    href: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that waits: `kind` is ``bad`` or ``warn``; `fact` is bold, `then` follows."""

    key: str
    kind: str
    icon: str
    fact: str
    then: str = ""
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of the seven-step bar: its state, and how much of it is filled, 0..100."""

    state: str
    filled: int


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page that waits, by its printed label and file, with what is wrong and what to do."""

    page: str
    label: str
    file: str
    fact: str
    advice: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One book of the board. `stage` says in words where the bar stands."""

    work: str
    title: str
    language: str
    byline: str
    branch: str
    pages: int
    bar: tuple[Bar, ...]
    stage: str
    sentence: str = ""
    tag: str = ""
    icon: str = ""
    errands: tuple[Errand, ...] = ()
    troubles: tuple[ToldPage, ...] = ()
    more: int = 0  # pages that wait and are not told one by one


@dataclass(frozen=True, slots=True)
class JobGroup:
    """A stretch of one group, and how many rows there are in all."""

    rows: tuple[JobRow, ...] = ()
    total: int = 0
    paging: Pages = ONE_PAGE


@dataclass(frozen=True, slots=True)
class SystemFact:
    """One sentence about the system; `attention` asks somebody to act."""

    icon: str
    fact: str
    then: str
    attention: bool = False


@dataclass(frozen=True, slots=True)
class BranchChoice:
    """A branch that the board can be narrowed to."""

    code: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The board. `branch` names the one branch shown; without `branches` it cannot be changed."""

    when: datetime
    branch: str
    branches: tuple[BranchChoice, ...]
    waiting: JobGroup
    working: JobGroup
    done: JobGroup
    done_today: int
    system: tuple[SystemFact, ...]
    address: str = "/desk/work"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who did what; `until` is set when it took longer than a minute."""

    who: str
    what: str
    reason: str
    at: datetime
    until: datetime | None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The history of a work, or of one of its pages (`label`)."""

    work: str
    title: str
    language: str
    lines: Sequence[HistoryLine]
    label: str = ""
    paging: Pages = ONE_PAGE
