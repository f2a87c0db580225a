"""What may an account be called, and what may its password be? Pure."""

from __future__ import annotations

import random
import re

from archive.rows import NAME_LETTERS
from storage.errors import Refused

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LONGEST_EMAIL = 200
_LONGEST_DISPLAY_NAME = 100


def account_name(told: str) -> str:
    """A name to sign in by, in small letters. It is no e-mail address: those are others' names.

    Raises:
        Refused: ``bad-account-name``.
    """
    name = told.strip().lower()
    if not _NAME.fullmatch(name):
        raise Refused("bad-account-name", value=told)
    return name


def email_address(told: str) -> str:
    """An address that a letter can be sent to, in small letters.

    Raises:
        Refused: ``bad-email``.
    """
    email = told.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Refused("bad-email", value=told)
    return email


def display_name(told: str) -> str:
    """A person's name, on one line.

    Raises:
        Refused: ``no-display-name`` when nothing is left of it.
    """
    name = " ".join(told.split())[:_LONGEST_DISPLAY_NAME]
    if not name.isprintable() or not name:
        raise Refused("no-display-name")
    return name


def check_password(password: str, *names: str | None) -> None:
    """Refuse a password that is too short, too long or somebody's name.

    Raises:
        Refused: ``password-too-short``, ``password-too-long`` or ``password-is-name``.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password-too-short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password-too-long", most=LONGEST_PASSWORD)
    if password.lower() in {name.lower() for name in names if name}:
        raise Refused("password-is-name")


def made_password(chance: random.Random) -> str:
    """A password to write down and type: four groups of four, without 0/o and 1/l."""
    return "-".join("".join(chance.choices(NAME_LETTERS, k=4)) for _ in range(4))
