"""A person corrects a description by hand: what changed, and that it was a person.

The catalogue does not take it back: see `archive.record_changes`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.descriptions import agent_named
from archive.events import EventType, record_event
from archive.handover import WorkType, fold
from archive.recipes.recognition import PROFILES
from archive.rights_units import bump_revision
from archive.works import Contribution, Work
from storage.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedWork:
    """The main fields as a person has left them; an empty one is None."""

    title: str
    type: str
    language: str
    subtitle: str | None = None
    source_title: str | None = None
    year: int | None = None
    issued: date | None = None
    place: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()


_COLUMNS = ("title type language subtitle source_title year issued place publisher").split()


def edit_work(
    session: Session,
    work: Work,
    edited: EditedWork,
    *,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> bool:
    """Let the work say what a person says; whether anything changed.

    Raises:
        Refused: ``no-title``, ``unknown-language`` or ``unknown-type``.
    """
    if not fold(edited.title):
        raise Refused("no-title")
    # A language that a catalogue brought may stay, although no profile reads it.
    if edited.language not in {*PROFILES, work.language}:
        raise Refused("unknown-language", value=edited.language)
    if edited.type not in set(WorkType):
        raise Refused("unknown-type", value=edited.type)
    changed = _take_columns(work, edited) | _take_authors(session, work, edited.authors, chance)
    if not changed:
        return False
    work.folded_title = fold(work.title)
    work.revision, work.changed_at = work.revision + 1, now
    session.flush()
    record_event(session, EventType.METADATA_MODIFICATION, work, at=now, agent=agent,
                 detail={"changed": changed, "by_hand": True})  # fmt: skip
    bump_revision(session)  # terms of protection are counted from authors and their years
    return True


def _take_columns(work: Work, edited: EditedWork) -> dict[str, list[Any]]:
    changed = {}
    for name in _COLUMNS:
        old, new = getattr(work, name), getattr(edited, name)
        if old != new:
            setattr(work, name, new)
            changed[name] = [_plain(old), _plain(new)]
    return changed


def _take_authors(
    session: Session, work: Work, authors: tuple[str, ...], chance: random.Random
) -> dict[str, list[Any]]:
    old = [each.agent.preferred_form for each in work.contributions if each.role == "aut"]
    if old == list(authors):
        return {}
    others = [each for each in work.contributions if each.role != "aut"]
    agents = dict.fromkeys(agent_named(session, name, chance).id for name in authors)
    work.contributions = []
    session.flush()
    kept = [Contribution(agent_id=each.agent_id, role=each.role) for each in others]
    work.contributions = [*(Contribution(agent_id=number) for number in agents), *kept]
    for place, each in enumerate(work.contributions):
        each.position = place
    return {"authors": [old, list(authors)]}


def _plain(value: Any) -> Any:  # noqa: ANN401  (one value of many types)
    return value.isoformat() if isinstance(value, date) else value
