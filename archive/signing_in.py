"""Signing in and out: the use-cases. Whether a password is right is told by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from archive.accounts import Account, SignIn
from archive.events import EventType, record_event

LONGEST = timedelta(hours=12)  # a working day: public computers are left without signing out
IDLE = timedelta(hours=2)
KEPT = timedelta(days=30)  # long after any has ended by itself
SEEN_EVERY = timedelta(minutes=1)  # a write for each page read would be one too many


def account_called(session: Session, name: str) -> Account | None:
    """The account that signs in by this name or e-mail address, if it is open."""
    told = name.strip().lower()
    query = select(Account).where(
        (Account.name == told) | (Account.email == told), Account.disabled_at.is_(None)
    )
    return session.scalars(query).first()


def is_still(session: Session, account: Account) -> bool:
    """Whether the password that was looked at is the one of now, and the account open.

    Looking takes a while, and no transaction waits for it.
    """
    now = session.get(Account, account.id)
    return (
        now is not None and now.disabled_at is None and now.password_hash == account.password_hash
    )


def account_with_email(session: Session, email: str) -> Account | None:
    """The account of this e-mail address, closed or not."""
    return session.scalars(select(Account).where(Account.email == email)).first()


def begin_sign_in(
    session: Session, account: Account, token_digest: str, now: datetime, browser: str = ""
) -> SignIn:
    """Remember that the one who has this token's secret is this account."""
    begun = SignIn(
        account_id=account.id,
        token_digest=token_digest,
        browser=browser,
        created_at=now,
        seen_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def valid_sign_in(session: Session, token_digest: str, now: datetime) -> SignIn | None:
    """The sign-in of this token, if it holds at this moment."""
    query = (
        select(SignIn)
        .join(Account)
        .where(SignIn.token_digest == token_digest, _holds(now), Account.disabled_at.is_(None))
    )
    return session.scalars(query).first()


def sign_ins_of(session: Session, account_id: int, now: datetime) -> Sequence[SignIn]:
    """Where somebody is signed in, the newest first."""
    query = select(SignIn).where(SignIn.account_id == account_id, _holds(now))
    return session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.id.desc())).all()


def _holds(now: datetime) -> ColumnElement[bool]:
    return (
        SignIn.revoked_at.is_(None)
        & (SignIn.created_at > now - LONGEST)
        & (SignIn.seen_at > now - IDLE)
    )


def is_due(sign_in: SignIn, now: datetime) -> bool:
    """Whether this sign-in's last sight is so old that it is worth a write."""
    return sign_in.seen_at + SEEN_EVERY <= now


def mark_seen(session: Session, token_digest: str, now: datetime) -> None:
    """Move the last sight on; what another request has moved further stays."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_digest == token_digest, SignIn.seen_at < now)
        .values(seen_at=now)
    )


def end_sign_in(session: Session, token_digest: str, now: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    found = session.scalars(select(SignIn).where(SignIn.token_digest == token_digest)).first()
    if found is not None and found.revoked_at is None:
        found.revoked_at = now


def forget_sign_ins(session: Session, now: datetime) -> None:
    """Remove those that ended long ago; that they were ended stands in the history."""
    session.execute(delete(SignIn).where(SignIn.created_at < now - KEPT))


def end_sign_ins(
    session: Session, account: Account, *, now: datetime, agent: str, but: str | None = None
) -> int:
    """Sign an account out everywhere, but for the token of this digest; how many there were."""
    ended = [each for each in sign_ins_of(session, account.id, now) if each.token_digest != but]
    for each in ended:
        each.revoked_at = now
    if ended:
        record_event(
            session,
            EventType.SIGN_INS_ENDED,
            account,
            at=now,
            agent=agent,
            detail={"count": len(ended)},
        )
    return len(ended)
