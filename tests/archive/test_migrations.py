"""Do the migrations give exactly the tables that the nouns describe, there and back?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, inspect, text
from sqlalchemy.exc import DBAPIError

from archive.migrations import configuration, downgrade, newest, revision_of, upgrade
from archive.nouns import Row
from storage.database import Database, open_database
from storage.errors import Refused
from tests.engines.postgresql_server import PostgreSql, name_of


@pytest.fixture(params=["sqlite", "postgresql"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Rows without a table: the tests' usual empty library is migrated already."""
    url = f"sqlite:///{tmp_path / 'nothing.sqlite'}"
    if request.param == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        url = server.nothing()
    opened = open_database(url)
    assert inspect(opened.engine).get_table_names() == []
    yield opened
    opened.close()
    if request.param == "postgresql":
        server.drop(name_of(url))


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(
    request: pytest.FixtureRequest, tmp_path: Path, empty_rows: Path
) -> Iterator[Database]:
    """Rows that `upgrade` has brought to the newest version, from nothing."""
    url = f"sqlite:///{shutil.copy(empty_rows, tmp_path / 'rows.sqlite')}"
    if request.param == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        url = server.fresh()
    opened = open_database(url)
    yield opened
    opened.close()
    if request.param == "postgresql":
        server.drop(name_of(url))


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Row.metadata))


# Every table's columns, indexes, constraints and triggers, as the engine itself keeps them.
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT c.relname, format('%s %s %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod),
                                 a.attcollation::regcollation, a.attnotnull,
                                 pg_get_expr(d.adbin, d.adrelid))
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace
            AND NOT a.attisdropped
        UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}


def schema(connection: Connection) -> set[tuple[str, str]]:
    kept = connection.execute(text(SCHEMA[connection.dialect.name]))
    return {(name, told) for name, told in kept if not name.startswith("alembic_version")}


OTHERWISE_SORTED = """
    SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'character varying'
    AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version'
"""

EVENT = """
    INSERT INTO events (type, outcome, agent, at, about_kind, about_id, detail)
    VALUES ('creation', 'success', 'tester', '2026-11-23 09:00:00', 'works', 1, '{}')
"""


class TestMigrations:
    def test_the_tables_are_those_of_the_nouns(self, migrated: Database) -> None:
        with migrated.engine.connect() as connection:
            assert differences(connection) == []

    def test_a_difference_would_be_seen(self, migrated: Database) -> None:
        with migrated.writing() as session:
            session.connection().execute(text("ALTER TABLE works ADD COLUMN colour TEXT"))
        with migrated.engine.connect() as connection:
            told = [str(each) for each in differences(connection)]
        assert len(told) == 1
        assert "remove_column" in told[0]

    def test_every_noun_has_its_table(self, migrated: Database) -> None:
        assert set(Row.metadata.tables) == set(inspect(migrated.engine).get_table_names()) - {
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

    def test_upgrading_twice_changes_nothing(self, migrated: Database) -> None:
        with migrated.engine.connect() as connection:
            before = schema(connection)
        upgrade(migrated)
        with migrated.engine.connect() as connection:
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

    def test_rows_of_a_newer_version_are_refused_and_left(self, migrated: Database) -> None:
        with migrated.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(Refused, match="rows-newer"):
            upgrade(migrated)
        assert revision_of(migrated) == "9999"

    def test_a_migration_that_fails_leaves_nothing(self, rows: Database) -> None:
        with rows.writing() as session:
            # the second table of the first migration is in the way
            session.execute(text("CREATE TABLE branches (id INTEGER)"))
        with pytest.raises(Exception, match="branches"):
            upgrade(rows)
        assert inspect(rows.engine).get_table_names() == ["branches"]

    def test_text_is_sorted_by_code_points_whatever_the_servers_own_rules(
        self, migrated: Database
    ) -> None:
        """The server of the tests sorts by Kazakh rules; beginnings are sought as ranges."""
        with migrated.writing() as session:
            for name in ("ұ", "У", "ү", "a", "Ә", "я"):
                session.execute(text("INSERT INTO holders (name) VALUES (:n)"), {"n": name})
        with migrated.reading() as session:
            names = list(session.scalars(text("SELECT name FROM holders ORDER BY name")))
        assert names == sorted(names)
        if migrated.engine.dialect.name == "postgresql":
            with migrated.reading() as session:
                assert session.scalars(text(OTHERWISE_SORTED)).all() == []

    def test_history_cannot_be_rewritten(self, migrated: Database) -> None:
        with migrated.writing() as session:
            session.execute(text(EVENT))
        for change in ("UPDATE events SET agent = 'other'", "DELETE FROM events"):
            with pytest.raises(DBAPIError, match="append-only"), migrated.writing() as session:
                session.execute(text(change))

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
