"""Links in letters: who may follow this one, and until when?

Signed by the portal's key and bound to the password of the moment, so that a link is worth
nothing once the password has changed: one that sets a password works once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from archive.accounts import Account
from storage.errors import Refused


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link is for, and how long it holds."""

    purpose: str
    holds: timedelta


class Link(Enum):
    """The links there are."""

    CONFIRM = Terms("confirm an address", timedelta(days=2))
    NEW_PASSWORD = Terms("choose a new password", timedelta(hours=1))


def signed(link: Link, account: Account, now: datetime) -> str:
    """The secret part of a link for the owner of this account."""
    until = int((now + link.value.holds).timestamp())
    return _serializer(link).dumps([account.id, _fingerprint(account), until])


def account_of_link(session: Session, link: Link, secret: str, now: datetime) -> Account:
    """The account that may follow a link with this secret.

    Raises:
        Refused: ``link-too-old``, whatever is wrong with it.
    """
    try:
        account_id, fingerprint, until = _serializer(link).loads(secret)
    except (BadSignature, ValueError) as error:
        raise Refused("link-too-old") from error
    account = session.get(Account, account_id)
    if (
        account is None
        or account.disabled_at is not None
        or fingerprint != _fingerprint(account)
        or now.timestamp() > until
    ):
        raise Refused("link-too-old")
    return account


def _fingerprint(account: Account) -> str:
    told = f"{account.password_hash} {account.email}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _serializer(link: Link) -> URLSafeSerializer:
    assert current_app.secret_key is not None
    return URLSafeSerializer(current_app.secret_key, salt=link.value.purpose)
