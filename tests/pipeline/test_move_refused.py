"""When is a library not moved, what is said, and is everything then as it was?"""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.agents import Agent
from archive.ledger import PageStep, StepState
from archive.representations import Scan
from archive.works import Work
from schemas.search_document import STREAMS
from storage.errors import Transient
from storage.held_rows import State, hold, mark_of, set_mark
from storage.query import Kind
from storage.search import Document
from storage.settings import Settings
from tests.engines.postgresql_server import PostgreSql, free_port, name_of
from tests.faults.small_pages import print_pages
from tests.pipeline.test_copies import rows_of, spoil
from tests.pipeline.test_move import opened, settings_file
from tests.sample_home import asked, settings_for
from tests.web.people import portico, sign_in
from workers.presence import only_worker

pytestmark = pytest.mark.about_sqlite  # what moves is a library in one file

TITLE = "Көмірлі өлке"
Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Settings:
    """A library with a book of two pages that no worker has seen yet."""
    print_pages(tmp_path / "scans", 2)
    assert asked(settings, "ingest", tmp_path / "scans", "--title", TITLE).returncode == 0
    return settings


@pytest.fixture
def new(tmp_path: Path) -> Settings:
    """A place on files where there is nothing yet."""
    return settings_for(tmp_path / "new-place", database="")


def move(old: Settings, new: Settings, *options: str) -> Ended:
    return asked(old, "move", settings_file(new), *options, check=False)


def change(settings: Settings) -> str:
    """What is said to whoever changes something, "" if it may be."""
    with opened(settings) as storage:
        try:
            with storage.rows.writing() as session:
                session.execute(update(Work).values(subtitle="changed"))
        except Transient as failure:
            return failure.reason
        return ""


def killed_a_moment_too_early(old: Settings) -> None:
    """The new place is whole, and the old one does not know it."""
    with opened(old) as storage, storage.rows.writing() as session:
        mark = mark_of(session)
        assert mark is not None
        hold(session, "library-moving")
        set_mark(session, replace(mark, state=State.LEAVING))
    assert change(old) == "library-moving"


def page_after_signing_in(settings: Settings) -> str:
    """The old portal goes on showing books; to sign in is to change something."""
    old_portal = portico(settings)
    try:
        browser = old_portal.browser()
        assert browser.get("/").status_code == 200
        answer = sign_in(browser, "aigul")
        assert answer.status_code == 503
        return answer.text
    finally:
        old_portal.portal.storage.close()


def scan_of(settings: Settings) -> Scan:
    with opened(settings) as storage, storage.rows.reading() as session:
        found = session.scalars(select(Scan).order_by(Scan.id)).first()
    assert found is not None
    return found


