"""Do the migrations give exactly the tables that the nouns describe, there and back?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, inspect, text

from archive.migrations import configuration, downgrade, newest, upgrade
from archive.nouns import Row
from storage.database import Database, open_database


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Database]:
    """Rows without a table: the tests' usual empty library is migrated already."""
    opened = open_database(f"sqlite:///{tmp_path / 'nothing.sqlite'}")
    assert inspect(opened.engine).get_table_names() == []
    yield opened
    opened.close()


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Row.metadata))


def schema(connection: Connection) -> set[tuple[str, str]]:
    """Every table, index and trigger as SQLite keeps it."""
    kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return {(name, sql) for name, sql in kept if name != "alembic_version"}


class TestMigrations:
    def test_the_tables_are_those_of_the_nouns(self, rows: Database) -> None:
        upgrade(rows)
        with rows.engine.connect() as connection:
            assert differences(connection) == []

    def test_a_difference_would_be_seen(self, rows: Database) -> None:
        upgrade(rows)
        with rows.writing() as session:
            session.connection().execute(text("ALTER TABLE works ADD COLUMN colour TEXT"))
        with rows.engine.connect() as connection:
            told = [str(each) for each in differences(connection)]
        assert len(told) == 1
        assert "remove_column" in told[0]

    def test_every_noun_has_its_table(self, rows: Database) -> None:
        upgrade(rows)
        assert set(Row.metadata.tables) == set(inspect(rows.engine).get_table_names()) - {
            "alembic_version"
        }

    def test_down_leaves_nothing_and_up_again_gives_the_same(self, rows: Database) -> None:
        upgrade(rows)
        with rows.engine.connect() as connection:
            before = schema(connection)
        downgrade(rows, "base")
        assert inspect(rows.engine).get_table_names() == ["alembic_version"]
        upgrade(rows)
        with rows.engine.connect() as connection:
            assert schema(connection) == before

    def test_upgrading_twice_changes_nothing(self, rows: Database) -> None:
        upgrade(rows)
        with rows.engine.connect() as connection:
            before = schema(connection)
        upgrade(rows)
        with rows.engine.connect() as connection:
            assert schema(connection) == before

    def test_rows_that_are_there_are_only_read(self, rows: Database) -> None:
        upgrade(rows)
        with rows.writing() as session:
            session.execute(text("SELECT 1"))  # nothing is locked before a first statement
            upgrade(rows)  # would wait for the writer, and give up in half a minute

    def test_rows_of_an_older_version_are_brought_up(self, rows: Database) -> None:
        upgrade(rows)
        downgrade(rows, "0006")
        upgrade(rows)
        with rows.engine.connect() as connection:
            assert differences(connection) == []

    def test_a_migration_that_fails_leaves_nothing(self, rows: Database) -> None:
        with rows.writing() as session:
            # the second table of the first migration is in the way
            session.execute(text("CREATE TABLE branches (id INTEGER)"))
        with pytest.raises(Exception, match="branches"):
            upgrade(rows)
        assert inspect(rows.engine).get_table_names() == ["branches"]

    def test_there_is_one_line_of_migrations(self) -> None:
        script = ScriptDirectory.from_config(configuration())
        assert script.get_heads() == [newest()]
        assert len(script.get_bases()) == 1

    def test_every_constraint_has_a_name(self) -> None:
        """An unnamed one cannot be dropped by a later migration on every engine."""
        assert nameless(Row.metadata.tables.values()) == []


def nameless(tables: Any) -> list[str]:
    return [
        f"{table.name}: {constraint}"
        for table in tables
        for constraint in table.constraints
        if constraint.name is None
    ]


def test_a_nameless_constraint_would_be_seen() -> None:
    from sqlalchemy import CheckConstraint, MetaData, Table  # noqa: PLC0415

    table = Table("t", MetaData(), Column("a", Integer), CheckConstraint("a > 0"))
    assert any("CheckConstraint" in each for each in nameless([table]))
