"""Can the library be made again from a copy, and does a copy that could not do so say so?"""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.accounts import Account
from archive.agreement_drafts import AgreementDraft
from archive.duties import Role
from archive.keeping_agreements import Officer, attach_paper, begin_draft
from archive.kept_bytes import content_keys
from archive.representations import Scan
from schemas.search_document import SEARCH_SCHEMA
from storage.copies import CopyFolder
from storage.opening import open_storage
from storage.settings import Settings
from tests.faults.small_disk import small_disk
from tests.sample_home import KAZAKH_BOOK, asked, environment, settings_for
from workers.nightly import copy_is_due
from workers.restoring import damage_of

pytestmark = pytest.mark.about_sqlite  # a server's rows: test_copies_of_servers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Ended = subprocess.CompletedProcess[str]
SANDYQ = (str(Path(sys.executable).with_name("sandyq")),)
PAPER = b"%PDF-1.4 signed by the heirs"


@dataclass
class Library:
    """A library, and the disk for its copies."""

    settings: Settings
    copies: CopyFolder

    def backup(self, *options: str) -> Ended:
        return asked(self.settings, "backup", self.copies.folder, *options, check=False)

    def restored(self, home: Path, *options: str) -> tuple[Library, Ended]:
        other = Library(replace(self.settings, home=home), self.copies)
        return other, asked(other.settings, "restore", self.copies.folder, *options, check=False)

    def damage(self, key: str, folder: str = "blobs") -> None:
        """One byte of a kept file becomes another one, as it does on old disks."""
        spoil(self.settings.home / folder / key[:2] / key[2:4] / key)

    def scan(self) -> Scan:
        storage = open_storage(self.settings, SEARCH_SCHEMA)
        with storage.rows.reading() as session:
            found = session.scalars(select(Scan).order_by(Scan.id)).first()
        storage.close()
        assert found is not None
        return found


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()  # the sample library's files are shared by hard links
    file.write_bytes(content)


def rows_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(home / "sandyq.sqlite")) as rows:
        tables = rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            table: sorted(rows.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for (table,) in tables
        }


@pytest.fixture
def library(own_sample_books: Path, tmp_path: Path) -> Library:
    settings = settings_for(own_sample_books)
    return Library(settings, CopyFolder(tmp_path / "disk"))


def test_a_library_is_made_again_from_its_copy(library: Library, tmp_path: Path) -> None:
    made = library.backup()
    assert made.returncode == 0, made.stderr
    assert "Copied: " in made.stdout
    other, done = library.restored(tmp_path / "other")
    assert done.returncode == 0, done.stderr
    before, after = rows_of(library.settings.home), rows_of(other.settings.home)
    # The index is made anew: pages say when they were indexed, and history that they were.
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"events", "page_steps", "pages", "works"}
    assert set(before["events"]) < set(after["events"])
    assert all(len(before[table]) == len(after[table]) for table in changed - {"events"})
    storage = open_storage(other.settings, SEARCH_SCHEMA)
    with storage.rows.reading() as session:
        keys = content_keys(session)
    assert keys
    assert all(storage.blobs.is_intact(key) for key in keys)
    storage.close()
    found, again = (
        asked(each, "search", "кітап", "--json") for each in (library.settings, other.settings)
    )
    assert json.loads(again.stdout) == json.loads(found.stdout)
    assert KAZAKH_BOOK in again.stdout


def test_signed_papers_are_copied_apart_from_what_is_public(
    library: Library, tmp_path: Path
) -> None:
    storage = open_storage(library.settings, SEARCH_SCHEMA)
    key = storage.private.put([PAPER])
    with storage.rows.writing() as session:
        account = Account(
            name="officer",
            display_name="Officer",
            password_hash="-",
            role=Role.RIGHTS_OFFICER,
            created_at=NOW,
        )
        session.add(account)
        session.flush()
        officer = Officer(account.id, NOW)
        agreement = begin_draft(session, AgreementDraft(number="1/2026"), officer)
        attach_paper(session, agreement, officer, key=key, media_type="application/pdf", size=28)
    storage.close()
    assert library.backup().returncode == 0
    assert library.copies.papers.holds(key)
    assert not library.copies.blobs.holds(key)
    assert library.copies.folder.stat().st_mode & 0o077 == 0
    other, done = library.restored(tmp_path / "other")
    assert done.returncode == 0, done.stderr
    restored = open_storage(other.settings, SEARCH_SCHEMA)
    assert restored.private.read(key) == PAPER
    restored.close()