class TestAtWork:
    def test_a_worker_on_this_machine(self, old: Settings, new: Settings) -> None:
        with only_worker(old, ["index"]):
            done = move(old, new)
        assert done.returncode == 4
        assert "The library is at work. Stop the worker" in done.stderr
        assert change(old) == ""

    def test_a_worker_on_another_machine(self, old: Settings, new: Settings) -> None:
        with opened(old) as storage, storage.rows.writing() as session:
            lease = datetime.now(UTC) + timedelta(minutes=5)
            session.execute(update(PageStep).values(state=StepState.RUNNING, lease_until=lease))
        done = move(old, new)
        assert done.returncode == 4
        assert "The library is at work." in done.stderr
        assert change(old) == ""

    def test_another_move(self, old: Settings, new: Settings) -> None:
        with (old.home / "move.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for done in (move(old, new), asked(old, "move", "--cancel", check=False)):
                assert done.returncode == 4
                assert "The library is being moved just now." in done.stderr


class TestTaken:
    """Nothing is written over, and the old place can be changed as before."""

    def refused(self, old: Settings, new: Settings, named: str) -> None:
        done = move(old, new)
        assert done.returncode == 2
        assert "The new place is not empty: " in done.stderr
        assert named in done.stderr
        assert change(old) == ""

    def test_by_the_rows_of_another_library(self, old: Settings, new: Settings) -> None:
        assert asked(new, "status").returncode == 0
        before = rows_of(new.home)
        self.refused(old, new, "sandyq.sqlite")
        assert rows_of(new.home) == before

    def test_by_the_files_of_another_library(self, old: Settings, new: Settings) -> None:
        with opened(new) as storage:
            storage.blobs.put([b"of another library"])
        self.refused(old, new, "blobs")

    def test_by_the_index_of_another_library(self, old: Settings, new: Settings) -> None:
        with opened(new) as storage:
            streams = dict.fromkeys(STREAMS, "кітап")
            storage.index.write([Document(Kind.WORK, 1, 1, work=1, unit=1, streams=streams)])
        self.refused(old, new, "index")

    def test_files_of_the_same_library_are_welcome(self, old: Settings, new: Settings) -> None:
        with opened(old) as here, opened(new) as there:
            there.blobs.put([here.blobs.read(scan_of(old).content_key)])
        assert move(old, new).returncode == 0


def test_what_does_not_answer_is_named(old: Settings, new: Settings) -> None:
    port = free_port()
    for away in (
        replace(new, database=f"postgresql://sandyq:secret@127.0.0.1:{port}/sandyq"),
        replace(new, search=f"opensearch://127.0.0.1:{port}/sandyq"),
    ):
        done = move(old, away)
        assert done.returncode == 4
        assert "The new place does not answer: " in done.stderr
        assert f"127.0.0.1:{port}/sandyq" in done.stderr
        assert "secret" not in done.stderr
        assert change(old) == ""


class TestSettingsFile:
    def test_a_file_that_names_the_same_place(self, old: Settings) -> None:
        done = move(old, old)
        assert done.returncode == 2
        assert "The library is at this place already." in done.stderr

    def test_a_file_that_is_not_there(self, old: Settings, tmp_path: Path) -> None:
        done = asked(old, "move", tmp_path / "none.env", check=False)
        assert done.returncode == 2
        assert f"There is no file {tmp_path / 'none.env'}." in done.stderr

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("SANDYQ_DATABSE=sqlite:///x", "There is no such setting: SANDYQ_DATABSE."),
            ("\nwhatever", "new-place.env, 2."),
            ("SANDYQ_DATABASE=oracle://x", "There is no engine for this address"),
        ],
    )
    def test_a_line_that_makes_no_sense(
        self, old: Settings, tmp_path: Path, line: str, said: str
    ) -> None:
        file = tmp_path / "new-place.env"
        file.write_text(line, encoding="utf-8")
        done = asked(old, "move", file, check=False)
        assert done.returncode == 2
        assert said in done.stderr

    def test_quotes_remarks_and_names_of_others(self, old: Settings, new: Settings) -> None:
        file = settings_file(new)
        told = f"#\nexport SANDYQ_HOME='{new.home}'\n\nPOSTGRES_PASSWORD=x\nSANDYQ_DATABASE=\n"
        file.write_text(told, encoding="utf-8")
        assert asked(old, "move", file).returncode == 0
        assert (new.home / "sandyq.sqlite").exists()


class TestDamaged:
    def test_a_file_is_named_with_its_book_and_the_move_waits(
        self, old: Settings, new: Settings
    ) -> None:
        scan = scan_of(old)
        key = scan.content_key
        file = old.home / "blobs" / key[:2] / key[2:4] / key
        whole = file.read_bytes()
        spoil(file)
        done = move(old, new)
        assert done.returncode == 3
        assert "Files that are missing or damaged: 1" in done.stderr
        assert f"{TITLE}, {scan.original_name}: {key[:2]}/{key[2:4]}/{key}" in done.stderr
        assert "The library has not moved." in done.stderr
        assert "Moved:" not in done.stdout
        file.write_bytes(whole)
        assert "is the same at both places" in move(old, new).stdout

    def test_it_is_left_behind_when_told(self, old: Settings, new: Settings) -> None:
        key = scan_of(old).content_key
        spoil(old.home / "blobs" / key[:2] / key[2:4] / key)
        done = move(old, new, "--leave-damaged")
        assert done.returncode == 3
        assert "Moved: " in done.stdout
        assert "is the same at both places" not in done.stdout
        assert asked(new, "status").returncode == 0

    def test_damage_at_the_new_place_is_seen(self, old: Settings, new: Settings) -> None:
        assert move(old, new).returncode == 0
        key = scan_of(old).content_key
        spoil(new.home / "blobs" / key[:2] / key[2:4] / key)
        done = move(old, new)
        assert done.returncode == 3
        assert key in done.stderr
        assert "Remove it at the new place" in done.stderr
        assert "has not moved" not in done.stderr


