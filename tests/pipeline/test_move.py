"""Does the sample library move to servers and back without losing anything, killed or not?"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.finding import Asking, find
from archive.kept_bytes import content_keys, paper_keys
from archive.migrations import upgrade
from archive.nouns import Row
from archive.queries import parse_query
from archive.rights import Act, Requester
from archive.rights_units import rights_now
from archive.works import Work
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Transient
from storage.opening import Storage, open_storage
from storage.query import Kind, Narrowing, Order
from storage.row_copying import Sum, sum_of
from storage.settings import PREFIX, Settings
from tests.engines.opensearch import OpenSearchNode
from tests.engines.postgresql_server import PostgreSql, name_of
from tests.engines.s3 import ACCESS_KEY, S3Server
from tests.pipeline.every_table import fill_every_table
from tests.pipeline.test_copies import rows_of
from tests.sample_home import asked, environment, settings_for

pytestmark = pytest.mark.about_sqlite  # what moves is the library in one file

TABLES = Row.metadata.sorted_tables
QUESTIONS = ("көмір", "шахта OR карагандa", '"көмір бассейні"', "караганд*", "газета", "жарық")
FACETS = ("languages", "types", "years", "collections", "works")
READERS = (Requester(), Requester(on_premises=True, registered=True))
TODAY = date(2026, 11, 23)
KEY = "[0-9a-f]{64}"
PATIENCE = 120  # seconds for one stage of a move

Answer = tuple[int, int, Mapping[str, Mapping[object, int]], Mapping[str, int]]
"""Pages, works, facets, and how many pages of each work on the first leaf.

