"""Is a library on PostgreSQL copied as of one moment, and made again from the copy?"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from archive.works import Work
from schemas.search_document import SEARCH_SCHEMA
from storage import postgresql_dump
from storage.copies import CopyFolder
from storage.errors import Broken
from storage.opening import Storage, open_storage
from storage.settings import Settings
from tests.engines.postgresql_server import PostgreSql
from tests.faults.small_pages import print_pages
from tests.sample_home import asked, settings_for

TITLE = "Көмірлі өлке"


@pytest.fixture
def server_settings(postgresql: PostgreSql, tmp_path: Path) -> Settings:
    """A library on a server, with a book of two pages."""
    settings = settings_for(tmp_path / "var", database=postgresql.fresh())
    print_pages(tmp_path / "scans", 2)
    assert asked(settings, "ingest", tmp_path / "scans", "--title", TITLE).returncode == 0
    return settings


@pytest.fixture
def opened(server_settings: Settings) -> Iterator[Storage]:
    storage = open_storage(server_settings, SEARCH_SCHEMA)
    yield storage
    storage.close()


def counts(storage: Storage) -> dict[str, int]:
    """How many rows each table has."""
    with storage.rows.reading() as session:
        tables = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        ).all()
        return {
            table: session.scalars(text(f'SELECT count(*) FROM "{table}"')).one()
            for table in tables
        }


def test_it_is_made_again_in_an_empty_database(
    server_settings: Settings, opened: Storage, postgresql: PostgreSql, tmp_path: Path
) -> None:
    made = asked(server_settings, "backup", tmp_path / "disk")
    assert "files 2" in made.stdout
    assert asked(server_settings, "backup", tmp_path / "disk", "--check").returncode == 0
    other = replace(
        server_settings, home=tmp_path / "other", database=postgresql.fresh(of="template1")
    )
    done = asked(other, "restore", tmp_path / "disk", check=False)
    assert done.returncode == 0, done.stderr
    restored = open_storage(other, SEARCH_SCHEMA)
    try:
        assert counts(restored) == counts(opened)
        assert set(restored.blobs.keys()) == set(opened.blobs.keys())
        with restored.rows.reading() as session:
            assert session.scalars(select(Work.title)).all() == [TITLE]
    finally:
        restored.close()
    again = asked(other, "restore", tmp_path / "disk", check=False)
    assert again.returncode == 2
    assert "There is a library already" in again.stderr


def test_rows_and_the_names_of_bytes_are_of_one_moment(
    server_settings: Settings,
    opened: Storage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A book comes in when the rows are written: what it needs is not asked of this copy."""
    print_pages(tmp_path / "more", 1, seed=8)
    dump = postgresql_dump.dump

    def and_a_book_comes_in(*told: object) -> None:
        dump(*told)  # type: ignore[arg-type]
        asked(server_settings, "ingest", tmp_path / "more", "--title", "Another book")

    monkeypatch.setattr(postgresql_dump, "dump", and_a_book_comes_in)
    assert "files 2" in asked(server_settings, "backup", tmp_path / "disk").stdout
    with opened.rows.reading() as session:
        assert len(session.scalars(select(Work.id)).all()) == 2
    copies = CopyFolder(tmp_path / "disk")
    (copy,) = copies.complete()
    assert b"Another book" not in _plain(copies.rows(copy))


@pytest.mark.about_sqlite
def test_a_copy_of_a_file_is_not_put_on_a_server(
    settings: Settings, server_settings: Settings, tmp_path: Path
) -> None:
    here = replace(settings, home=tmp_path / "file")
    assert asked(here, "backup", tmp_path / "disk").returncode == 0
    done = asked(server_settings, "restore", tmp_path / "disk", check=False)
    assert done.returncode == 2
    assert "This copy's rows are of another engine: rows.sqlite." in done.stderr


def test_what_the_server_says_is_told_without_the_password(
    postgresql: PostgreSql, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path / "var", database=postgresql.fresh())
    storage = open_storage(settings, SEARCH_SCHEMA)
    url = storage.rows.engine.url.set(database="nowhere", password="not to be told")
    storage.close()
    with pytest.raises(Broken) as failure:
        postgresql_dump.restore(url, tmp_path / "rows.dump")
    assert failure.value.reason == "rows-not-copied"
    assert "not to be told" not in str(failure.value)


def _plain(dumped: Path) -> bytes:
    program = postgresql_dump.program_here("pg_restore")
    told = subprocess.run([program, "--file=-", dumped], capture_output=True, check=True)
    return told.stdout
