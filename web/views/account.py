"""One's own account: the password, and where one is signed in."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.account_keeping import set_password
from archive.account_names import check_password
from archive.accounts import Account
from archive.signing_in import end_sign_ins
from archive.throttling import Kind, Subject, forgive
from storage.errors import Refused
from web.account_words import role_name
from web.attempts import TooOften, count
from web.cookies import sign_in_secret
from web.form_problems import form_with
from web.pages.accounts import AccountPage, Form
from web.passwords import hash_password, is_password
from web.portal import portal
from web.signed_in import at_desk, digest_of
from web.signed_in_list import sign_in_rows

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def account() -> str:
    """The account of whoever is signed in."""
    return _page(done=request.args.get("done", ""))


@blueprint.get("/account/<path:_step>")
def back(_step: str) -> AnyResponse:
    """The address of a form alone, as the language switch asks for it."""
    return redirect("/account", HTTPStatus.SEE_OTHER)


@blueprint.post("/account/password")
def change_password() -> AnyResponse:
    """Change the password by the present one; every other browser is signed out."""
    person, here = at_desk(), portal()
    subject = Subject(Kind.NAME, person.name)
    try:
        count([subject])
        password_hash = _new_password(person.account_id)
    except TooOften as often:
        return Response(_page(wait=often.minutes), HTTPStatus.TOO_MANY_REQUESTS)
    except Refused as refused:
        return Response(_page(form_with(refused, {})), HTTPStatus.BAD_REQUEST)
    with here.storage.rows.writing() as session:
        set_password(
            session,
            session.get_one(Account, person.account_id),
            password_hash,
            now=here.now(),
            agent=person.agent,
            but=digest_of(sign_in_secret()),
        )
        forgive(session, subject)
    return redirect("/account?done=password", HTTPStatus.SEE_OTHER)


def _new_password(account_id: int) -> str:
    """The hash of the password typed twice.

    Raises:
        Refused: it cannot be, or the present one was not right.
    """
    with portal().reading() as session:
        row = session.get_one(Account, account_id)
    if not is_password(row.password_hash, request.form.get("present", "")):
        raise Refused("password-wrong")
    password = request.form.get("password", "")
    check_password(password, row.name, row.email, row.display_name)
    if password != request.form.get("again", ""):
        raise Refused("passwords-differ")
    return hash_password(password)


@blueprint.post("/account/sign-out-elsewhere")
def sign_out_elsewhere() -> AnyResponse:
    """End every sign-in but this one."""
    person, here = at_desk(), portal()
    with here.storage.rows.writing() as session:
        row = session.get_one(Account, person.account_id)
        this = digest_of(sign_in_secret())
        end_sign_ins(session, row, now=here.now(), agent=person.agent, but=this)
    return redirect("/account?done=sign-ins", HTTPStatus.SEE_OTHER)


def _page(form: Form = Form(), *, done: str = "", wait: int = 0) -> str:  # noqa: B008  (frozen)
    person = at_desk()
    with portal().reading() as session:
        row = session.get_one(Account, person.account_id)
        rows = sign_in_rows(session, row.id, digest_of(sign_in_secret()))
    page = AccountPage(
        name=row.name,
        email=row.email or "",
        role=role_name(row.role),
        confirmed=row.confirmed_at is not None,
        sign_ins=rows,
        form=form,
        done=done,
        wait=wait,
    )
    return render_template("account.html", page=page)
