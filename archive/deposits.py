"""What is on its way in: books not yet registered, their files, and the stations' tokens.

A deposit is one book that somebody is sending. Its state is told by facts: begun,
registered, abandoned. Nothing of it can be seen by readers before it is registered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.branches import Branch
from archive.handover import Description, fold
from archive.recipes.formats import natural_order
from archive.rows import Row
from archive.works import Work

LARGEST_FILE = (1 << 31) - 1  # bytes
MOST_FILES = 5000  # of one deposit
UPLOADS_KEPT = timedelta(days=14)  # how long a file that is not whole waits for its rest
LONGEST_NAME = 255  # letters: what file systems keep

_OPEN = text("registered_at IS NULL AND abandoned_at IS NULL")


class UploadToken(Row):
    """What a scanning station shows instead of a person: it may upload to its branch, no more.

    Of the secret only the sha-256 is kept.
    """

    __tablename__ = "upload_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    label: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    branch: Mapped[Branch] = relationship(lazy="joined")


class Deposit(Row):
    """One book on its way in, described anew (`told`) or for a work of the catalogue.

    `finishes` counts attempts to register it; raising it takes this row's lock. While
    it is open there is one deposit of a fingerprint: the same book sent from two
    browsers is one deposit.
    """

    __tablename__ = "deposits"
    __table_args__ = (
        Index(
            "ix_deposits_open_fingerprint",
            "fingerprint",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("upload_tokens.id"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    told: Mapped[dict[str, Any] | None]
    fingerprint: Mapped[str]
    finishes: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]

    branch: Mapped[Branch | None] = relationship(lazy="joined")
    work: Mapped[Work | None] = relationship(lazy="joined")
    files: Mapped[list[DepositedFile]] = relationship(
        back_populates="deposit", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        return self.registered_at is None and self.abandoned_at is None

    @property
    def title(self) -> str:
        return self.work.title if self.work else str((self.told or {})["title"])


class DepositedFile(Row):
    """One file of a deposit; `name` is the upload's own, `file_name` what its sender calls it.

    How much of it is here is told by the file on the disk. When it is whole it has a
    content key. `place` is None until somebody has put the pages in an order of their own.
    """

    __tablename__ = "deposited_files"
    __table_args__ = (UniqueConstraint("deposit_id", "file_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposits.id"))
    file_name: Mapped[str]
    place: Mapped[int | None]
    size: Mapped[int]  # bytes
    sha256: Mapped[str | None]  # as the sender told it
    begun_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    content_key: Mapped[str | None]
    media_type: Mapped[str | None]
    dpi: Mapped[int | None]
    refusal: Mapped[str | None]

    deposit: Mapped[Deposit] = relationship(back_populates="files")


def in_order(files: Iterable[DepositedFile]) -> list[DepositedFile]:
    """As somebody put them, or as a person would lay them by their names."""

    def place(file: DepositedFile) -> tuple[bool, int, Any, str]:
        return (file.place is None, file.place or 0, natural_order(file.file_name), file.file_name)

    return sorted(files, key=place)


def kept_name(told: str) -> str:
    """A file's name as it is kept: the last component of whatever path was told.

    Control characters are kept as their pictures (U+2400), so that two names never
    become one. The name is data and never part of a path of ours.
    """
    last = told.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(_picture(letter) for letter in last)


def _picture(letter: str) -> str:
    code = ord(letter)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else letter


def kept_description(description: Description) -> dict[str, Any]:
    """A description as a deposit keeps it; of rights a deposit says nothing."""
    told = asdict(replace(description, rights=None))
    told["issued"] = description.issued.isoformat() if description.issued else None
    return told


def description_of(told: dict[str, Any]) -> Description:
    """The description that a deposit keeps."""
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    contents = tuple((title, label) for title, label in told["contents"])
    issued = date.fromisoformat(told["issued"]) if told["issued"] else None
    return Description(**{**told, **lists, "contents": contents, "issued": issued})


def fingerprint_of(branch_id: int | None, work_id: int | None, told: Description | None) -> str:
    """What two attempts to send one book have in common."""
    said: list[Any] = [branch_id, work_id]
    if told is not None:
        texts = (told.title, told.subtitle, told.source_title, *sorted(told.authors))
        said += [*(fold(each or "") for each in texts), told.year, str(told.issued), told.type]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
