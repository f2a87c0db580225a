"""Signing in and out, and the first page behind it: the desks of one's duties."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from archive.accounts import Account
from archive.duties import Role
from archive.signing_in import account_called, begin_sign_in, end_sign_in, is_still
from archive.throttling import Kind, Subject, forgive, take_back
from web import desks, letters
from web.attempts import TooOften, count, from_here
from web.browsers import browser_name
from web.cookies import forget_secret, keep_secret, sign_in_secret
from web.pages.accounts import SignInPage
from web.pages.desk import DeskPage
from web.passwords import is_password
from web.portal import portal
from web.signed_in import at_desk, digest_of, signed_in

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def sign_in_form() -> str | AnyResponse:
    """The form; whoever is signed in goes on at once."""
    person = signed_in()
    if person is not None:
        return redirect(_way_on(person.role), HTTPStatus.SEE_OTHER)
    return render_template("sign-in.html", page=_page())


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """Sign in, under a new secret every time (no session can be fixed beforehand).

    A wrong name and a wrong password are answered alike, after the same work.
    """
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        count([Subject(Kind.NAME, name), from_here(Kind.ADDRESS)])
    except TooOften as often:
        return _too_often(name, often)
    here = portal()
    with here.reading() as rows:
        account = account_called(rows, name)
    right = is_password(account.password_hash if account else None, password)
    return _signed_in(account, name) if account and right else _not_right(name)


def _not_right(name: str) -> Response:
    page = render_template("sign-in.html", page=_page(name=name, failed=True))
    return Response(page, HTTPStatus.FORBIDDEN)


def _signed_in(account: Account, name: str) -> AnyResponse:
    here, secret = portal(), secrets.token_urlsafe(32)
    browser = browser_name(request.user_agent.string)
    with here.storage.rows.writing() as rows:
        if not is_still(rows, account):
            return _not_right(name)
        begin_sign_in(rows, account, digest_of(secret), here.now(), browser)
        # A secret of before is left to nobody.
        end_sign_in(rows, digest_of(sign_in_secret()), here.now())
        forgive(rows, Subject(Kind.NAME, name))
        take_back(rows, from_here(Kind.ADDRESS))
    session.clear()  # the forms' token of before is no use either
    answer = redirect(_way_on(Role(account.role)), HTTPStatus.SEE_OTHER)
    keep_secret(answer, secret)
    return answer


def _too_often(name: str, often: TooOften) -> AnyResponse:
    page = render_template("sign-in.html", page=_page(name=name, wait=often.minutes))
    answer = Response(page, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(often.seconds)
    return answer


def _page(*, name: str = "", failed: bool = False, wait: int = 0) -> SignInPage:
    can_write = letters.are_sent(portal().settings)
    return SignInPage(_own_address(), name, failed=failed, wait=wait, letters=can_write)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """Sign out; the secret in the cookie is worth nothing from now on."""
    here = portal()
    with here.storage.rows.writing() as rows:
        end_sign_in(rows, digest_of(sign_in_secret()), here.now())
    session.clear()
    answer = redirect("/", HTTPStatus.SEE_OTHER)
    forget_secret(answer)
    return answer


@blueprint.get("/desk")
def desk() -> str:
    """The desks of whoever is signed in."""
    return render_template("desk-home.html", page=DeskPage(desks.desks_of(at_desk())))


def _way_on(role: Role) -> str:
    """Where somebody goes after signing in: back, or to where their day begins.

    The home page is nobody's work: staff who signed in from there go to their desks.
    """
    asked = _own_address()
    return asked if urlsplit(asked).path not in {"", "/"} else _home_of(role)


def _home_of(role: Role) -> str:
    """Where somebody's day begins."""
    return "/" if role is Role.READER else "/desk"


def _own_address() -> str:
    """Where to go afterwards: a path of this site, nothing else."""
    asked = request.values.get("next", "")
    is_path = asked.startswith("/") and not asked.startswith("//")
    is_plain = asked.isprintable() and not set(asked) & set("\\ ")
    return asked if is_path and is_plain and not urlsplit(asked).netloc else ""
