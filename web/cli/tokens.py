"""`sandyq token`: what a scanning station shows instead of a person."""

from __future__ import annotations

import secrets

import click

from archive.descriptions import find_branch
from archive.upload_tokens import all_tokens, give_token, revoke_token
from storage.settings import Settings
from web.cli.office import open_office
from web.cli.speech import Speech, say, say_json
from web.signed_in import digest_of


def token_command(settings: Settings, speech: Speech) -> click.Command:
    """Give a token, list them, take one back."""
    return click.Group(
        "token",
        commands=[
            _add_command(settings, speech),
            _list_command(settings, speech),
            _revoke_command(settings, speech),
        ],
        help=speech("Tokens of scanning stations: each uploads to one branch, and can do no more."),
    )


def _add_command(settings: Settings, speech: Speech) -> click.Command:
    def run(branch: str, label: str) -> None:
        secret = secrets.token_urlsafe(32)
        with open_office(settings) as office, office.storage.rows.writing() as session:
            token = give_token(
                session,
                find_branch(session, branch),
                label,
                digest_of(secret),
                now=office.now(),
                agent=office.agent,
            )
            number = token.id
        say(speech("Token %(n)s. Write it down: it is shown only now.", n=number), error=True)
        say(secret)

    return click.Command(
        "add",
        params=[
            click.Option(["--branch"], required=True, help=speech("code of the library")),
            click.Option(["--label"], required=True, help=speech("which station it is for")),
        ],
        callback=run,
        help=speech(
            "Give a station a token; its secret is printed once.\n\n"
            "Example: sandyq token add --branch 16 --label 'scanner on the first floor'"
        ),
    )


def _list_command(settings: Settings, speech: Speech) -> click.Command:
    def run() -> None:
        with open_office(settings) as office, office.storage.rows.reading() as session:
            told = [
                {
                    "token": token.id,
                    "branch": token.branch.code,
                    "label": token.label,
                    "given": token.created_at,
                    "used": token.used_at,
                    "revoked": token.revoked_at,
                }
                for token in all_tokens(session)
            ]
        say_json(told)

    return click.Command(
        "list",
        callback=run,
        help=speech("List the tokens, without their secrets.\n\nExample: sandyq token list"),
    )


def _revoke_command(settings: Settings, speech: Speech) -> click.Command:
    def run(number: int) -> None:
        with open_office(settings) as office, office.storage.rows.writing() as session:
            revoke_token(session, number, now=office.now(), agent=office.agent)
        say(speech("The token is worth nothing from now on."))

    return click.Command(
        "revoke",
        params=[click.Argument(["number"], type=int)],
        callback=run,
        help=speech("Take a token back.\n\nExample: sandyq token revoke 3"),
    )
