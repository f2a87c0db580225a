"""An account for each role for `sandyq run --samples`, and for nothing else.

There are two rights officers: what one of them hands on, another confirms.

Their passwords are random and lie in a file that only its owner may read, so that the
next start can tell them again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from archive.account_keeping import AccountDescription, is_taken, open_account
from archive.account_names import made_password
from archive.duties import OWN_BRANCH_ONLY, Role
from archive.library import all_branches
from web.cli.office import Office
from web.passwords import hash_password

FILE = "demo-accounts.txt"
SECOND_OFFICER = "rights-officer-2"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A sign-in to try a role with."""

    role: str
    name: str
    password: str


def demo_accounts(office: Office) -> list[DemoAccount]:
    """The sign-ins of every role; those that are not there yet are opened."""
    file = office.settings.home / FILE
    known = {each.name: each for each in _read(file)}
    with office.storage.rows.writing() as session:
        for role, name in _people():
            made = _opened(office, session, role, name)
            if made is not None:
                known[name] = made
        told = [known[name] for _, name in _people() if name in known]
        # Written before the rows are committed: a password that is lost is lost for good.
        _write(file, told)
    return told


def _people() -> Iterator[tuple[Role, str]]:
    """Every role, and by which name somebody signs in for it."""
    for role in Role:
        yield role, "reader@example.org" if role is Role.READER else role.value
        if role is Role.RIGHTS_OFFICER:
            yield role, SECOND_OFFICER


def _opened(office: Office, session: Session, role: Role, name: str) -> DemoAccount | None:
    if is_taken(session, name):
        return None
    branches = all_branches(session)
    if role in OWN_BRANCH_ONLY and not branches:
        return None
    told = AccountDescription(
        role=role,
        name=name,
        display_name=f"Demo {name.partition('@')[0]}",
        email=name if "@" in name else None,
        branch_id=branches[0].id if role in OWN_BRANCH_ONLY else None,
    )
    password = made_password(office.chance)
    open_account(session, told, hash_password(password), now=office.now(), agent=office.agent)
    return DemoAccount(role.value, name, password)


def _read(file: Path) -> list[DemoAccount]:
    if not file.exists():
        return []
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return [DemoAccount(*words) for words in lines if len(words) == 3]


def _write(file: Path, accounts: list[DemoAccount]) -> None:
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        for each in accounts:
            written.write(f"{each.role} {each.name} {each.password}\n")
    unfinished.replace(file)
