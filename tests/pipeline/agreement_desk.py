"""An officer at the desk of agreements, by the forms that a browser would send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.accounts import Account
from archive.signing_in import begin_sign_in
from tests.pipeline.inventory import portal_of
from web.signed_in import COOKIE, digest_of

PAPER = b"%PDF-1.4\n" + b"signed paper " * 40
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class AgreementDesk:
    """One officer, signed in."""

    client: FlaskClient
    account_id: int

    def token(self) -> str:
        page = self.client.get("/desk/agreements/new")
        assert page.status_code == 200, page.status_code
        found = _TOKEN.search(page.text)
        assert found is not None
        return found[1]

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form of the desk."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def deed(self, number: int, deed: str, **fields: Any) -> TestResponse:
        return self.post(f"/desk/agreements/{number}/{deed}", **fields)

    def draft(
        self, fields: Mapping[str, Any], *, do: str, paper: bytes | None = PAPER
    ) -> TestResponse:
        """Send the form of a new agreement."""
        files = {"paper": (BytesIO(paper), "paper.pdf")} if paper else {}
        return self.post("/desk/agreements/new", do=do, **fields, **files)


def officer_of(app: Flask, name: str, role: str = "rights-officer") -> AgreementDesk:
    """A new officer in a browser of their own."""
    portal, token = portal_of(app), f"token-of-{name}"
    with portal.storage.rows.writing() as session:
        account = Account(
            name=name, display_name=name.title(), password_hash="-", role=role,
            created_at=datetime(2020, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        session.add(account)
        session.flush()
        begin_sign_in(session, account, digest_of(token), portal.now())
        number = account.id
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return AgreementDesk(client, number)


def number_of(answer: TestResponse) -> int:
    """The id of the agreement that an answer leads to."""
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def two_heirs(work: str, **changes: str) -> dict[str, Any]:
    """The form of an agreement with two heirs over one work, for all uses by everybody."""
    return {
        "number": "24/2026",
        "signed_on": "23.11.2026",
        "begins": "01.11.2026",
        "until": "30.11.2031",
        "territory": "world",
        "party-0-name": "Heir The First",
        "party-0-kind": "heir",
        "party-0-part": "text",
        "party-0-share": "1/2",
        "party-1-name": "Heir The Second",
        "party-1-kind": "heir",
        "party-1-part": "text",
        "party-1-share": "50%",
        "work": work,
        "use": ["keep", "read-premises", "read-everybody", "search", "download", "print"],
        **changes,
    }


def illustrator_added(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same form with the illustrator."""
    return {
        **fields,
        "party-2-name": "The Illustrator",
        "party-2-kind": "illustrator",
        "party-2-part": "illustrations",
        "party-2-share": "1",
    }
