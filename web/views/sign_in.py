"""Signing in and out, and the first page behind it: the desks of one's duties."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from archive.signing_in import account_called, begin_sign_in, end_sign_in
from web import desks
from web.pages.desk import DeskPage, SignInPage
from web.passwords import is_password
from web.portal import portal
from web.signed_in import COOKIE, at_desk, digest_of

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def sign_in_form() -> str:
    """The form."""
    return render_template("sign-in.html", page=SignInPage(next=_own_address("")))


@blueprint.post("/sign-in")
def sign_in() -> Response | tuple[str, int]:
    """Sign in, under a new secret every time (no session can be fixed beforehand)."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    here, token = portal(), secrets.token_urlsafe(32)
    with here.storage.rows.writing() as session:
        account = account_called(session, name)
        if not is_password(account.password_hash if account else None, password):
            page = SignInPage(next=_own_address(""), name=name, failed=True)
            return render_template("sign-in.html", page=page), 403
        assert account is not None
        begin_sign_in(session, account, digest_of(token), here.now())
    answer = redirect(_own_address("/desk"), 303)
    answer.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure, samesite="Lax")
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Sign out; the secret in the cookie is worth nothing from now on."""
    here = portal()
    with here.storage.rows.writing() as session:
        end_sign_in(session, digest_of(request.cookies.get(COOKIE, "")), here.now())
    answer = redirect("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@blueprint.get("/desk")
def desk() -> str:
    """The desks of whoever is signed in."""
    return render_template("desk-home.html", page=DeskPage(desks.desks_of(at_desk())))


def _own_address(otherwise: str) -> str:
    """Where to go afterwards: a path of this site, nothing else."""
    asked = request.values.get("next", "")
    told = urlsplit(asked)
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not told.netloc
    return asked if is_ours else otherwise
