"""Bringing the rows of an older version up to this one (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.database import Database

FOLDER = Path(__file__).parent


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, working on this connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(rows: Database, revision: str = "head") -> None:
    """Bring the rows to `revision`, in one transaction; nothing to do when they are there."""
    with rows.writing() as session:
        command.upgrade(configuration(session.connection()), revision)


def downgrade(rows: Database, revision: str) -> None:
    """Bring the rows back to `revision`."""
    with rows.writing() as session:
        command.downgrade(configuration(session.connection()), revision)
