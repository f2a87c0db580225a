"""The desk of accounts: who signs in here, in which role, and since when."""

from __future__ import annotations

import random
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from archive.account_keeping import (
    AccountDescription,
    account_history,
    all_accounts,
    change_account,
    close_account,
    confirm_address,
    names_of_agents,
    open_account,
    reopen_account,
    set_password,
)
from archive.account_names import made_password
from archive.accounts import Account
from archive.duties import Duty, Role
from archive.library import all_branches
from archive.signing_in import end_sign_ins
from archive.throttling import Kind, Subject, forgive
from storage.errors import Refused
from web.account_words import event_name, moment, role_name, roles_to_choose
from web.form_problems import form_with
from web.language import current_language
from web.pages.accounts import (
    AccountFormPage,
    AccountRow,
    AccountsPage,
    Choice,
    Form,
    HistoryRow,
)
from web.passwords import hash_password
from web.portal import portal
from web.signed_in import at_desk, on_duty
from web.signed_in_list import sign_in_rows

blueprint = Blueprint("accounts", __name__, url_prefix="/desk/accounts")

keeper = on_duty(Duty.KEEP_ACCOUNTS)
_TYPED = ("name", "display_name", "email", "role", "branch")


@blueprint.get("")
@keeper
def accounts() -> str:
    """Everybody, or those sought."""
    words, role = request.args.get("q", "").strip(), request.args.get("role", "")
    with portal().reading() as session:
        found = all_accounts(session, words=words, role=Role(role) if role in _roles() else None)
        rows = [_row(account) for account in found]
    page = AccountsPage(rows, roles_to_choose(), words, role)
    return render_template("accounts.html", page=page)


def _roles() -> frozenset[str]:
    return frozenset(role.value for role in Role)


def _row(account: Account) -> AccountRow:
    return AccountRow(
        href=_href(account),
        display_name=account.display_name,
        name=account.name,
        role=role_name(account.role),
        branch=account.branch.label(current_language()) if account.branch else "",
        state=_state(account),
    )


def _href(account: Account) -> str:
    return f"/desk/accounts/{account.id}"


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "closed"
    return "open" if account.confirmed_at is not None else "unconfirmed"


@blueprint.get("/new")
@keeper
def new() -> str:
    """The form of a new account."""
    return _shown(None)


@blueprint.post("/new")
@keeper
def add() -> AnyResponse:
    """Open an account; its password is shown once, to be written down."""
    here, password = portal(), made_password(random.SystemRandom())
    try:
        with here.storage.rows.writing() as session:
            account = open_account(
                session,
                _told(),
                hash_password(password),
                now=here.now(),
                agent=at_desk().agent,
            )
    except Refused as refused:
        return Response(_shown(None, form_with(refused, _typed())), HTTPStatus.BAD_REQUEST)
    return _once(account, password)


@blueprint.get("/<int:account_id>")
@keeper
def account(account_id: int) -> str:
    """One account, and what happened to it."""
    done = request.args.get("done", "")
    return _shown(_found(account_id), done=done)