Which of two pages that are worth the same comes first, each index decides by itself.
"""


@contextmanager
def opened(settings: Settings) -> Iterator[Storage]:
    storage = open_storage(settings, SEARCH_SCHEMA)
    try:
        yield storage
    finally:
        storage.close()


def settings_file(new: Settings) -> Path:
    """The file that an administrator writes for a new place: its engines alone."""
    told = {name: value for name, value in environment(new).items() if name.startswith(PREFIX)}
    engines = dict.fromkeys(f"{PREFIX}{name}" for name in ("DATABASE", "BLOBS", "SEARCH"))
    lines = [f"{name}={told.get(name, '')}\n" for name in {**engines, **told}]
    file = new.home.parent / f"{new.home.name}.env"
    file.write_text("# the new place\n" + "".join(lines), encoding="utf-8")
    return file


@dataclass(frozen=True)
class Library:
    """What a library holds and answers, whatever its engines are."""

    sums: Mapping[str, Sum]
    files: Mapping[str, bool]
    documents: Mapping[tuple[Kind, int], int]
    answers: Mapping[object, Answer]

    @classmethod
    def at(cls, settings: Settings) -> Library:
        with opened(settings) as storage:
            return cls(_sums(storage), _files(storage), storage.index.contents(), _answers(storage))


def _sums(storage: Storage) -> Mapping[str, Sum]:
    return {table.name: sum_of(storage.rows, table, lambda _more: None) for table in TABLES}


def _files(storage: Storage) -> Mapping[str, bool]:
    """Every file that the rows name, and whether it is whole."""
    with storage.rows.reading() as session:
        named = {
            **dict.fromkeys(content_keys(session), storage.blobs),
            **dict.fromkeys(paper_keys(session), storage.private),
        }
    return {key: store.is_intact(key) for key, store in named.items()}


def _answers(storage: Storage) -> Mapping[object, Answer]:
    return {
        (question, reader): _answer(storage, question, reader)
        for question in QUESTIONS
        for reader in READERS
    }


def _answer(storage: Storage, question: str, reader: Requester) -> Answer:
    query = parse_query(question).query
    with storage.rows.reading() as session:
        rights = rights_now(session, reader, Act.SEARCH, TODAY)
        asking = Asking(query, Narrowing(), Order.RELEVANCE, reader, TODAY, rights)
        found = find(session, storage.index, asking, first=0, limit=20)
        facets = {name: dict(getattr(found.facets, name)) for name in FACETS}
        works = {each.work.name: each.pages for each in found.works}
    return found.page_count, found.work_count, facets, works


@pytest.fixture
def old(own_sample_books: Path) -> Settings:
    """The sample library on files, with a row in every table."""
    settings = settings_for(own_sample_books)
    with opened(settings) as storage:
        fill_every_table(storage)
    return settings


@pytest.fixture
def new(
    old: Settings, postgresql: PostgreSql, s3: S3Server, opensearch: OpenSearchNode
) -> Iterator[Settings]:
    """Settings of a place on servers, where there is nothing yet."""
    database = postgresql.nothing()
    with opensearch.own_index() as search:
        yield replace(
            old,
            home=old.home.with_name("new-place"),
            database=database,
            blobs=f"s3://{s3.new_bucket()}/archive",
            s3_endpoint=s3.endpoint,
            s3_access_key=ACCESS_KEY,
            s3_secret_file=s3.secret_file,
            search=search,
        )
    postgresql.drop(name_of(database))


@dataclass(frozen=True)
class Move:
    """A move by a process of its own, which is killed and started again."""

    old: Settings
    new: Settings

    def killed_in(self, stage: str, reached: Callable[[], bool]) -> None:
        """Start it, and kill it once this stage has begun and has come so far."""
        command = [str(Path(sys.executable).with_name("sandyq")), "move"]
        with subprocess.Popen(
            [*command, str(settings_file(self.new))],
            env=environment(self.old),
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            told = []
            for line in process.stderr:
                told.append(line.strip())
                if line.strip() == stage:
                    break
            end = time.monotonic() + PATIENCE
            while not reached() and time.monotonic() < end:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL, told
        assert told[-1] == stage

    def is_half_done(self) -> None:
        """Neither place can be changed: the old one waits, the new one is not whole."""
        with opened(self.old) as storage:
            with pytest.raises(Transient) as refused, storage.rows.writing() as session:
                session.execute(text("UPDATE works SET title = 'changed meanwhile'"))
            assert refused.value.reason == "library-moving"
        with opened(self.new) as storage:
            with pytest.raises(Transient) as refused:
                upgrade(storage.rows)
            assert refused.value.reason == "library-arriving"


def objects_of(s3: S3Server, settings: Settings) -> dict[str, int]:
    """When each object of the bucket was written; what is being written has another name."""
    bucket = s3.data / re.split("[:/]+", settings.blobs)[1]
    whole = (file for file in bucket.glob("archive/*/??/??/*") if re.fullmatch(KEY, file.name))
    return {file.name: file.stat().st_mtime_ns for file in whole}


def test_there_and_back_everything_is_the_same(
    old: Settings, new: Settings, postgresql: PostgreSql, s3: S3Server, tmp_path: Path
) -> None:
    rows, before = rows_of(old.home), Library.at(old)
    assert all(before.sums[table.name].rows for table in TABLES)
    assert all(before.files.values())
    assert any(answer[0] > 10 for answer in before.answers.values())

    move = Move(old, new)
    with postgresql.connected(name_of(new.database)) as there:
        asked_for = "SELECT EXISTS (SELECT FROM works)"
        move.killed_in("Rows moved", lambda: there.execute(asked_for).fetchone() == (True,))
    move.killed_in("Rows compared", lambda: True)
    move.killed_in("Files moved", lambda: len(objects_of(s3, new)) > 40)
    sent = objects_of(s3, new)
    assert 40 < len(sent) < len(before.files)
    move.killed_in("Files compared", lambda: True)
    move.killed_in("Pages indexed", lambda: True)
    move.is_half_done()
    done = asked(old, "move", settings_file(new))
    assert "Everything was compared and is the same at both places." in done.stdout
    assert sent.items() <= objects_of(s3, new).items(), "what was there was sent again"

    assert Library.at(new) == before
    numbered(new)

    back = settings_for(tmp_path / "back")
    assert asked(new, "move", settings_file(back)).returncode == 0
    assert Library.at(back) == before
    assert rows_of(back.home) | {"library_move": []} == rows | {"library_move": []}
    assert rows_of(old.home) | {"library_move": []} == rows | {"library_move": []}


def numbered(settings: Settings) -> None:
    """The next row of each table gets a number that none has."""
    with opened(settings) as storage, storage.rows.reading() as session:
        counted = 0
        for table in TABLES:
            column = table.autoincrement_column
            sequence = column is not None and session.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            if column is None or not sequence:
                continue
            asked_for = text(f"SELECT last_value, is_called FROM {sequence}")
            last, used = session.execute(asked_for).one()
            top = session.scalar(text(f"SELECT max({column.name}) FROM {table.name}"))
            assert used
            assert last >= top, table.name
            counted += 1
        assert counted > 20
        assert session.get_one(Work, 1)
