"""What can be done with a page at the desk? Each action by its name in the form.

Each gives the fields of the form that would undo it, where one form can.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from archive.judging import (
    accept_clean_pages,
    accept_page,
    forget_judgement,
    mark_page,
    reject_page,
)
from archive.ledger import PageStep
from archive.page_check import CheckedBook, Judgement
from archive.page_images import join_pages, split_page, turn_page
from archive.page_kinds import Kind
from archive.page_labels import Numbering, Run, label_pages, labels_for
from archive.page_order import move_pages, names_in_order, places_behind, put_back, withdraw_page
from archive.representations import Page
from storage.errors import Refused

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, to which page of which book, with which fields, and when."""

    session: Session
    book: CheckedBook
    page: Page
    fields: Fields
    now: datetime
    agent: str
    chance: random.Random


@dataclass(frozen=True, slots=True)
class Done:
    """What follows: pages whose place changed, steps now due, and how to undo it.

    `changes_files`: whether the book's manifest and PDFs tell something else now.
    """

    moved: Collection[int] = ()
    due: Sequence[PageStep] = ()
    undo: Fields = field(default_factory=dict)
    changes_files: bool = True


def _accept(doing: Doing) -> Done:
    undo = _undo_judging(doing.page)
    accept_page(doing.session, doing.page, now=doing.now, agent=doing.agent)
    return Done(undo=undo, changes_files=False)


def _reject(doing: Doing) -> Done:
    undo = _undo_judging(doing.page)
    reason = doing.fields.get("reason", "")
    reject_page(doing.session, doing.page, reason, now=doing.now, agent=doing.agent)
    return Done(undo=undo, changes_files=False)


def _forget(doing: Doing) -> Done:
    undo = _undo_judging(doing.page)
    forget_judgement(doing.session, doing.page, now=doing.now, agent=doing.agent)
    return Done(undo=undo, changes_files=False)


def _undo_judging(page: Page) -> Fields:
    if page.judged == Judgement.REJECTED:
        return {"action": "reject", "page": page.name, "reason": page.judged_reason or ""}
    action = "accept" if page.judged == Judgement.ACCEPTED else "forget"
    return {"action": action, "page": page.name}


def _accept_clean(doing: Doing) -> Done:
    book = doing.book.representation
    accept_clean_pages(doing.session, book, now=doing.now, agent=doing.agent)
    return Done(changes_files=False)


def _turn(doing: Doing) -> Done:
    by = _whole(doing.fields.get("by", "90"), "bad-turn")
    due = turn_page(doing.session, doing.page, by, now=doing.now, agent=doing.agent)
    back = {"action": "turn", "page": doing.page.name, "by": str((360 - by) % 360)}
    return Done(due=due, undo=back)


def _move(doing: Doing) -> Done:
    """`count` pages from this one on go before the page `before`, or to the place `place`."""
    order = names_in_order(doing.session, doing.page.representation_id)
    if doing.page.name not in order:
        raise Refused("page-withdrawn")
    first = order.index(doing.page.name)
    count = max(1, _whole(doing.fields.get("count") or "1", "bad-place"))
    moved = order[first : first + count]
    rest = [name for name in order if name not in set(moved)]
    before = doing.fields.get("before") or _at_place(rest, doing.fields.get("place"))
    behind = order[first + count] if first + count < len(order) else None
    changed = move_pages(
        doing.session,
        doing.book.representation,
        moved,
        before,
        now=doing.now,
        agent=doing.agent,
    )
    undo = {"action": "move", "page": moved[0], "count": str(len(moved)), "before": behind or ""}
    return Done(moved=changed, undo=undo)


def _at_place(rest: Sequence[str], place: str | None) -> str | None:
    """Before which of the other pages something stands that shall get this place (from 1)."""
    if not place:
        return None
    number = _whole(place, "bad-place")
    if number < 1:
        raise Refused("bad-place", place=place)
    return rest[number - 1] if number <= len(rest) else None


def _label(doing: Doing) -> Done:
    """One printed label as it was typed; an empty one is the page's place again."""
    before = doing.page.label or ""
    label = " ".join(doing.fields.get("label", "").split())[:20]
    _set_labels(doing, [label])
    return Done(undo={"action": "label", "page": doing.page.name, "label": before})


def _number(doing: Doing) -> Done:
    """A run of numbers from this page on."""
    try:
        numbering = Numbering(doing.fields.get("numbering", ""))
    except ValueError as error:
        raise Refused("bad-numbering", first="", count="") from error
    first = _whole(doing.fields.get("first") or "1", "bad-numbering")
    count = _whole(doing.fields.get("count") or "", "bad-numbering")
    _set_labels(doing, labels_for([Run(numbering, count, first)]))
    return Done()


def _set_labels(doing: Doing, labels: Sequence[str]) -> None:
    book = doing.book.representation
    label_pages(doing.session, book, doing.page, labels, now=doing.now, agent=doing.agent)


def _mark(doing: Doing) -> Done:
    before = doing.page.kind or ""
    told = doing.fields.get("kind", "")
    kind = Kind(told) if told in set(Kind) else None
    mark_page(doing.session, doing.page, kind, now=doing.now, agent=doing.agent)
    undo = {"action": "mark", "page": doing.page.name, "kind": before}
    return Done(undo=undo, changes_files=False)


def _withdraw(doing: Doing) -> Done:
    reason = doing.fields.get("reason", "")
    moved = withdraw_page(doing.session, doing.page, reason, now=doing.now, agent=doing.agent)
    undo = {"action": "put-back", "page": doing.page.name}
    return Done(moved=[*moved, doing.page.id], undo=undo)


def _put_back(doing: Doing) -> Done:
    due = put_back(doing.session, doing.page, now=doing.now, agent=doing.agent)
    return Done(moved=places_behind(doing.session, doing.page), due=due)


def _split(doing: Doing) -> Done:
    gutter = _whole(doing.fields.get("gutter", ""), "bad-gutter") / 100
    _, due = split_page(
        doing.session,
        doing.page,
        gutter,
        now=doing.now,
        chance=doing.chance,
        agent=doing.agent,
    )
    undo = {"action": "join", "page": doing.page.name}
    return Done(moved=places_behind(doing.session, doing.page), due=due, undo=undo)


def _join(doing: Doing) -> Done:
    moved, due = join_pages(doing.session, doing.page, now=doing.now, agent=doing.agent)
    return Done(moved=moved, due=due)


def _whole(told: str, reason: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) < 6):
        raise Refused(reason, turn=told, place=told, gutter=told, first=told, count=told)
    return int(told)


ACTIONS: Mapping[str, Callable[[Doing], Done]] = {
    "accept": _accept,
    "reject": _reject,
    "forget": _forget,
    "accept-clean": _accept_clean,
    "turn": _turn,
    "move": _move,
    "label": _label,
    "number": _number,
    "mark": _mark,
    "withdraw": _withdraw,
    "put-back": _put_back,
    "split": _split,
    "join": _join,
}