def test_rows_that_are_not_the_same_are_named(old: Settings, new: Settings) -> None:
    key = scan_of(old).content_key
    spoil(old.home / "blobs" / key[:2] / key[2:4] / key)
    assert move(old, new).returncode == 3  # the rows are there, and it waits for the file
    with closing(sqlite3.connect(new.home / "sandyq.sqlite")) as rows, rows:
        rows.execute("UPDATE works SET title = title || ' '")
    done = move(old, new, "--leave-damaged")
    assert done.returncode == 1
    assert "The rows are not the same at both places: works." in done.stderr
    assert "Moved: " not in done.stdout


class TestAfterwards:
    def test_the_old_place_can_be_read_and_not_changed(self, old: Settings, new: Settings) -> None:
        assert move(old, new).returncode == 0
        assert change(old) == "library-moved"
        assert TITLE in asked(old, "status").stdout
        again = asked(old, "ingest", old.home.parent / "scans", "--title", "Another", check=False)
        assert again.returncode == 4
        assert "The library has moved. Here it stays as it was." in again.stderr
        assert "The library has moved. Here it stays as it was." in page_after_signing_in(old)
        assert change(new) == ""

    def test_a_finished_move_is_looked_at_again(self, old: Settings, new: Settings) -> None:
        first = move(old, new)
        killed_a_moment_too_early(old)
        again = move(old, new)
        assert again.returncode == 0
        assert "The move was finished before" in again.stdout
        assert first.stdout.splitlines()[0] in again.stdout
        assert change(old) == "library-moved"
        assert change(new) == ""
        assert "Changed at the new place since: works." in move(old, new).stdout

    def test_it_does_not_move_to_a_third_place_from_the_old_one(
        self, old: Settings, new: Settings, tmp_path: Path
    ) -> None:
        assert move(old, new).returncode == 0
        done = move(old, settings_for(tmp_path / "third", database=""))
        assert done.returncode == 4
        assert "The library has moved." in done.stderr

    def test_a_move_can_be_called_off(self, old: Settings, new: Settings) -> None:
        assert asked(old, "move", "--cancel", check=False).returncode == 2
        before = rows_of(old.home)
        assert move(old, new).returncode == 0
        assert "worked on here again" in asked(old, "move", "--cancel").stdout
        assert rows_of(old.home) == before
        assert change(old) == ""


def test_files_alone_move_and_the_rows_stay(old: Settings, tmp_path: Path) -> None:
    far = replace(old, blobs=f"file://{tmp_path / 'large-disk'}")
    for _ in range(2):
        done = move(old, far)
        assert done.returncode == 0, done.stderr
        assert "files 2 (" in done.stdout
        assert change(old) == ""
    with opened(far) as storage:
        assert storage.blobs.is_intact(scan_of(far).content_key)


class TestOnAServer:
    @pytest.fixture
    def server(self, new: Settings, postgresql: PostgreSql) -> Iterator[Settings]:
        database = postgresql.nothing()
        yield replace(new, database=database)
        postgresql.drop(name_of(database))

    def test_what_it_cannot_hold_is_named(self, old: Settings, server: Settings) -> None:
        with opened(old) as storage, storage.rows.writing() as session:
            session.add_all([Agent(name="a"), Agent(name="b\x00c"), Agent(name="d")])
        done = move(old, server)
        assert done.returncode == 2
        assert "The new database cannot hold a row: agents, 2." in done.stderr
        assert asked(old, "move", "--cancel").returncode == 0

    def test_it_is_held_still_there_too(
        self, old: Settings, server: Settings, tmp_path: Path
    ) -> None:
        assert move(old, server).returncode == 0
        assert change(server) == ""
        back = settings_for(tmp_path / "back", database="")
        assert move(server, back).returncode == 0
        assert change(server) == "library-moved"
        assert "The library has moved. Here it stays as it was." in page_after_signing_in(server)
