"""What the workers made: recorded with the event that made it, and shown from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.events import Event, EventType, record_event
from archive.representations import Derivative, Page, PageText, Representation


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes that are already kept, and what they are; `size` in bytes."""

    role: str
    content_key: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a recognition says of itself; confidence 0..100, shares 0..1.

    What it says of the language is that of ``PageText``.
    """

    profile: str
    engine: str
    rung: int
    word_count: int
    mean_confidence: float
    weak_share: float
    folio: int | None = None
    language: str | None = None
    language_runs: Sequence[tuple[str, int]] = ()
    misread: bool = False


def record_page_derivatives(
    session: Session,
    page: Page,
    made: tuple[Made, ...],
    *,
    input_key: str,
    now: datetime,
    agent: str,
) -> dict[str, Derivative]:
    """Derivatives of a page's present scan by role, with the one event that made them."""
    detail: dict[str, Any] = {"roles": [each.role for each in made], "scan": page.scan_id}
    event = record_event(session, EventType.CREATION, page, at=now, agent=agent, detail=detail)
    return {
        each.role: _record(session, each, event, input_key=input_key, page=page) for each in made
    }


def record_book_derivative(
    session: Session,
    representation: Representation,
    made: Made,
    *,
    input_key: str,
    now: datetime,
    agent: str,
) -> Derivative:
    """A derivative of a whole book, with its event."""
    event = record_event(
        session,
        EventType.CREATION,
        representation,
        at=now,
        agent=agent,
        detail={"roles": [made.role]},
    )
    return _record(session, made, event, input_key=input_key, representation=representation)


def _record(
    session: Session,
    made: Made,
    event: Event,
    *,
    input_key: str,
    page: Page | None = None,
    representation: Representation | None = None,
) -> Derivative:
    owner = (
        Derivative.page_id == page.id
        if page is not None
        else Derivative.representation_id == (representation.id if representation else None)
    )
    same = select(Derivative).where(
        owner,
        Derivative.role == made.role,
        Derivative.input_key == input_key,
        Derivative.content_key == made.content_key,
    )
    found = session.scalars(same).first()
    if found is not None:
        return found
    found = Derivative(
        page_id=page.id if page else None,
        scan_id=page.scan_id if page else None,
        representation_id=representation.id if representation else None,
        role=made.role,
        input_key=input_key,
        content_key=made.content_key,
        media_type=made.media_type,
        size=made.size,
        event_id=event.id,
    )
    session.add(found)
    session.flush()
    return found


def record_text(
    session: Session,
    page: Page,
    derivatives: Mapping[str, Derivative],
    recognised: Recognised,
    *,
    input_key: str,
    now: datetime,
) -> PageText:
    """The page's text from now on; the same hOCR again makes no new revision.

    Its language is told anew all the same: it follows from the words, and its rules grow.
    """
    current = page.text
    if current is not None and current.hocr_id == derivatives["hocr"].id:
        _tell_language(current, recognised)
        return current
    newest = session.scalar(select(func.max(PageText.revision)).where(PageText.page_id == page.id))
    text = PageText(
        page_id=page.id,
        revision=(newest or 0) + 1,
        input_key=input_key,
        profile=recognised.profile,
        engine=recognised.engine,
        rung=recognised.rung,
        word_count=recognised.word_count,
        mean_confidence=recognised.mean_confidence,
        weak_share=recognised.weak_share,
        folio=recognised.folio,
        hocr_id=derivatives["hocr"].id,
        alto_id=derivatives["alto"].id,
        plain_id=derivatives["text"].id,
        words_id=derivatives["words"].id,
        made_at=now,
    )
    _tell_language(text, recognised)
    session.add(text)
    session.flush()
    page.text_id = text.id
    return text


def _tell_language(text: PageText, recognised: Recognised) -> None:
    text.language = recognised.language
    text.language_runs = [[language, words] for language, words in recognised.language_runs]
    text.misread = recognised.misread
