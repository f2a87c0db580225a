"""What happened, in words: a sentence for every type of event.

To tell a new type: its row in `SENTENCES` here, and in `archive.history.TOLD` what of its
detail may be shown. Where one type says several things, a function in `_BY_DETAIL` chooses
by the detail. A count stands after a colon, so that no noun must agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from archive.events import EventType, Outcome
from archive.history import Entry
from archive.representations import Page
from web import figures
from web.account_words import ACCOUNT_EVENTS
from web.labels import audience_label
from web.language import current_language, gettext
from web.pages.work import HistoryLine
from web.portal import portal
from web.refusals import N_, told

PROGRAM = N_("Sandyq")

Sentence = tuple[str, Mapping[str, str]]
"""A message id with the values that it needs beside the count."""

SENTENCES: Mapping[str, str] = {
    EventType.INGESTION: N_("Pages received: %(n)s"),
    EventType.METADATA_EXTRACTION: N_("Pages checked: %(n)s"),
    EventType.CREATION: N_("Files made: %(n)s"),
    EventType.INDEXING: N_("Pages added to the search: %(n)s"),
    EventType.REPLACEMENT: N_("Images replaced: %(n)s"),
    EventType.POLICY_ASSIGNMENT: N_("Rights decided"),
    EventType.METADATA_MODIFICATION: N_("The description was changed"),
    EventType.UNQUARANTINE: N_("Work that had broken off was started again"),
    EventType.DELETION: N_("Taken back"),
    **ACCOUNT_EVENTS,
}
_OTHER = N_("Something was done (%(type)s)")
_FAILED = N_("Did not succeed, pages: %(n)s")
_FILES_FAILED = N_("The book's files could not be made")

_MADE: Mapping[str, str] = {
    "access": N_("Images for the site made: %(n)s"),
    "hocr": N_("Pages recognised: %(n)s"),
    "split": N_("Pages taken out of a file: %(n)s"),
    "manifest": N_("The book's description for other viewers was made"),
    "pdf": N_("The PDF in original quality was made"),
    "pdf-small": N_("The small PDF was made"),
}


def line_of(entry: Entry, names: Mapping[str, str]) -> HistoryLine:
    """An entry as a line, with the person's name if an account did it."""
    failed = entry.outcome == Outcome.FAILURE
    agent, zone = entry.agent, portal().settings.zone
    lasted = entry.last_at - entry.first_at >= timedelta(minutes=1)
    return HistoryLine(
        who=gettext(PROGRAM) if agent is None else names.get(agent, agent),
        what=_what(entry, failed=failed),
        reason=_reason(entry) if failed else "",
        at=entry.first_at.astimezone(zone),
        until=entry.last_at.astimezone(zone) if lasted else None,
        failed=failed,
    )


def _what(entry: Entry, *, failed: bool) -> str:
    values = {"n": figures.number(len(entry.things), current_language()), "type": entry.type}
    text, own = _failure(entry) if failed else _success(entry)
    what = gettext(text) % {**values, **own}
    if entry.page is None:
        return what
    return gettext(N_("%(what)s (page %(page)s)")) % {"what": what, "page": entry.page}


def _failure(entry: Entry) -> Sentence:
    return (_FAILED if entry.about_kind == Page.__tablename__ else _FILES_FAILED), {}


def _success(entry: Entry) -> Sentence:
    by_detail = _BY_DETAIL.get(entry.type)
    found = by_detail(entry.detail) if by_detail else None
    return found or (SENTENCES.get(entry.type, _OTHER), {})


def _reason(entry: Entry) -> str:
    if "reason" not in entry.detail:
        return ""
    explained = told(str(entry.detail["reason"]), entry.detail.get("values", {}), gettext)
    return f"{explained.fact} {explained.advice}"


def _made(detail: Mapping[str, Any]) -> Sentence | None:
    roles = detail.get("roles", ())
    return next(((_MADE[role], {}) for role in roles if role in _MADE), None)


def _policy(detail: Mapping[str, Any]) -> Sentence | None:
    """A page that was closed or opened, or a work that was given to an audience."""
    if detail.get("released"):
        return N_("Pages opened again: %(n)s"), {}
    if "withheld_until" in detail:
        return _closed(detail["withheld_until"])
    return _given(detail) if "level" in detail else None


def _closed(until: object) -> Sentence:
    if until is None:
        return N_("Pages closed without end: %(n)s"), {}
    return N_("Pages closed up to and including %(day)s: %(n)s"), {"day": _day(until)}


def _given(detail: Mapping[str, Any]) -> Sentence:
    audience = audience_label(str(detail["level"]))
    if detail.get("statement") is None:
        return N_("Rights: not decided yet"), {}
    if detail.get("until"):
        told_values = {"audience": audience, "day": _day(detail["until"])}
        return N_("Rights: %(audience)s, up to and including %(day)s"), told_values
    return N_("Rights: %(audience)s"), {"audience": audience}


def _day(written: object) -> str:
    return figures.short_date(date.fromisoformat(str(written)))


_DEEDS: Mapping[str, str] = {
    "labels": N_("Page numbers were written: %(n)s"),
    "kind": N_("Kinds of pages were marked: %(n)s"),
    "turn": N_("Pages turned: %(n)s"),
    "split": N_("Spreads cut into two pages: %(n)s"),
    "joined": N_("Pages joined to a spread again: %(n)s"),
    "put_back": N_("Pages put back into the book: %(n)s"),
    "before": N_("Pages were put into another order"),
    "by_hand": N_("The description was corrected by hand"),
    "source": N_("The description follows its catalogue record"),
    "withdrawn": N_("Pages taken out of the book: %(n)s"),
}
_JUDGED: Mapping[str, str] = {
    "accepted": N_("Pages accepted: %(n)s"),
    "rejected": N_("Pages sent back: %(n)s"),
}


def _changed(detail: Mapping[str, Any]) -> Sentence | None:
    """What was done with pages, or with a description."""
    judged = _JUDGED.get(str(detail.get("judged")))
    if judged is not None:
        return judged, {}
    return next(((text, {}) for deed, text in _DEEDS.items() if deed in detail), None)


_BY_DETAIL: Mapping[str, Callable[[Mapping[str, Any]], Sentence | None]] = {
    EventType.CREATION: _made,
    EventType.METADATA_MODIFICATION: _changed,
    EventType.POLICY_ASSIGNMENT: _policy,
}
