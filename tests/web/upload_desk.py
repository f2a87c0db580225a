"""A real portal with one branch, a station's token and an operator: for tests that send files."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from PIL import Image
from sqlalchemy import select

from archive.accounts import Account
from archive.branches import Branch
from archive.deposits import Deposit, DepositedFile
from archive.duties import Role
from archive.representations import Page, Scan
from archive.signing_in import begin_sign_in
from archive.upload_tokens import give_token
from archive.works import Work
from schemas.tus import write_metadata
from storage.opening import Storage
from storage.settings import Settings
from tests.web.browsing import served
from web.app import create_app
from web.portal import Portal, utc_now
from web.signed_in import digest_of

TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class UploadDesk:
    """Where files are sent, and what a station of the branch shows."""

    address: str
    token: str
    portal: Portal

    @property
    def storage(self) -> Storage:
        return self.portal.storage

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, path: str, told: object = None, method: str | None = None) -> Any:
        """One of the JSON addresses."""
        body = None if told is None else json.dumps(told).encode()
        request = Request(self.address + path, data=body, method=method)
        for name, value in {**self.bearer, "Content-Type": "application/json"}.items():
            request.add_header(name, value)
        with urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def begin(self, title: str = "Көмір") -> str:
        """A deposit's name."""
        return str(self.ask("/upload/deposits", {"title": title})["deposit"])

    def metadata(self, deposit: str, name: str, content: bytes) -> dict[str, str]:
        digest = hashlib.sha256(content).hexdigest()
        return {"deposit": deposit, "filename": name, "sha256": digest}

    def create_headers(self, deposit: str, name: str, content: bytes) -> dict[str, str]:
        told = write_metadata(self.metadata(deposit, name, content))
        return {**TUS, **self.bearer, "Upload-Metadata": told, "Upload-Length": str(len(content))}

    def files(self, deposit: str) -> dict[str, DepositedFile]:
        """Its files by their own names."""
        query = select(DepositedFile).join(Deposit).where(Deposit.name == deposit)
        with self.storage.rows.reading() as session:
            return {file.file_name: file for file in session.scalars(query)}

    def pages(self) -> list[tuple[str, str]]:
        """Every page's file name and content key, in order of book and place."""
        query = (
            select(Scan.original_name, Scan.content_key)
            .join(Page, Page.scan_id == Scan.id)
            .order_by(Page.representation_id, Page.sequence)
        )
        with self.storage.rows.reading() as session:
            return [(name, key) for name, key in session.execute(query)]

    def works(self) -> list[str]:
        with self.storage.rows.reading() as session:
            return list(session.scalars(select(Work.title)))


def picture(number: int, length: int = 0) -> bytes:
    """A small PNG, different for every number; with `length`, padded to so many bytes."""
    image = Image.new("L", (8, 8), number % 256)
    image.putpixel((0, 0), number // 256 % 256)
    written = io.BytesIO()
    image.save(written, "PNG")
    content = written.getvalue()
    return content + number.to_bytes(4, "big") * max(0, (length - len(content)) // 4)


@contextmanager
def upload_desk(settings: Settings) -> Iterator[UploadDesk]:
    """The portal answers while the block runs."""
    app = create_app(settings)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    token = new_token(portal.storage)
    with served(app) as address:
        yield UploadDesk(address, token, portal)
    portal.storage.close()


def new_token(storage: Storage, code: str = "16") -> str:
    """A station's secret, of a branch made for it if need be."""
    secret = secrets.token_urlsafe(16)
    with storage.rows.writing() as session:
        branch = branch_with(session, code)
        give_token(session, branch, "station", digest_of(secret), now=utc_now(), agent="tester")
    return secret


def branch_with(session: Any, code: str) -> Branch:
    branch = session.scalars(select(Branch).where(Branch.code == code)).first()
    if branch is None:
        label = f"№ {code}"
        branch = Branch(code=code, label_kk=label, label_ru=label, label_en=label)
        session.add(branch)
        session.flush()
    assert isinstance(branch, Branch)
    return branch


def signed_in_as(storage: Storage, role: Role, code: str | None = "16") -> str:
    """The secret of a sign-in, as its cookie holds it."""
    secret = secrets.token_urlsafe(16)
    with storage.rows.writing() as session:
        account = Account(
            name=f"{role}-{secret.lower()}",
            display_name="Айгүл",
            password_hash="-",
            role=role,
            branch_id=branch_with(session, code).id if code else None,
            created_at=utc_now(),
            confirmed_at=utc_now(),
        )
        session.add(account)
        session.flush()
        begin_sign_in(session, account, digest_of(secret), utc_now())
    return secret
