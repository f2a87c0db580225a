"""Who did what to a book or a page, and when: the events as a person reads them.

The record holds one event for every page and step; a reader wants one line for what was
done in one go. Events of the same meaning by the same hand on the same day are folded into
an entry with a count, unless a long pause lies between them. Nothing of an event's detail is
handed on but what `TOLD` names for its type, so that no personal data can be shown here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.events import Event, EventType
from archive.ledger import BookBuild, PageStep
from archive.representations import Page, Representation, Scan
from archive.rights_units import RightsUnit
from archive.works import Item, Work

PAUSE = timedelta(hours=1)
"""After so long a gap the same work is another entry."""

_ACCOUNT = re.compile(r"account (\d+)")
_PROGRAMS = ("sandyq", "tesseract")

TOLD: Mapping[str, tuple[str, ...]] = {
    EventType.INGESTION: (),
    EventType.METADATA_EXTRACTION: (),
    EventType.CREATION: ("roles", "step", "reason", "values"),
    EventType.INDEXING: (),
    EventType.REPLACEMENT: ("name",),
    EventType.POLICY_ASSIGNMENT: ("statement", "level", "until", "withheld_until", "released"),
    EventType.METADATA_MODIFICATION: (
        "judged",
        "kind",
        "labels",
        "before",
        "turn",
        "split",
        "joined",
        "withdrawn",
        "put_back",
        "by_hand",
        "source",
    ),
    EventType.UNQUARANTINE: (),
    EventType.DELETION: (),
    EventType.ACCOUNT_OPENED: (),
    EventType.ACCOUNT_CHANGED: (),
    EventType.ACCOUNT_CLOSED: (),
    EventType.ACCOUNT_REOPENED: (),
    EventType.ADDRESS_CONFIRMED: (),
    EventType.PASSWORD_SET: (),
    EventType.SIGN_INS_ENDED: (),
}
"""What of its detail an event of each type may say; events are folded if it is the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened to `things` (ids of rows) between `first_at` and `last_at`.

    `agent` is as recorded, None for the programs' own steps; `page` is the printed label of
    the page if there was only one.
    """

    type: str
    outcome: str
    agent: str | None
    about_kind: str
    detail: Mapping[str, Any]
    first_at: datetime
    last_at: datetime
    things: frozenset[int]
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event before it is folded; about a step it counts as about the step's page."""

    type: str
    outcome: str
    agent: str
    about_kind: str
    thing: int
    detail: Mapping[str, Any]
    at: datetime


def fold(events: Iterable[Happened], day_of: Callable[[datetime], date]) -> list[Entry]:
    """Entries, newest first, of events in the order in which they happened."""
    entries: list[Entry] = []
    newest: dict[object, int] = {}
    for event in events:
        entry = _entry(event)
        key = (entry.type, entry.outcome, entry.agent, entry.about_kind, _told(entry.detail))
        place = newest.get(key)
        if place is not None and _goes_on(entries[place], entry, day_of):
            known = entries[place]
            entries[place] = replace(
                known, last_at=entry.last_at, things=known.things | entry.things
            )
        else:
            newest[key] = len(entries)
            entries.append(entry)
    newest_first = entries[::-1]  # of one and the same moment, too
    return sorted(newest_first, key=lambda entry: entry.last_at, reverse=True)


def _entry(event: Happened) -> Entry:
    named = TOLD.get(event.type, ())
    return Entry(
        type=event.type,
        outcome=event.outcome,
        agent=None if is_program(event.agent) else event.agent,
        about_kind=event.about_kind,
        detail={name: event.detail[name] for name in named if name in event.detail},
        first_at=event.at,
        last_at=event.at,
        things=frozenset({event.thing}),
    )


def _told(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, sort_keys=True, default=str)


def _goes_on(known: Entry, entry: Entry, day_of: Callable[[datetime], date]) -> bool:
    near = entry.first_at - known.last_at <= PAUSE
    return near and day_of(entry.first_at) == day_of(known.first_at)


def is_program(agent: str) -> bool:
    """Whether a step of ours or an engine did it, and no person."""
    return agent.casefold().startswith(_PROGRAMS)


def work_history(
    session: Session, work: Work, day_of: Callable[[datetime], date]
) -> Sequence[Entry]:
    """All that happened to a work, its rights, its pages and their steps, newest first."""
    books = select(Representation.id).join(Item).where(Item.work_id == work.id)
    pages = select(Page.id).where(Page.representation_id.in_(books))
    return _history(
        session,
        _steps(session, PageStep.page_id.in_(pages)),
        [
            _about(Work, Work.id == work.id),
            _about(RightsUnit, RightsUnit.id == work.unit_id),
            _about(Item, Item.work_id == work.id),
            _about(Representation, Representation.id.in_(books)),
            _about(Scan, Scan.representation_id.in_(books)),
            _about(Page, Page.representation_id.in_(books)),
            _about(PageStep, PageStep.page_id.in_(pages)),
            _about(BookBuild, BookBuild.representation_id.in_(books)),
        ],
        day_of,
    )


def page_history(
    session: Session, page: Page, day_of: Callable[[datetime], date]
) -> Sequence[Entry]:
    """All that happened to one page and its steps, newest first."""
    return _history(
        session,
        _steps(session, PageStep.page_id == page.id),
        [_about(Page, Page.id == page.id), _about(PageStep, PageStep.page_id == page.id)],
        day_of,
    )


def _about(kind: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401  (a noun)
    wanted = select(kind.id).where(which)
    return and_(Event.about_kind == kind.__tablename__, Event.about_id.in_(wanted))


def _steps(session: Session, which: ColumnElement[bool]) -> Mapping[int, int]:
    """The page of each step."""
    query = select(PageStep.id, PageStep.page_id).where(which)
    return dict(session.execute(query).all())


def _history(
    session: Session,
    page_of: Mapping[int, int],
    abouts: Sequence[ColumnElement[bool]],
    day_of: Callable[[datetime], date],
) -> Sequence[Entry]:
    query = select(
        Event.type, Event.outcome, Event.agent, Event.about_kind, Event.about_id, Event.detail,
        Event.at,
    ).where(or_(*abouts)).order_by(Event.id)  # fmt: skip
    happened = [Happened(*row) for row in session.execute(query)]
    steps = PageStep.__tablename__
    on_pages = (
        replace(each, thing=page_of.get(each.thing, 0), about_kind=Page.__tablename__)
        if each.about_kind == steps
        else each
        for each in happened
    )
    return _with_labels(session, fold(on_pages, day_of))


def _with_labels(session: Session, entries: Sequence[Entry]) -> Sequence[Entry]:
    single = {
        number
        for each in entries
        if each.about_kind == Page.__tablename__ and len(each.things) == 1
        for number in each.things
    }
    query = select(Page).where(Page.id.in_(single))
    labels = {page.id: page.printed_label for page in session.scalars(query)}
    return [
        replace(each, page=labels.get(next(iter(each.things))))
        if each.about_kind == Page.__tablename__ and len(each.things) == 1
        else each
        for each in entries
    ]


def display_names(session: Session, agents: Iterable[str | None]) -> Mapping[str, str]:
    """The people behind accounts, by the agent as recorded; other names stand for themselves."""
    numbered = {
        agent: int(found[1]) for agent in agents if agent and (found := _ACCOUNT.fullmatch(agent))
    }
    query = select(Account.id, Account.display_name).where(Account.id.in_(numbered.values()))
    names = dict(session.execute(query).all())
    return {agent: names.get(number, agent) for agent, number in numbered.items()}
