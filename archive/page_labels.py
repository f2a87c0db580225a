"""What number is printed on each page? Runs of numbering, written down at once.

A book counts more than once: i–xii before the text, 1–200 in it, plates without a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from archive.events import EventType, record_event
from archive.ingest import lock_representation
from archive.page_order import pages_in_order
from archive.representations import Page, Representation
from storage.errors import Refused

UNNUMBERED = "[–]"
"""What stands for a page that bears no number; None would be shown as its place."""

HIGHEST = 9999
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


class Numbering(StrEnum):
    """How a run of pages counts."""

    ARABIC = "arabic"
    ROMAN = "roman"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Run:
    """`count` pages that count on from `first` in one way."""

    numbering: Numbering
    count: int
    first: int = 1


def labels_for(runs: Sequence[Run]) -> list[str]:
    """The printed labels of all pages of these runs, in order.

    Raises:
        Refused: ``bad-numbering`` when a run counts nothing or from nowhere.
    """
    return [label for run in runs for label in _labels_of(run)]


def _labels_of(run: Run) -> list[str]:
    if run.count < 1 or run.first < 1 or run.first + run.count - 1 > HIGHEST:
        raise Refused("bad-numbering", first=run.first, count=run.count)
    numbers = range(run.first, run.first + run.count)
    if run.numbering is Numbering.NONE:
        return [UNNUMBERED] * run.count
    return [roman(n) if run.numbering is Numbering.ROMAN else str(n) for n in numbers]


def roman(number: int) -> str:
    """A number as books write it before their text: i, ii, iii, iv …"""
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * times
    return written


def label_pages(
    session: Session,
    representation: Representation,
    first: Page,
    labels: Sequence[str],
    *,
    now: datetime,
    agent: str,
) -> list[Page]:
    """Give the pages from `first` on these labels; returns those that got one.

    Raises:
        Refused: ``bad-numbering`` when there are more labels than pages.
    """
    lock_representation(session, representation.id)
    pages = [
        page
        for page in pages_in_order(session, representation.id)
        if page.sequence >= first.sequence
    ]
    if len(labels) > len(pages):
        raise Refused("bad-numbering", first=first.sequence, count=len(labels))
    named = pages[: len(labels)]
    for page, label in zip(named, labels, strict=True):
        page.label = label or None
    detail = {"first": first.name, "labels": [labels[0], labels[-1]], "count": len(labels)}
    record_event(
        session,
        EventType.METADATA_MODIFICATION,
        representation,
        at=now,
        agent=agent,
        detail=detail,
    )
    session.flush()
    return named
