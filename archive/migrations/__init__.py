"""Bringing the rows of an older version up to this one (Alembic)."""

# ruff: noqa: PLC0415 - Alembic takes most of a second to load, and is seldom needed

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import Refused, Transient
from storage.held_rows import State, mark_of

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, working on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision of this version: the number that begins the last file's name."""
    return max(file.name for file in (FOLDER / "versions").glob("*.py"))[:4]


def upgrade(rows: Database) -> None:
    """Bring the rows to this version, in one transaction.

    Rows that are there already are only read: every process asks this when it starts,
    and must not wait for whoever writes just now.

    Raises:
        Transient: ``library-arriving`` where a library is being moved to and is not whole.
        Refused: ``rows-newer`` for rows of a version that came after this one.
    """
    kept = revision_of(rows)
    if kept == newest():
        return
    if kept is not None and kept > newest():
        raise Refused("rows-newer")
    with rows.writing() as session:
        make_tables(session)


def make_tables(session: Session) -> None:
    """Make every table of this version, or bring those that are there to it."""
    from alembic import command

    command.upgrade(configuration(session.connection()), "head")


def downgrade(rows: Database, revision: str) -> None:
    """Bring the rows back to `revision`."""
    from alembic import command

    with rows.writing() as session:
        command.downgrade(configuration(session.connection()), revision)


def revision_of(rows: Database) -> str | None:
    """The revision of these rows; None where there are none."""
    with rows.reading() as session:
        mark = mark_of(session)
        if mark is not None and mark.state is State.ARRIVING:
            raise Transient("library-arriving")
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        kept: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return kept
