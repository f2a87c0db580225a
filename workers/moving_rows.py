"""Every table brought to another database, and compared there row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete

from archive.migrations import make_tables
from archive.nouns import Row
from storage.database import Database
from storage.errors import Broken
from storage.held_rows import Mark, State, mark_of, set_mark
from storage.row_copying import Sum, copy_rows, count, set_counters, sum_of
from workers.moving_progress import Stage, Steps, Told

TABLES = Row.metadata.sorted_tables
"""Every table, those that others refer to first."""

Sums = Mapping[str, Sum]
"""What each table holds."""


def move_rows(source: Database, target: Database, mark: Mark, told: Told) -> Sums:
    """Bring the rows that `target` lacks, and compare all of them.

    Raises:
        Refused: ``row-unfit``.
        Broken: ``rows-differ`` with the `table`.
    """
    _lay_tables(target, mark)
    step = Steps(told, Stage.ROWS, _total(source), _total(target))
    for table in TABLES:
        copy_rows(source, target, table, step)
    set_counters(target, TABLES)
    before, after = sums(source, told), sums(target, told)
    for name, there in after.items():
        if there != before[name]:
            raise Broken("rows-differ", table=name)
    return after


def sums(rows: Database, told: Told) -> Sums:
    """What each table holds."""
    step = Steps(told, Stage.COMPARING_ROWS, _total(rows))
    return {table.name: sum_of(rows, table, step) for table in TABLES}


def _lay_tables(target: Database, mark: Mark) -> None:
    """Empty tables, marked as not whole: all of them or nothing."""
    with target.writing() as session:
        if mark_of(session) is not None:
            return
        set_mark(session, replace(mark, state=State.ARRIVING))
        make_tables(session)
        for table in reversed(TABLES):
            if count(session, table):  # laid down with the table
                session.execute(delete(table))


def _total(rows: Database) -> int:
    with rows.reading() as session:
        return sum(count(session, table) for table in TABLES)
