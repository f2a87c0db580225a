"""Giving a station its token, and taking it back: the use-cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.branches import Branch
from archive.deposits import UploadToken
from archive.events import EventType, record_event
from storage.errors import Refused

USED_AGAIN = timedelta(minutes=5)  # how exactly it is known when a token was used last


def give_token(
    session: Session, branch: Branch, label: str, digest: str, *, now: datetime, agent: str
) -> UploadToken:
    """Remember that the one who has this secret may upload to the branch."""
    token = UploadToken(digest=digest, branch_id=branch.id, label=label, created_at=now)
    session.add(token)
    session.flush()
    record_event(session, EventType.CREATION, token, at=now, agent=agent,
                 detail={"label": label, "branch": branch.code})  # fmt: skip
    return token


def valid_token(session: Session, digest: str) -> UploadToken | None:
    """The token with this secret, if it holds."""
    query = select(UploadToken).where(
        UploadToken.digest == digest, UploadToken.revoked_at.is_(None)
    )
    return session.scalars(query).first()


def note_use(session: Session, token_id: int, now: datetime) -> None:
    """Remember that it was used, about when."""
    token = session.get_one(UploadToken, token_id)
    if token.used_at is None or now - token.used_at > USED_AGAIN:
        token.used_at = now


def all_tokens(session: Session) -> Sequence[UploadToken]:
    """Every token, revoked ones too, oldest first."""
    return session.scalars(select(UploadToken).order_by(UploadToken.id)).all()


def revoke_token(session: Session, number: int, *, now: datetime, agent: str) -> UploadToken:
    """Take a token back; it is worth nothing from now on.

    Raises:
        Refused: ``unknown-token``.
    """
    token = session.get(UploadToken, number)
    if token is None:
        raise Refused("unknown-token", value=number)
    if token.revoked_at is None:
        token.revoked_at = now
        record_event(session, EventType.DELETION, token, at=now, agent=agent,
                     detail={"label": token.label})  # fmt: skip
    return token
