"""Signing in and out: the use-cases. Whether a password is right is told by the caller."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.accounts import Account, SignIn

LONGEST = timedelta(hours=12)  # a working day: public computers are left without signing out
IDLE = timedelta(hours=2)


def account_called(session: Session, name: str) -> Account | None:
    """The account that signs in by this name or e-mail address, if it is open."""
    told = name.strip().lower()
    query = select(Account).where(
        (Account.name == told) | (Account.email == told), Account.disabled_at.is_(None)
    )
    return session.scalars(query).first()


def begin_sign_in(session: Session, account: Account, token_digest: str, now: datetime) -> SignIn:
    """Remember that the one who has this token's secret is this account."""
    begun = SignIn(account_id=account.id, token_digest=token_digest, created_at=now, seen_at=now)
    session.add(begun)
    session.flush()
    return begun


def valid_sign_in(session: Session, token_digest: str, now: datetime) -> SignIn | None:
    """The sign-in of this token, if it holds at this moment."""
    query = (
        select(SignIn)
        .join(Account)
        .where(
            SignIn.token_digest == token_digest,
            SignIn.revoked_at.is_(None),
            SignIn.created_at > now - LONGEST,
            SignIn.seen_at > now - IDLE,
            Account.disabled_at.is_(None),
        )
    )
    return session.scalars(query).first()


def end_sign_in(session: Session, token_digest: str, now: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    found = session.scalars(select(SignIn).where(SignIn.token_digest == token_digest)).first()
    if found is not None and found.revoked_at is None:
        found.revoked_at = now
