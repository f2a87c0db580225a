"""Who has an account, where are they signed in, and what was tried in vain?

A sign-in is a row: it can be ended from either side at any moment. Of its secret only
the sha-256 is kept, as of every token; a password only as its argon2id hash.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.branches import Branch
from archive.rows import Row


class Account(Row):
    """A person who signs in; `name` is what they type, in small letters.

    `confirmed_at` is None until the e-mail address has been confirmed (readers who
    registered themselves) and `disabled_at` set when the account was closed.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(
            "role IN ('reader', 'operator', 'cataloguer', 'rights-officer', 'director', "
            "'administrator')",
            name="role",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    branch: Mapped[Branch | None] = relationship(lazy="joined")


class SignIn(Row):
    """One browser in which an account is signed in, until it is revoked or too old.

    `browser` is how its owner knows it again: "Firefox, Windows".
    """

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class Attempts(Row):
    """How often something was tried in vain of late: a name's password, an address's sign-ins.

    `subject` is a digest: people type their password where their name belongs.
    """

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
