"""People with accounts at an empty portal, and browsers in which they sit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.account_keeping import AccountDescription, open_account
from archive.accounts import Account
from archive.branches import Branch
from archive.duties import Role
from storage.settings import Settings
from tests.quick_passwords import quick_hash
from web.app import create_app
from web.engines import Portal

PASSWORD = "alty qyrdyn astynda"
_HASH = quick_hash(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass
class Portico:
    """A portal without books, its clock, and the way in."""

    app: Flask
    clock: Clock

    @property
    def portal(self) -> Portal:
        found = self.app.extensions["sandyq"]
        assert isinstance(found, Portal)
        return found

    def opened(
        self, role: Role = Role.OPERATOR, name: str = "aigul", *, confirmed: bool = True
    ) -> Account:
        """An account; an operator's belongs to the first branch."""
        with self.portal.storage.rows.writing() as session:
            branch = session.query(Branch).first()
            if branch is None:
                branch = Branch(code="16", label_kk="16-кітапхана", label_ru="16", label_en="16")
                session.add(branch)
                session.flush()
            told = AccountDescription(
                role,
                f"Person {name}",
                name=name,
                email=f"{name}@example.org" if role is Role.READER else None,
                branch_id=branch.id if role is Role.OPERATOR else None,
            )
            return open_account(
                session, told, _HASH, now=self.clock(), agent="tester", confirmed=confirmed
            )

    def browser(self, **environ: str) -> FlaskClient:
        """A browser without a cookie."""
        client = self.app.test_client()
        client.environ_base.update(environ)
        return client

    def signed_in(self, name: str = "aigul", **environ: str) -> FlaskClient:
        """A browser in which somebody has signed in."""
        client = self.browser(**environ)
        assert sign_in(client, name).status_code == 303
        return client


def portico(settings: Settings) -> Portico:
    """The portal of these settings."""
    clock = Clock()
    return Portico(create_app(settings, now=clock), clock)


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token of a form on a page, or of any page that this browser may see."""
    found = TOKEN.search(client.get(path).text)
    assert found is not None, path
    return found[1]


def post(
    client: FlaskClient, path: str, at: str = "", form: dict[str, str] | None = None
) -> TestResponse:
    """Send a form as the page `at` has it."""
    return client.post(path, data={"csrf_token": token(client, at or path), **(form or {})})


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **form: str) -> TestResponse:
    """Send the form of signing in, in English."""
    form = {"name": name, "password": password, **form}
    return post(client, "/sign-in?lang=en", "/sign-in?lang=en", form)