def test_the_second_copy_writes_only_what_is_new(library: Library) -> None:
    assert library.backup().returncode == 0
    before = {file: file.stat().st_mtime_ns for file in library.copies.folder.glob("blobs/??/??/*")}
    time.sleep(1.1)  # a copy is named by its second
    assert library.backup().returncode == 0
    after = {file: file.stat().st_mtime_ns for file in library.copies.folder.glob("blobs/??/??/*")}
    assert before == after
    first, second = library.copies.complete()
    assert first.made_at < second.made_at
    assert first.files == second.files > 0


class TestDamage:
    def test_what_goes_bad_after_a_copy_is_whole_in_the_copy(
        self, library: Library, tmp_path: Path
    ) -> None:
        assert library.backup().returncode == 0
        key = library.scan().content_key
        library.damage(key)
        time.sleep(1.1)
        assert library.backup().returncode == 0
        other, done = library.restored(tmp_path / "other")
        assert done.returncode == 0
        storage = open_storage(other.settings, SEARCH_SCHEMA)
        assert storage.blobs.is_intact(key)
        storage.close()

    def test_what_was_bad_before_is_named_with_its_book(
        self, library: Library, tmp_path: Path
    ) -> None:
        scan = library.scan()
        library.damage(scan.content_key)
        made = library.backup()
        assert made.returncode == 3
        assert "Files that are missing or damaged: 1" in made.stderr
        assert scan.original_name in made.stderr
        (copy,) = library.copies.complete()
        assert list(copy.missing) == [scan.content_key]
        other, done = library.restored(tmp_path / "other")
        assert done.returncode == 3
        assert scan.original_name in done.stderr
        assert asked(other.settings, "status").returncode == 0

    def test_a_check_reads_every_byte_of_the_copy(self, library: Library) -> None:
        scan = library.scan()
        assert library.backup().returncode == 0
        whole = library.backup("--check")
        assert (whole.returncode, "The copy is whole" in whole.stdout) == (0, True)
        key = scan.content_key
        spoil(library.copies.folder / "blobs" / key[:2] / key[2:4] / key)
        checked = library.backup("--check")
        assert checked.returncode == 3
        assert scan.original_name in checked.stderr
        assert "The copy is whole" not in checked.stdout

    def test_damaged_rows_are_not_restored(self, library: Library, tmp_path: Path) -> None:
        assert library.backup().returncode == 0
        (copy,) = library.copies.complete()
        spoil(library.copies.rows(copy))
        other, done = library.restored(tmp_path / "other")
        assert done.returncode == 2
        assert "The rows of this copy are damaged" in done.stderr
        assert not (other.settings.home / "sandyq.sqlite").exists()


def test_a_library_that_is_there_is_not_written_over(library: Library) -> None:
    assert library.backup().returncode == 0
    before = rows_of(library.settings.home)
    _, done = library.restored(library.settings.home)
    assert done.returncode == 2
    assert "There is a library already" in done.stderr
    assert rows_of(library.settings.home) == before


def test_killed_at_any_moment_no_copy_is_half_and_the_next_one_goes_on(
    library: Library, tmp_path: Path
) -> None:
    chance = random.Random(5)
    for _ in range(4):
        command = [*SANDYQ, "backup", str(library.copies.folder)]
        with subprocess.Popen(
            command, env=environment(library.settings), stderr=subprocess.DEVNULL
        ) as copier:
            _until_something_is_there(library.copies.folder, copier)
            time.sleep(chance.uniform(0, 0.3))
            copier.send_signal(signal.SIGKILL)
        for copy in library.copies.complete():
            assert damage_of(library.copies, copy, lambda _done, _total: None) == set()
    time.sleep(1.1)
    assert library.backup().returncode == 0
    assert library.backup("--check").returncode == 0
    _, done = library.restored(tmp_path / "other")
    assert done.returncode == 0


