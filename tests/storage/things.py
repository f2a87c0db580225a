"""Two tables that stand for all rows, where a transaction's promises are looked at."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.database import Database


def make_tables(session: Session) -> None:
    session.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY, count INTEGER)"))
    session.execute(text("CREATE TABLE parts (thing TEXT REFERENCES things (name))"))


class ChangedMyMind(Exception):
    """What goes wrong in the middle of a transaction."""


def put(session: Session, name: str) -> None:
    session.execute(text("INSERT INTO things (name, count) VALUES (:name, 0)"), {"name": name})


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT name FROM things ORDER BY name")))
