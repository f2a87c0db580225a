"""Rows of one table carried to another engine, value for value, and compared.

What is JSON travels as the text it is kept as, so that an empty value stays apart from a
JSON null and no number is written otherwise. Rows go in the order of their keys: what is
there after a kill is a beginning, and the rest is brought.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Cast,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    and_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import Refused

BATCH = 500
"""Rows in one transaction of the new place."""

Told = Callable[[int], None]
"""So many rows more."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and the sha-256 of all of them in the order of their keys."""

    rows: int
    sha256: str


class _JsonOfSqlite(TypeDecorator[str]):
    """JSON as the text it is kept as."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, Text)


class _JsonOfPostgresql(_JsonOfSqlite):
    cache_ok = True

    def bind_expression(self, bindvalue: BindParameter[str]) -> Cast[Any]:
        return cast(bindvalue, JSON)


# Keys that are given by us have no sequence: then there is nothing to set.
_COUNT_ON = """
SELECT setval(pg_get_serial_sequence('{table}', '{key}'), top)
FROM (SELECT max("{key}") AS top FROM "{table}") AS found WHERE top IS NOT NULL
"""

_JSON: Mapping[str, type[_JsonOfSqlite]] = {
    "sqlite": _JsonOfSqlite,
    "postgresql": _JsonOfPostgresql,
}


def count(session: Session, table: Table) -> int:
    """How many rows a table has."""
    return session.scalars(select(func.count()).select_from(table)).one()


def copy_rows(source: Database, target: Database, table: Table, told: Told) -> None:
    """Bring what `target` lacks of a table; all that its rows refer to is there.

    Raises:
        Refused: ``row-unfit`` with the `table` and the `row`, when the new engine cannot
            hold a value.
    """
    carried = _as_carried(table, target.engine.dialect.name)
    later = _references_to_itself(table)
    after = _last_key(target, table)
    for batch in _batches(source, table, after):
        _write(target, carried, [_without_later(table, row, later) for row in batch])
        told(len(batch))
    if later:
        _add_later(source, target, table, later)


def sum_of(rows: Database, table: Table, told: Told) -> Sum:
    """What a table holds, the same on every engine."""
    digest, number = hashlib.sha256(), 0
    for batch in _batches(rows, table, None):
        for row in batch:
            line = json.dumps(list(row.values()), default=_plain, ensure_ascii=False)
            digest.update(f"{line}\n".encode())
        number += len(batch)
        told(len(batch))
    return Sum(number, digest.hexdigest())


def set_counters(rows: Database, tables: Iterable[Table]) -> None:
    """Let the next row of each table have a number of its own."""
    if rows.engine.dialect.name != "postgresql":
        return  # SQLite looks for the largest each time
    with rows.writing() as session:
        for table in tables:
            key, *more = table.primary_key
            if not more and key.type.python_type is int:
                session.execute(text(_COUNT_ON.format(table=table.name, key=key.name)))


def _plain(value: Any) -> str:  # noqa: ANN401
    told: str = value.isoformat()
    return told


@cache  # with a new one each time every statement would be written anew
def _as_carried(table: Table, engine: str) -> Table:
    """The same table, its JSON as text."""
    as_text = _JSON[engine]
    columns = [
        Column(
            each.name,
            as_text() if isinstance(each.type, JSON) else each.type,
            primary_key=each.primary_key,
        )
        for each in table.columns
    ]
    return Table(table.name, MetaData(), *columns)


def _batches(
    rows: Database, table: Table, after: Sequence[Any] | None
) -> Iterator[list[dict[str, Any]]]:
    carried = _as_carried(table, rows.engine.dialect.name)
    keys = list(carried.primary_key)
    while True:
        asked = select(carried).order_by(*keys).limit(BATCH)
        with rows.reading() as session:
            found = session.execute(_after(asked, keys, after)).mappings().all()
        if found:
            yield [dict(row) for row in found]
        if len(found) < BATCH:
            return
        after = [found[-1][key.name] for key in keys]


def _after(
    asked: Select[Any], keys: Sequence[Column[Any]], after: Sequence[Any] | None
) -> Select[Any]:
    if after is None:
        return asked
    last = [literal(value, key.type) for key, value in zip(keys, after, strict=True)]
    return asked.where(tuple_(*keys) > tuple_(*last) if len(keys) > 1 else keys[0] > last[0])


def _last_key(target: Database, table: Table) -> Sequence[Any] | None:
    keys = list(table.primary_key)
    asked = select(*keys).order_by(*(key.desc() for key in keys)).limit(1)
    with target.reading() as session:
        return session.execute(asked).first()


def _write(target: Database, carried: Table, batch: Sequence[Mapping[str, Any]]) -> None:
    try:
        with target.writing() as session:
            session.execute(insert(carried), batch)
    except Refused as refused:
        if len(batch) == 1:
            row = ", ".join(str(batch[0][key.name]) for key in carried.primary_key)
            raise Refused("row-unfit", table=carried.name, row=row) from refused
        for each in batch:
            _write(target, carried, [each])


def _references_to_itself(table: Table) -> Sequence[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _without_later(
    table: Table, row: dict[str, Any], references: Sequence[str]
) -> Mapping[str, Any]:
    """The row without its references to rows that come after it."""
    (*_, key) = [each.name for each in table.primary_key]
    late = {name: None for name in references if (row[name] or 0) > row[key]}
    return row | late


def _add_later(source: Database, target: Database, table: Table, references: Sequence[str]) -> None:
    (key,) = table.primary_key
    late = or_(*(table.c[name] > key for name in references))
    with source.reading() as session:
        found = session.execute(select(key, *(table.c[name] for name in references)).where(late))
        rows = found.mappings().all()
    with target.writing() as session:
        for row in rows:
            values = {name: row[name] for name in references}
            changed = and_(key == row[key.name])
            session.execute(update(table).where(changed).values(values))
