"""A portal at whose catalogue desk somebody sits, for tests and eyes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import Account
from archive.duties import Role
from archive.signing_in import begin_sign_in
from storage.settings import Settings
from web.app import create_app
from web.cookies import SIGNED_IN
from web.portal import Portal
from web.signed_in import digest_of
from workers.cataloguing import import_file

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ADDRESS = "/desk/catalogue"


@dataclass
class Desk:
    """The application, its engines, and browsers of people of each role."""

    app: Flask
    portal: Portal
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def signed_in(self, role: Role = Role.CATALOGUER) -> FlaskClient:
        """A browser in which somebody of this role is signed in."""
        secret = f"secret-of-{role.value}"
        now = self.portal.now()
        with self.portal.storage.rows.writing() as session:
            account = Account(
                name=role.value, display_name="Айгүл Тойбекова", password_hash="-",
                role=role.value, created_at=now, confirmed_at=now,
            )  # fmt: skip
            session.add(account)
            session.flush()
            begin_sign_in(session, account, digest_of(secret), now)
        client = FlaskClient(self.app, self.app.response_class)
        client.set_cookie(SIGNED_IN, secret)
        return client

    def work_off(self, number: int) -> None:
        """Let the worker take the file in."""
        steps = import_file(self.portal.storage, number, now=self.portal.now, chance=self.chance)
        assert sum(1 for _ in steps) >= 0


def csrf(client: FlaskClient, address: str) -> str:
    """The token of the form at an address."""
    found = TOKEN.search(client.get(address).get_data(as_text=True))
    assert found is not None
    return found[1]


def post(client: FlaskClient, form_at: str, to: str, **fields: Any) -> Any:
    """Fill in the form at one address and send it."""
    return client.post(to, data={"csrf_token": csrf(client, form_at), **fields})


def send_file(client: FlaskClient, data: bytes, name: str = "rabis.mrc") -> Any:
    """Hand a file in."""
    return post(client, ADDRESS, f"{ADDRESS}/files", file=(BytesIO(data), name))


def moment() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@contextmanager
def opened(settings: Settings, now: Callable[[], datetime] = moment) -> Iterator[Desk]:
    """The portal of an empty library."""
    app = create_app(settings, now)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    yield Desk(app, portal)
    portal.storage.close()
