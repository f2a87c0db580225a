"""Who sends files? A person at a desk, or a scanning station with its token.

A person's browser shows the sign-in's cookie, and with everything that changes something
the portal's own mark (X-CSRFToken), which no other site can send. A station shows
``Authorization: Bearer``; it has no cookie, so nobody can make it send anything.
"""

from __future__ import annotations

from flask import request
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import BadRequest, Unauthorized

from archive.depositing import Depositor
from archive.duties import OWN_BRANCH_ONLY, Duty
from archive.upload_tokens import valid_token
from web.portal import portal
from web.signed_in import NotYourDuty, SignedIn, at_desk, digest_of

SCHEME = "Bearer "
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def depositor() -> Depositor:
    """Who sends this request to the addresses that programs use.

    Raises:
        NotSignedIn, NotYourDuty: a browser without the duty of uploading.
        Unauthorized: a token that does not hold.
        BadRequest: the request does not come from a page of ours.
    """
    shown = request.headers.get("Authorization", "")
    if shown.startswith(SCHEME):
        return _station(shown.removeprefix(SCHEME).strip())
    person = at_desk()
    if not person.has(Duty.UPLOAD):
        raise NotYourDuty
    if request.method not in _SAFE:
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except ValueError as error:  # wtforms' ValidationError
            raise BadRequest(str(error)) from error
    return person_sending(person, person.branch_id)


def person_sending(person: SignedIn, branch_id: int | None) -> Depositor:
    """Somebody at a desk, for this branch."""
    return Depositor(
        agent=person.agent,
        branch_id=branch_id,
        account_id=person.account_id,
        own_branch_only=person.role in OWN_BRANCH_ONLY,
    )


def _station(secret: str) -> Depositor:
    with portal().reading() as session:
        token = valid_token(session, digest_of(secret))
        if token is None:
            raise Unauthorized
        return Depositor(
            agent=f"upload token {token.id}", branch_id=token.branch_id, token_id=token.id
        )
