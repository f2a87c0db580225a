"""`sandyq token`: what a scanning station shows instead of a person."""

from __future__ import annotations

import secrets

import click
from sqlalchemy.orm import Session

from archive.descriptions import find_branch
from archive.upload_tokens import all_tokens, give_token, revoke_token
from storage.errors import Refused
from storage.settings import Settings
from web.cli.office import Office, open_office
from web.cli.speech import Speech, say, say_json
from web.signed_in import digest_of

ACTIONS = ("add", "list", "revoke")


def token_command(settings: Settings, speech: Speech) -> click.Command:
    """Give a token, list them, take one back."""

    def run(action: str, number: int | None, branch: str | None, label: str | None) -> None:
        with open_office(settings) as office, office.storage.rows.writing() as session:
            if action == "add":
                secret = _add(office, session, branch or "", label or "")
            elif action == "revoke":
                revoke_token(session, number or 0, now=office.now(), agent=office.agent)
            else:
                say_json(_told(session))
        if action == "add":
            say(speech("Write the token down: it is shown only now."), error=True)
            say(secret)
        if action == "revoke":
            say(speech("The token is worth nothing from now on."))

    return click.Command(
        "token",
        params=[
            click.Argument(["action"], type=click.Choice(ACTIONS)),
            click.Argument(["number"], type=int, required=False),
            click.Option(["--branch"], help=speech("add: code of the library it uploads to")),
            click.Option(["--label"], help=speech("add: which station it is for")),
        ],
        callback=run,
        help=speech(
            "Tokens of scanning stations: give one (its secret is printed once), list them, or "
            "take one back by its number. A token uploads to its own library and can do no more."
            "\n\nExample: sandyq token add --branch 16 --label 'scanner on the first floor'"
        ),
    )


def _add(office: Office, session: Session, branch: str, label: str) -> str:
    if not label.strip():
        raise Refused("no-label")
    secret = secrets.token_urlsafe(32)
    give_token(
        session,
        find_branch(session, branch),
        label.strip(),
        digest_of(secret),
        now=office.now(),
        agent=office.agent,
    )
    return secret


def _told(session: Session) -> list[dict[str, object]]:
    return [
        {
            "number": token.id,
            "branch": token.branch.code,
            "label": token.label,
            "given": token.created_at,
            "used": token.used_at,
            "revoked": token.revoked_at,
        }
        for token in all_tokens(session)
    ]
