"""Does `sandyq check` find every kind of difference, and `--repair` put right what can be?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.ledger import ALIVE, BookBuild, PageStep, StepState
from archive.representations import Derivative, Page, Scan
from archive.works import Work
from storage.copies import CopyFolder
from storage.query import Kind
from storage.search import Document
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode
from tests.sample_home import KAZAKH_BOOK, asked, file_of, settings_for
from tests.workers.test_reindexing import found_pages, workshop_in
from workers.book_steps import BUILDS
from workers.copying import copy_library
from workers.page_steps import PAGE_STEPS
from workers.running import run_step
from workers.sweeping import compare_index
from workers.workshop import Workshop


def checked(settings: Settings, *options: str) -> tuple[int, dict[str, Any]]:
    """What `sandyq check` answers to a script."""
    done = asked(settings, "check", "--json", *options, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(params=["tantivy", "opensearch"])
def library(request: pytest.FixtureRequest, own_sample_books: Path) -> Iterator[Workshop]:
    """The sample books on each search engine."""
    if request.param == "tantivy":
        workshop = workshop_in(own_sample_books)
        yield workshop
        workshop.storage.close()
        return
    node: OpenSearchNode = request.getfixturevalue("opensearch")
    with node.own_index() as url:
        workshop = workshop_in(own_sample_books, search=url)
        compare_index(workshop)
        yield workshop
        workshop.storage.close()


@pytest.fixture
def here(own_sample_books: Path) -> Iterator[Workshop]:
    """The sample books, whose bytes may be lost."""
    workshop = workshop_in(own_sample_books)
    yield workshop
    workshop.storage.close()


def a_page(session: Session) -> Page:
    """A page of text in the Kazakh book."""
    query = select(Page).where(Page.text_id.is_not(None)).order_by(Page.id).offset(2).limit(1)
    return session.scalars(query).one()


def lose(workshop: Workshop, key: str) -> None:
    """Nothing is left of these bytes; the file itself may be shared with other homes."""
    file_of(workshop.storage, key).unlink()


def work_on(workshop: Workshop) -> None:
    """Do what is due, as a worker would."""
    with workshop.storage.rows.reading() as session:
        pages = [(s.step, s.id) for s in session.scalars(
            select(PageStep).where(PageStep.state.in_(ALIVE)))]  # fmt: skip
        books = [(b.step, b.id) for b in session.scalars(
            select(BookBuild).where(BookBuild.state.in_(ALIVE)))]  # fmt: skip
    for step, number in pages:
        assert run_step(PAGE_STEPS[step], workshop, number), step
    for step, number in books:
        assert run_step(BUILDS[step], workshop, number), step


def test_a_library_that_is_well_agrees(library: Workshop) -> None:
    code, told = checked(library.settings, "--bytes")
    assert (code, told["agrees"], told["differences"], told["unnamed"]) == (0, True, [], [])


# Each spoils one thing and gives what must be told of it.
Spoiling = Callable[[Workshop, Session, Page], tuple[str, str]]


def lacking(workshop: Workshop, _: Session, page: Page) -> tuple[str, str]:
    workshop.storage.index.write((), {(Kind.PAGE, page.id): page.indexed_revision})
    return "index-lacking", page.name


def older(_: Workshop, session: Session, page: Page) -> tuple[str, str]:
    newer = update(Page).where(Page.id == page.id)
    session.execute(newer.values(indexed_revision=page.indexed_revision + 3))
    return "index-older", page.name


def newer_than_the_rows(workshop: Workshop, _: Session, page: Page) -> tuple[str, str]:
    workshop.storage.index.write([document_of(page, page.indexed_revision + 5)])
    return "index-newer", page.name


def stale(_: Workshop, session: Session, page: Page) -> tuple[str, str]:
    session.execute(update(Page).where(Page.id == page.id).values(indexed_text_id=None))
    return "index-stale", page.name


def too_many(workshop: Workshop, _: Session, page: Page) -> tuple[str, str]:
    workshop.storage.index.write([document_of(page, 4, key=987_654)])
    return "index-too-many", ""


def work_lacking(workshop: Workshop, session: Session, _: Page) -> tuple[str, str]:
    work = session.get_one(Work, 1)
    workshop.storage.index.write((), {(Kind.WORK, 1): work.revision})
    return "index-lacking", ""


def work_newer(_: Workshop, session: Session, _page: Page) -> tuple[str, str]:
    work = session.get_one(Work, 1)
    session.execute(update(Work).where(Work.id == 1).values(
        revision=work.revision - 1, indexed_revision=work.revision - 1))  # fmt: skip
    return "index-newer", ""


def document_of(page: Page, revision: int, *, key: int | None = None) -> Document:
    streams = dict.fromkeys(("exact", "kk", "ru", "skeleton"), "көмір")
    return Document(Kind.PAGE, key or page.id, revision, 1, page.unit_id, streams)


INDEX = (lacking, older, newer_than_the_rows, stale, too_many, work_lacking, work_newer)


def test_what_differs_in_the_index_is_named_and_put_right(library: Workshop) -> None:
    """One after the other in one library: what one repair leaves behind the next would find."""
    before = found_pages(library, "көмір")
    for spoil in INDEX:
        with library.storage.rows.writing() as session:
            told, name = spoil(library, session, a_page(session))
        code, found = checked(library.settings)
        assert [(each["difference"], each["page"]) for each in found["differences"]] == [
            (told, name)
        ], spoil.__name__
        assert (code, found["agrees"]) == (3, False)
        assert checked(library.settings, "--repair")[0] == 0
        code, found = checked(library.settings)
        assert (code, found["differences"]) == (0, []), spoil.__name__
        assert found_pages(library, "көмір") == before


def test_what_a_worker_is_about_to_index_is_no_difference(here: Workshop) -> None:
    with here.storage.rows.writing() as session:
        page = a_page(session)
        older(here, session, page)
        session.execute(
            update(PageStep)
            .where(PageStep.page_id == page.id, PageStep.step == "index")
            .values(state=StepState.PENDING)
        )
    assert checked(here.settings)[0] == 0


def test_an_index_that_was_lost_is_made_again(here: Workshop) -> None:
    before = found_pages(here, "көмір")
    shutil.rmtree(here.settings.home / "index")
    code, found = checked(here.settings)
    assert (code, len(found["differences"]) > 20) == (3, True)
    assert checked(here.settings, "--repair")[0] == checked(here.settings)[0] == 0
    assert found_pages(workshop_in(here.settings.home), "көмір") == before


def test_without_an_engine_it_says_to_try_later(own_sample_books: Path) -> None:
    away = settings_for(own_sample_books, search="opensearch://127.0.0.1:1/sandyq")
    assert asked(away, "check", check=False).returncode == 4


def test_lost_files_are_named_by_book_and_page_and_made_again(here: Workshop) -> None:
    with here.storage.rows.reading() as session:
        page = a_page(session)
        assert page.access is not None
        assert page.text is not None
        kept = {"access": page.access.content_key, "hocr": page.text.hocr.content_key}
        build = session.scalars(
            select(BookBuild).where(
                BookBuild.step == "manifest",
                BookBuild.representation_id == page.representation_id,
            )
        ).one()
        made = session.get_one(Derivative, build.derivative_id)
        scan = session.scalars(
            select(Scan).where(Scan.id != page.scan_id, Scan.representation_id
                               == page.representation_id).order_by(Scan.id.desc())
        ).first()  # fmt: skip
        assert scan is not None
    for key in (*kept.values(), made.content_key, scan.content_key):
        lose(here, key)
    code, told = checked(here.settings)
    found = {each["file"]: each for each in told["differences"]}
    assert code == 3
    assert found.keys() == {"access", "hocr", "manifest", scan.original_name}
    assert (found["access"]["page"], found["access"]["sequence"]) == (page.name, page.sequence)
    assert found[scan.original_name]["title"] == KAZAKH_BOOK
    assert "SANDYQ_COPIES=FOLDER sandyq check --repair" in found[scan.original_name]["advice"]
    code, told = checked(here.settings, "--repair")
    assert code == 3
    assert {*told["repaired"]["made_again"]} == {*kept.values()}
    assert told["repaired"]["later"] == [made.content_key]
    assert told["repaired"]["left"] == [scan.content_key]
    work_on(here)
    assert checked(here.settings, "--repair")[1]["repaired"]["made_again"] == [made.content_key]
    work_on(here)
    left = checked(here.settings)[1]["differences"]
    assert [each["file"] for each in left] == [scan.original_name]


def test_what_a_copy_has_is_brought_from_it(here: Workshop, tmp_path: Path) -> None:
    copies = CopyFolder(tmp_path / "copies")
    copy_library(here.settings, here.storage, copies, at=datetime.now(UTC),
                 told=lambda _done, _total: None)  # fmt: skip
    with here.storage.rows.reading() as session:
        scan = session.scalars(select(Scan)).first()
        assert scan is not None
    lose(here, scan.content_key)
    with_copies = settings_for(here.settings.home, copies=copies.folder)
    code, told = checked(with_copies, "--repair")
    assert (code, told["repaired"]["from_copy"]) == (0, [scan.content_key])
    assert here.storage.blobs.is_intact(scan.content_key)


def test_a_damaged_file_is_found_by_reading_and_never_written_over(here: Workshop) -> None:
    with here.storage.rows.reading() as session:
        page = a_page(session)
        assert page.thumbnail is not None
        key = page.thumbnail.content_key
    file = file_of(here.storage, key)
    damaged = b"\0" + file.read_bytes()[1:]
    file.unlink()
    file.write_bytes(damaged)
    assert checked(here.settings)[0] == 0
    code, told = checked(here.settings, "--bytes", "--repair")
    assert code == 3
    assert [each["difference"] for each in told["differences"]] == ["damaged-file"]
    assert file.read_bytes() == damaged
    file.unlink()
    assert checked(here.settings, "--repair")[0] == 0
    work_on(here)
    assert checked(here.settings, "--bytes")[0] == 0


def test_files_that_no_row_names_are_counted_and_stay(here: Workshop) -> None:
    key = here.storage.blobs.put([b"nobody's"])
    code, told = checked(here.settings, "--repair")
    assert (code, told["unnamed"], told["agrees"]) == (0, [key], True)
    assert here.storage.blobs.holds(key)


def test_a_person_reads_sentences(here: Workshop) -> None:
    with here.storage.rows.reading() as session:
        page = a_page(session)
        assert page.thumbnail is not None
    lose(here, page.thumbnail.content_key)
    done = asked(here.settings, "check", check=False)
    assert f"{KAZAKH_BOOK}, page {page.sequence}, thumbnail: the file is missing." in done.stdout
    assert "“sandyq check --repair” makes it again" in done.stdout
    assert "Files looked at" in done.stderr


def test_an_index_of_another_version_is_made_anew_and_one_being_made_is_left_alone(
    here: Workshop,
) -> None:
    here.storage.index.start_anew()
    code, told = checked(here.settings, "--repair")
    assert (code, told["index_is_rebuilding"], told["agrees"]) == (0, True, True)
    for stamp in (here.settings.home / "index").rglob("*version*"):
        stamp.write_text("0")
    code, told = checked(here.settings)
    assert (code, told["index_is_current"]) == (3, False)
    assert checked(here.settings, "--repair")[0] == checked(here.settings)[0] == 0
    assert found_pages(workshop_in(here.settings.home), "көмір") > 0
