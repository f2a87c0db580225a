"""What happened: an append-only record of events, failures included.

PREMIS 3.0 events; types are terms of http://id.loc.gov/vocabulary/preservation/eventType.
An event names what it is about by kind and id, without a foreign key, so that
the record survives what it describes. The database itself refuses to change or
delete a row (a trigger made by the first migration).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.rows import Row


class EventType(StrEnum):
    """The terms in use: of the vocabulary with the last part of their address, and our own."""

    INGESTION = "ingestion"  # …/eventType/ins
    METADATA_EXTRACTION = "metadata extraction"  # …/eventType/mem
    CREATION = "creation"  # …/eventType/cre
    DELETION = "deletion"  # …/eventType/del
    INDEXING = "indexing"  # likewise
    REPLACEMENT = "replacement"  # …/eventType/rep
    POLICY_ASSIGNMENT = "policy assignment"  # …/eventType/pas
    METADATA_MODIFICATION = "metadata modification"  # …/eventType/mod
    # Of accounts the vocabulary knows nothing.
    ACCOUNT_OPENED = "account opened"
    ACCOUNT_CHANGED = "account changed"
    ACCOUNT_CLOSED = "account closed"
    ACCOUNT_REOPENED = "account reopened"
    ADDRESS_CONFIRMED = "address confirmed"
    PASSWORD_SET = "password set"  # noqa: S105  (its name, not a password)
    SIGN_INS_ENDED = "sign-ins ended"
    UNQUARANTINE = "unquarantine"  # …/eventType/unq


class Outcome(StrEnum):
    """http://id.loc.gov/vocabulary/preservation/eventOutcome."""

    SUCCESS = "success"
    FAILURE = "failure"
    WARNING = "warning"


class Event(Row):
    """One event; `agent` is a person or a program with its version."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("outcome IN ('success', 'failure', 'warning')", name="outcome"),
        Index("ix_events_about", "about_kind", "about_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    agent: Mapped[str]
    about_kind: Mapped[str]
    about_id: Mapped[int]
    detail: Mapped[dict[str, Any]]


def record_event(
    session: Session,
    event_type: EventType,
    about: Row,
    *,
    at: datetime,
    agent: str,
    outcome: Outcome = Outcome.SUCCESS,
    detail: dict[str, Any] | None = None,
) -> Event:
    """Append one event about a row that already has its id."""
    event = event_about(event_type, about, at=at, agent=agent, outcome=outcome, detail=detail)
    session.add(event)
    session.flush()
    return event


def event_about(
    event_type: EventType,
    about: Row,
    *,
    at: datetime,
    agent: str,
    outcome: Outcome = Outcome.SUCCESS,
    detail: dict[str, Any] | None = None,
) -> Event:
    """An event for those who append many at once."""
    return Event(
        type=event_type,
        at=at,
        outcome=outcome,
        agent=agent,
        about_kind=about.__tablename__,
        about_id=about.id,  # type: ignore[attr-defined]
        detail=detail or {},
    )
