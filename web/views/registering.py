"""Readers register themselves and choose new passwords, each by a link in a letter.

No answer says whether an address is known: that stands in the letter alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from archive.account_keeping import (
    AccountDescription,
    confirm_address,
    open_account,
    register_again,
    set_password,
)
from archive.account_names import check_password, display_name, email_address
from archive.accounts import Account
from archive.duties import Role
from archive.signing_in import account_with_email
from archive.throttling import Kind, Subject, forgive
from storage.errors import Refused, Transient
from web import addresses, letters
from web.attempts import TooOften, count, from_here
from web.errors import STATUS
from web.form_problems import form_with
from web.pages.accounts import Form, LetterPage, LinkPage
from web.passwords import hash_password
from web.portal import portal
from web.signed_links import Link, account_of_link, signed

blueprint = Blueprint("registering", __name__)

_VISITOR = "visitor"  # the agent of what nobody signed in has done

Letter = tuple[str, Sequence[str]]


@blueprint.get("/register")
def register_form() -> str:
    """The form, or where readers are registered instead."""
    return render_template("register.html", page=_letter_page())


@blueprint.post("/register")
def register() -> Response:
    """Open an account that a letter confirms."""
    return _by_letter("register.html", _register)


@blueprint.get("/forgotten")
def forgotten_form() -> str:
    """Ask for a letter."""
    return render_template("forgotten.html", page=_letter_page())


@blueprint.post("/forgotten")
def forgotten() -> Response:
    """Send a letter in any case: who has no account is told so in it."""
    return _by_letter("forgotten.html", _forgotten)


def _letter_page(form: Form = Form(), *, sent_to: str = "", wait: int = 0) -> LetterPage:  # noqa: B008
    return LetterPage(form, letters.are_sent(portal().settings), sent_to, wait)


def _by_letter(template: str, prepare: Callable[[str], Letter]) -> Response:
    if not letters.are_sent(portal().settings):
        return Response(render_template(template, page=_letter_page()), HTTPStatus.FORBIDDEN)
    typed = {name: request.form.get(name, "") for name in ("email", "display_name")}
    page, status = _letter_page(), HTTPStatus.OK
    try:
        email = email_address(typed["email"])
        letter = prepare(email)
        letters.send(portal().settings, email, letter)
        page = _letter_page(sent_to=email)
    except TooOften as often:
        page, status = _letter_page(wait=often.minutes), HTTPStatus.TOO_MANY_REQUESTS
    except (Refused, Transient) as failure:
        page, status = _letter_page(form_with(failure, typed)), STATUS[type(failure)]
    return Response(render_template(template, page=page), status)


def _register(email: str) -> Letter:
    name = display_name(request.form.get("display_name", ""))
    password_hash = _typed_password(email, name)
    _count_letter(email)
    here = portal()
    with here.storage.rows.writing() as session:
        account = account_with_email(session, email)
        if account is None:
            told = AccountDescription(Role.READER, name, email=email)
            account = open_account(
                session, told, password_hash, now=here.now(), agent=_VISITOR, confirmed=False
            )
        elif account.confirmed_at is None and account.disabled_at is None:
            register_again(session, account, name, password_hash, now=here.now(), agent=_VISITOR)
        else:
            return letters.already_registered(_address("/forgotten"))
        secret = signed(Link.CONFIRM, account, here.now())
    return letters.confirmation(_address("/register/confirm", secret))


def _forgotten(email: str) -> Letter:
    _count_letter(email)
    here = portal()
    with here.reading() as session:
        account = account_with_email(session, email)
        if account is None or account.disabled_at is not None:
            return letters.no_account(_address("/register"))
        secret = signed(Link.NEW_PASSWORD, account, here.now())
    return letters.new_password(_address("/new-password", secret))


def _count_letter(email: str) -> None:
    count([Subject(Kind.LETTERS_TO, email), from_here(Kind.LETTERS_FROM)])


def _address(path: str, secret: str = "") -> str:
    return portal().settings.public_url + addresses.with_query(path, link=secret or None)


def _typed_password(*names: str | None) -> str:
    password = request.form.get("password", "")
    check_password(password, *names)
    if password != request.form.get("again", ""):
        raise Refused("passwords-differ")
    return hash_password(password)


@blueprint.get("/register/confirm")
def confirm_form() -> Response:
    """A button: what reads letters before their reader does presses none."""
    return _by_link("confirm.html", Link.CONFIRM)


@blueprint.post("/register/confirm")
def confirm() -> Response:
    """Confirm the address."""

    def work(session: Session, account: Account) -> None:
        confirm_address(session, account, now=portal().now(), agent=_VISITOR)

    return _by_link("confirm.html", Link.CONFIRM, work)


@blueprint.get("/new-password")
def new_password_form() -> Response:
    """The form behind the link."""
    return _by_link("new-password.html", Link.NEW_PASSWORD)


@blueprint.post("/new-password")
def new_password() -> Response:
    """Set the password; whoever has the letter has the address, so that is confirmed too."""

    def work(session: Session, account: Account) -> None:
        now, names = portal().now(), (account.name, account.email, account.display_name)
        set_password(session, account, _typed_password(*names), now=now, agent=_VISITOR)
        confirm_address(session, account, now=now, agent=_VISITOR)
        forgive(session, Subject(Kind.NAME, account.name))

    return _by_link("new-password.html", Link.NEW_PASSWORD, work)


def _by_link(
    template: str, link: Link, work: Callable[[Session, Account], None] | None = None
) -> Response:
    here, secret = portal(), request.values.get("link", "")
    page, status, name = LinkPage(secret), HTTPStatus.OK, ""
    try:
        with here.storage.rows.writing() if work else here.reading() as session:
            account = account_of_link(session, link, secret, here.now())
            name = account.name
            if work:
                work(session, account)
        page = LinkPage(secret, name=name, done=work is not None)
    except Refused as refused:
        too_old = refused.reason == "link-too-old"
        page, status = (
            LinkPage(secret, form_with(refused, {}), name=name, too_old=too_old),
            HTTPStatus.BAD_REQUEST,
        )
    return Response(render_template(template, page=page), status)
