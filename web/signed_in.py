"""Who sits at the desk? The signed-in person of this request, and the guard of every desk.

The cookie holds a secret, the rows its digest: the rows are asked in every request, so a
revoked sign-in or a closed account is out on the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g

from archive.account_keeping import agent_of
from archive.accounts import Account
from archive.duties import Duty, Role, has_duty, may_touch
from archive.signing_in import is_due, mark_seen, valid_sign_in
from storage.errors import Transient
from web.cookies import SIGNED_IN as COOKIE
from web.cookies import sign_in_secret
from web.engines import portal

__all__ = [
    "COOKIE",
    "NotSignedIn",
    "NotYourDuty",
    "SignedIn",
    "at_desk",
    "digest_of",
    "install_signed_in",
    "on_duty",
    "signed_in",
]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of this request. `agent` is how events name them."""

    account_id: int
    name: str
    display_name: str
    role: Role
    branch_id: int | None
    confirmed: bool

    @property
    def agent(self) -> str:
        return agent_of(self.account_id)

    def has(self, duty: Duty) -> bool:
        """Whether their role does this."""
        return has_duty(self.role, duty)

    def may_touch(self, branch_id: int | None) -> bool:
        """Whether they may work on a book of this branch."""
        return may_touch(self.role, self.branch_id, branch_id)


class NotSignedIn(Exception):
    """A desk was asked for by somebody who has not signed in."""


class NotYourDuty(Exception):
    """A desk was asked for by somebody whose role has nothing to do there."""


def digest_of(token: str) -> str:
    """What is kept of a secret that only its holder knows."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in() -> SignedIn | None:
    """The person of this request, or None."""
    if "signed_in" not in g:
        g.signed_in = _find(sign_in_secret())
    found: SignedIn | None = g.signed_in
    return found


def _find(token: str) -> SignedIn | None:
    if not token:
        return None
    here, digest = portal(), digest_of(token)
    now = here.now()
    with here.reading() as session:
        found = valid_sign_in(session, digest, now)
    if found is None:
        return None
    if is_due(found, now):
        # A page is not refused because this could not be written down.
        with suppress(Transient), here.storage.rows.writing() as session:
            mark_seen(session, digest, now)
    return _person(found.account)


def _person(account: Account) -> SignedIn:
    return SignedIn(
        account_id=account.id,
        name=account.name,
        display_name=account.display_name,
        role=Role(account.role),
        branch_id=account.branch_id,
        confirmed=account.confirmed_at is not None,
    )


def at_desk() -> SignedIn:
    """The person at a desk: for views behind `on_duty`."""
    found = signed_in()
    if found is None:
        raise NotSignedIn
    return found


def on_duty(duty: Duty) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view that only those with this duty get.

    Raises:
        NotSignedIn, NotYourDuty: see ``web.errors`` for the answers.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not at_desk().has(duty):
                raise NotYourDuty
            return view(*args, **kwargs)

        return guarded

    return guard


def install_signed_in(app: Flask) -> None:
    """Let no page of somebody's stay in a browser that others will sit at."""
    app.after_request(_keep_nothing)


def _keep_nothing(response: Response) -> Response:
    if g.get("signed_in") is not None and response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
