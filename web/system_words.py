"""How is the system, in plain sentences? Copies are spoken of where they are to be made."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from archive.condition import (
    Queue,
    Room,
    is_slow,
    is_standing,
    last_indexed,
    queue_now,
    room,
    search_answers,
)
from storage.copies import CopyFolder
from web import figures
from web.advice import ASK_ADMINISTRATOR
from web.board_words import moment, ngettext
from web.language import current_language, gettext
from web.marking import N_
from web.pages.work import SystemFact
from web.portal import portal

_OLD_COPY = timedelta(days=2)
_YEARS_FROM = 24  # months; below, months are said


def system_facts(session: Session) -> tuple[SystemFact, ...]:
    """Search, room and worker, as of now."""
    here = portal()
    now, free = here.now(), here.storage.blobs.free()
    return (
        _search(search_answers(here.storage.index), last_indexed(session)),
        _room(None if free is None else room(session, free, now)),
        _work(queue_now(session, now), now),
        *_copies(here.settings.copies, now),
    )


def _search(answers: bool, last: datetime | None) -> SystemFact:  # noqa: FBT001
    if not answers:
        fact = gettext(N_("Search is down. The books are open."))
        return _attention(fact, "")
    then = ""
    if last is not None:
        then = gettext(N_("The last page was added: %(when)s.")) % {"when": moment(last)}
    return SystemFact("circle-check", gettext(N_("Search works.")), then)


def _attention(fact: str, then: str) -> SystemFact:
    advice = f"{then} {gettext(ASK_ADMINISTRATOR)}".strip()
    return SystemFact("triangle-alert", fact, advice, attention=True)


def _room(found: Room | None) -> SystemFact:
    if found is None:
        fact = gettext(N_("The files lie in a store on another server."))
        then = gettext(N_("How much room is left there, its administrator knows."))
        return SystemFact("hard-drive", fact, then)
    free = {"size": figures.size(found.free, current_language())}
    then = gettext(N_("Free: %(size)s.")) % free
    if found.months is not None:
        then = f"{then} {_enough_for(found.months)}"
    if found.is_short:
        fact = gettext(N_("There is little room left."))
        return SystemFact(
            "triangle-alert", fact, f"{then} {gettext(ASK_ADMINISTRATOR)}", attention=True
        )
    return SystemFact("hard-drive", gettext(N_("There is room.")), then)


def _copies(folder: Path | None, now: datetime) -> tuple[SystemFact, ...]:
    if folder is None:
        return ()
    if not folder.exists():
        return (_attention(gettext(N_("The disk for copies is not connected.")), ""),)
    made = CopyFolder(folder).complete()
    if not made:
        return (_attention(gettext(N_("There is no copy of the archive yet.")), ""),)
    last = made[-1]
    then = gettext(N_("The last copy was made: %(when)s.")) % {"when": moment(last.made_at)}
    if now - last.made_at > _OLD_COPY:
        return (_attention(gettext(N_("No copy has been made for days.")), then),)
    if not last.is_whole:
        return (_attention(gettext(N_("Files are missing from the last copy.")), then),)
    return (SystemFact("circle-check", gettext(N_("The archive is copied.")), then),)


def _enough_for(months: int) -> str:
    if months < 1:
        return gettext(N_("At the present pace this is less than a month of work."))
    if months < _YEARS_FROM:
        return ngettext(
            "At the present pace this is about %(n)s month of work.",
            "At the present pace this is about %(n)s months of work.",
            months,
        )
    return ngettext(
        "At the present pace this is about %(n)s year of work.",
        "At the present pace this is about %(n)s years of work.",
        months // 12,
    )


def _work(queue: Queue, now: datetime) -> SystemFact:
    language = current_language()
    waiting = gettext(N_("In the queue: pages %(pages)s, files of books %(files)s.")) % {
        "pages": figures.number(queue.pages, language),
        "files": figures.number(queue.files, language),
    }
    if not queue.pages and not queue.files:
        nothing = gettext(N_("Nothing waits to be worked on."))
        return SystemFact("circle-check", gettext(N_("The queue is empty.")), nothing)
    if is_standing(queue, now):
        fact = gettext(N_("The work stands still: no worker is running."))
        return SystemFact(
            "triangle-alert", fact, f"{waiting} {gettext(ASK_ADMINISTRATOR)}", attention=True
        )
    if is_slow(queue, now) and queue.oldest_due is not None:
        fact = gettext(N_("The work goes on, but slowly."))
        oldest = gettext(N_("The oldest step has waited since %(when)s.")) % {
            "when": moment(queue.oldest_due)
        }
        return SystemFact("clock", fact, f"{waiting} {oldest}", attention=True)
    return SystemFact("refresh-cw", gettext(N_("The work goes on.")), waiting)