def _until_something_is_there(folder: Path, copier: subprocess.Popen[bytes]) -> None:
    """A copy takes a while to begin; it is killed in its work, not before."""
    while not (folder / "lock").exists() and copier.poll() is None:
        time.sleep(0.01)


def test_a_full_disk_is_told_and_the_next_copy_goes_on(library: Library, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2 << 20) as disk:
        full = Library(library.settings, CopyFolder(disk / "copies"))
        made = full.backup()
        assert made.returncode == 4
        assert "There is no space left for the copy in" in made.stderr
        assert full.copies.complete() == ()
        subprocess.run(["mount", "-o", "remount,size=64M", disk], check=True)
        assert full.backup().returncode == 0
        assert full.backup("--check").returncode == 0


def test_a_disk_that_is_not_there_is_asked(library: Library, tmp_path: Path) -> None:
    away = Library(library.settings, CopyFolder(tmp_path / "not mounted" / "copies"))
    made = away.backup()
    assert made.returncode == 4
    assert "Look whether its disk is connected." in made.stderr


def test_settings_are_kept_without_passwords(library: Library, tmp_path: Path) -> None:
    assert library.settings.library is not None
    own = Path(shutil.copy(library.settings.library, tmp_path))
    own.with_name("synonyms.txt").write_text("Зелёная Горка ~ Көктөбе\n", encoding="utf-8")
    broker = "redis://sandyq:secret@127.0.0.1:6379/0"
    settings = replace(library.settings, broker=broker, library=own)
    shutil.rmtree(settings.home / "queue", ignore_errors=True)
    assert asked(settings, "backup", library.copies.folder).returncode == 0
    (copy,) = library.copies.complete()
    kept = (library.copies.place(copy) / "settings.env").read_text()
    assert "SANDYQ_BROKER=redis://sandyq:***@127.0.0.1:6379/0" in kept
    assert "secret" not in kept
    assert (library.copies.place(copy) / "library.yaml").exists()
    assert "Көктөбе" in (library.copies.place(copy) / "synonyms.txt").read_text("utf-8")


class TestTonight:
    def test_the_supervisor_makes_the_copy_by_itself(self, library: Library) -> None:
        settings = replace(library.settings, copies=library.copies.folder, sweep_seconds=1)
        with subprocess.Popen([*SANDYQ, "worker"], env=environment(settings)) as worker:
            deadline = time.monotonic() + 120
            while not library.copies.complete() and time.monotonic() < deadline:
                time.sleep(0.2)
            worker.terminate()
        assert len(library.copies.complete()) == 1

    @pytest.mark.parametrize(
        ("last", "now", "due"),
        [
            (None, "2026-11-27T14:00", True),
            ("2026-11-26T02:10", "2026-11-27T01:59", False),
            ("2026-11-26T02:10", "2026-11-27T02:00", True),
            ("2026-11-27T02:00", "2026-11-27T23:59", False),
            ("2026-11-25T02:00", "2026-11-27T09:00", True),
        ],
    )
    def test_once_a_day_after_two(self, last: str | None, now: str, *, due: bool) -> None:
        zone = settings_for(Path("var")).zone
        made = None if last is None else datetime.fromisoformat(last).replace(tzinfo=zone)
        made = made and made.astimezone(UTC)
        assert copy_is_due(made, datetime.fromisoformat(now).replace(tzinfo=zone)) is due


def test_the_rows_of_old_copies_are_removed_and_no_bytes(tmp_path: Path, library: Library) -> None:
    copies = CopyFolder(tmp_path / "many")
    assert Library(library.settings, copies).backup().returncode == 0
    (first,) = copies.complete()
    held = sorted(copies.blobs.keys())
    for day in range(1, 4):
        later = replace(first, made_at=first.made_at + timedelta(days=day), name=f"9999-{day}")
        shutil.copytree(copies.place(first), copies.place(later))
        copies.finish(later)
    copies.forget_all_but(2)
    assert [copy.name for copy in copies.complete()] == ["9999-2", "9999-3"]
    assert sorted(copies.blobs.keys()) == held
