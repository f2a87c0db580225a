"""Rows for the tables that the sample books leave empty, and values that are easily lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    Table,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session

from archive.nouns import Row
from archive.representations import Page, Scan
from archive.rows import Instant
from storage.opening import Storage

PAPER = b"%PDF-1.4 signed by the heirs"

# What a constraint leaves no choice about; all else is made up by its type.
_CHOSEN: Mapping[str, object] = {
    "accounts.role": "director",
    "agreements.confirmed_by": None,
    "agreements.territory": "world",
    "agreement_parties.kind": "heir",
    "agreement_parties.part": "text",
    "grants.act": "keep",
    "grants.audience": "nobody",
    "rights_holdings.part": "text",
    "rights_holdings.standing": "known",
    "term_rulings.part": "text",
}
_MADE_UP: Mapping[type, object] = {
    Instant: datetime(1962, 9, 14, 23, 59, 59, 123457, tzinfo=UTC),
    Date: date(1936, 2, 29),
    Boolean: True,
    Double: 0.1 + 0.2,
    BigInteger: 5_000_000_000,
    Integer: 1,
    JSON: {"ә": [1, 2.50, None, "🐎"], "а": {}},
}


def fill_every_table(storage: Storage) -> None:
    """A row in each empty table, and in others what engines tell apart in ways of their own."""
    paper = storage.private.put([PAPER])
    with storage.rows.writing() as session:
        for table in Row.metadata.sorted_tables:
            if not session.scalar(select(func.count()).select_from(table)):
                session.execute(insert(table).values(_row(session, table, paper)))
        _add_what_is_easily_lost(session)


def _row(session: Session, table: Table, paper: str) -> dict[str, Any]:
    return {
        column.name: _value(session, column, paper)
        for column in table.columns
        if column is not table.autoincrement_column
    }


def _value(session: Session, column: Column[Any], paper: str) -> object:
    name = f"{column.table.name}.{column.name}"
    if name in _CHOSEN:
        return _CHOSEN[name]
    for key in column.foreign_keys:
        own = key.column.table is column.table
        return None if own else session.scalar(select(func.max(key.column)))
    if column.name == "content_key":
        return session.scalar(select(func.min(Scan.content_key)))
    if name == "agreement_papers.key":
        return paper
    for kind, value in _MADE_UP.items():
        if isinstance(column.type, kind):
            return value
    return f"{name}: Қарағанды 🐎 \n'\""


def _add_what_is_easily_lost(session: Session) -> None:
    """An empty value beside a JSON null, a large file, references to rows that come later."""
    first, second = session.scalars(select(Page.id).order_by(Page.id).limit(2))
    session.execute(update(Page).where(Page.id == first).values(problems=null()))
    session.execute(update(Page).where(Page.id == second).values(problems=JSON.NULL))
    agreements, scans = Row.metadata.tables["agreements"], Row.metadata.tables["scans"]
    for table, changes in (
        (agreements, {"number": "later"}),
        (scans, {"size": 5_000_000_000, "content_key": _other_key(session)}),
    ):
        (earlier,) = session.execute(select(table).order_by(table.c.id).limit(1)).mappings()
        later = {**earlier, "id": 100_000, **changes}
        session.execute(insert(table).values(later))
        pointer = next(key.parent for key in table.foreign_keys if key.column.table is table)
        session.execute(update(table).where(table.c.id == earlier["id"]).values({pointer: 100_000}))


def _other_key(session: Session) -> str:
    """A file of another book than the first scan's."""
    return str(session.scalar(select(Scan.content_key).order_by(Scan.id.desc()).limit(1)))
