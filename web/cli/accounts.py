"""`sandyq user`: who signs in, without a browser. Passwords are asked for, never arguments."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy.orm import Session

from archive.account_keeping import (
    AccountDescription,
    all_accounts,
    close_account,
    find_account,
    open_account,
    set_password,
)
from archive.account_names import check_password
from archive.accounts import Account
from archive.duties import Role
from archive.library import branch_called
from archive.signing_in import end_sign_ins
from archive.throttling import Kind, Subject, forgive
from storage.errors import Refused
from storage.settings import Settings
from web.cli.office import Office, open_office
from web.cli.speech import Speech, say, say_json
from web.passwords import hash_password


def user_command(settings: Settings, speech: Speech) -> click.Command:
    """Everything about accounts, as one group."""
    group = click.Group(
        "user",
        help=speech(
            "Keep the accounts of staff and readers.\n\n"
            "Example: sandyq user add aigul --role operator --branch 16"
        ),
    )
    for make in (_add, _list, _password, _disable, _sign_out):
        group.add_command(make(settings, speech))
    return group


def _add(settings: Settings, speech: Speech) -> click.Command:
    def run(name: str, *, from_stdin: bool, **told: Any) -> None:  # noqa: ANN401
        password = _asked_password(speech, name, from_stdin=from_stdin)
        with open_office(settings) as office, office.storage.rows.writing() as session:
            account = open_account(
                session,
                _description(session, name, told),
                hash_password(password),
                now=office.now(),
                agent=office.agent,
            )
        say(speech("The account is open: %(name)s", name=account.name))

    return click.Command(
        "add",
        params=[
            click.Argument(["name"]),
            click.Option(
                ["--role"],
                type=click.Choice([role.value for role in Role]),
                required=True,
                help=speech("what the person is in the library"),
            ),
            click.Option(["--branch"], help=speech("code of an operator's branch")),
            click.Option(["--email"], help=speech("e-mail address; a reader signs in by it")),
            click.Option(["--display-name"], help=speech("the person's name, as pages show it")),
            _stdin_option(speech),
        ],
        callback=run,
        help=speech(
            "Open an account; its password is asked for twice.\n\n"
            "Example: sandyq user add aigul --role operator --branch 16"
        ),
    )


def _description(session: Session, name: str, told: dict[str, Any]) -> AccountDescription:
    role, email = Role(told["role"]), told["email"]
    if role is Role.READER and email is None and "@" in name:
        email = name
    return AccountDescription(
        role=role,
        name=name,
        display_name=told["display_name"] or name,
        email=email,
        branch_id=branch_called(session, told["branch"]).id if told["branch"] else None,
    )


def _stdin_option(speech: Speech) -> click.Option:
    return click.Option(
        ["--password-stdin", "from_stdin"],
        is_flag=True,
        help=speech("read the password from the input instead of asking"),
    )


def _asked_password(speech: Speech, *names: str, from_stdin: bool) -> str:
    """The password, typed twice unseen, or one line of the input.

    Raises:
        Refused: it cannot be a password (`archive.account_names`).
    """
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(speech("Password"), hide_input=True, err=True)
        again = click.prompt(speech("The new password once more"), hide_input=True, err=True)
        if again != password:
            raise Refused("passwords-differ")
    check_password(password, *names)
    return password


def _list(settings: Settings, speech: Speech) -> click.Command:
    def run(*, as_json: bool) -> None:
        with open_office(settings) as office, office.storage.rows.reading() as session:
            accounts = all_accounts(session)
            values = [_value(account) for account in accounts]
        if as_json:
            say_json(values)
            return
        for value in values:
            branch = f" {value['branch']}" if value["branch"] else ""
            closed = f" ({speech('closed')})" if value["closed"] else ""
            say(f"{value['name']}  {value['role']}{branch}  {value['display_name']}{closed}")

    return click.Command(
        "list",
        params=[
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script"))
        ],
        callback=run,
        help=speech("List all accounts.\n\nExample: sandyq user list --json"),
    )


def _value(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "role": account.role,
        "branch": account.branch.code if account.branch else None,
        "confirmed": account.confirmed_at is not None,
        "closed": account.disabled_at is not None,
    }


def _password(settings: Settings, speech: Speech) -> click.Command:
    def run(name: str, *, from_stdin: bool) -> None:
        password = _asked_password(speech, name, from_stdin=from_stdin)
        with open_office(settings) as office, office.storage.rows.writing() as session:
            account, now = find_account(session, name), office.now()
            set_password(session, account, hash_password(password), now=now, agent=office.agent)
            forgive(session, Subject(Kind.NAME, account.name))
        say(speech("The new password holds."))

    return click.Command(
        "password",
        params=[click.Argument(["name"]), _stdin_option(speech)],
        callback=run,
        help=speech(
            "Set a new password and sign the person out everywhere.\n\n"
            "Example: sandyq user password aigul"
        ),
    )


def _disable(settings: Settings, speech: Speech) -> click.Command:
    def run(name: str) -> None:
        with open_office(settings) as office, office.storage.rows.writing() as session:
            account = find_account(session, name)
            close_account(session, account, now=office.now(), agent=office.agent)
        say(speech("The account is closed: nobody signs in by it."))

    return click.Command(
        "disable",
        params=[click.Argument(["name"])],
        callback=run,
        help=speech(
            "Close an account; whoever is signed in is out at the next request.\n\n"
            "Example: sandyq user disable aigul"
        ),
    )


def _sign_out(settings: Settings, speech: Speech) -> click.Command:
    def run(name: str) -> None:
        with open_office(settings) as office:
            ended = _end_sign_ins(office, name)
        say(speech("Sign-ins ended: %(count)s", count=ended))

    return click.Command(
        "sign-out",
        params=[click.Argument(["name"])],
        callback=run,
        help=speech("Sign a person out everywhere.\n\nExample: sandyq user sign-out aigul"),
    )


def _end_sign_ins(office: Office, name: str) -> int:
    with office.storage.rows.writing() as session:
        account = find_account(session, name)
        return end_sign_ins(session, account, now=office.now(), agent=office.agent)