@blueprint.get("/<int:account_id>/<path:_step>")
@keeper
def back(account_id: int, _step: str) -> AnyResponse:
    """The address of a form alone, as the language switch asks for it."""
    return redirect(f"/desk/accounts/{account_id}", HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:account_id>")
@keeper
def change(account_id: int) -> AnyResponse:
    """Change what is told of a person."""

    def work(session: Session, account: Account) -> None:
        change_account(session, account, _told(), now=portal().now(), agent=at_desk().agent)

    return _do(account_id, work, "changed")


@blueprint.post("/<int:account_id>/close")
@keeper
def close(account_id: int) -> AnyResponse:
    """Close an account."""

    def work(session: Session, account: Account) -> None:
        close_account(session, account, now=portal().now(), agent=at_desk().agent)

    return _do(account_id, work, "closed")


@blueprint.post("/<int:account_id>/reopen")
@keeper
def reopen(account_id: int) -> AnyResponse:
    """Open a closed account again."""

    def work(session: Session, account: Account) -> None:
        reopen_account(session, account, now=portal().now(), agent=at_desk().agent)

    return _do(account_id, work, "reopened")


@blueprint.post("/<int:account_id>/confirm")
@keeper
def confirm(account_id: int) -> AnyResponse:
    """Confirm an address: the person stands here with a document."""

    def work(session: Session, account: Account) -> None:
        confirm_address(session, account, now=portal().now(), agent=at_desk().agent)

    return _do(account_id, work, "confirmed")


@blueprint.post("/<int:account_id>/sign-out")
@keeper
def sign_out(account_id: int) -> AnyResponse:
    """Sign a person out everywhere."""

    def work(session: Session, account: Account) -> None:
        end_sign_ins(session, account, now=portal().now(), agent=at_desk().agent)

    return _do(account_id, work, "signed-out")


@blueprint.post("/<int:account_id>/password")
@keeper
def password(account_id: int) -> AnyResponse:
    """Set a new password, which is shown once; the person is signed out everywhere."""
    made = made_password(random.SystemRandom())

    def work(session: Session, account: Account) -> None:
        agent = at_desk().agent
        set_password(session, account, hash_password(made), now=portal().now(), agent=agent)
        forgive(session, Subject(Kind.NAME, account.name))

    refused = _refused(account_id, work)
    return refused or _once(_found(account_id), made)


def _do(account_id: int, work: Callable[[Session, Account], None], done: str) -> AnyResponse:
    refused = _refused(account_id, work)
    return refused or redirect(f"/desk/accounts/{account_id}?done={done}", HTTPStatus.SEE_OTHER)


def _refused(account_id: int, work: Callable[[Session, Account], None]) -> Response | None:
    """Change an account; the page that says why not, when it cannot be."""
    try:
        with portal().storage.rows.writing() as session:
            account = session.get(Account, account_id)
            if account is None:
                raise NotFound
            work(session, account)
    except Refused as refused:
        form = form_with(refused, _typed() or _kept(_found(account_id)).values)
        return Response(_shown(_found(account_id), form), HTTPStatus.BAD_REQUEST)
    return None


def _found(account_id: int) -> Account:
    with portal().reading() as session:
        account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _typed() -> dict[str, str]:
    return {name: request.form[name] for name in _TYPED if name in request.form}


def _told() -> AccountDescription:
    typed = _typed()
    role, branch = typed.get("role", ""), typed.get("branch", "")
    if role not in _roles():
        raise Refused("unknown-role")
    return AccountDescription(
        role=Role(role),
        display_name=typed.get("display_name", ""),
        name=typed.get("name", ""),
        email=typed.get("email") or None,
        branch_id=int(branch) if branch.isdecimal() else None,
    )


def _kept(account: Account) -> Form:
    return Form(
        {
            "name": "" if account.role == Role.READER else account.name,
            "display_name": account.display_name,
            "email": account.email or "",
            "role": account.role,
            "branch": str(account.branch_id or ""),
        }
    )


def _once(account: Account, password: str) -> Response:
    """The page with a new password, which no cache keeps (`web.signed_in`)."""
    return Response(_shown(_found(account.id), password=password))


def _shown(
    account: Account | None, form: Form | None = None, *, password: str = "", done: str = ""
) -> str:
    with portal().reading() as session:
        branches = [
            Choice(str(branch.id), branch.label(current_language()))
            for branch in all_branches(session)
        ]
        if account is None:
            page = AccountFormPage(roles_to_choose(), branches, form or Form())
        else:
            page = AccountFormPage(
                roles_to_choose(),
                branches,
                form or _kept(account),
                href=_href(account),
                title=account.display_name,
                state=_state(account),
                is_own=account.id == at_desk().account_id,
                sign_ins=sign_in_rows(session, account.id),
                history=_history(session, account),
                password=password,
                done=done,
            )
    return render_template("account-form.html", page=page)


def _history(session: Session, account: Account) -> list[HistoryRow]:
    events = account_history(session, account)
    names = names_of_agents(session, [event.agent for event in events])
    return [
        HistoryRow(moment(each.at), event_name(each.type), names.get(each.agent, each.agent))
        for each in events
    ]
