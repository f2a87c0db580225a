"""Making the index anew: nothing is lost, and nothing closed is found meanwhile."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.finding import Asking, find
from archive.ledger import PageStep, StepState, restart
from archive.queries import parse_query
from archive.representations import Page
from archive.rights import Act, Requester
from archive.rights_units import rights_now
from archive.withholding import withhold_page
from schemas.search_document import SEARCH_SCHEMA
from storage.query import Kind, Narrowing, Order
from storage.search import SearchSchema
from storage.tantivy_index import TantivyIndex
from tests.engines.opensearch import OpenSearchNode
from tests.sample_home import file_of, settings_for
from workers.indexing import index_batch
from workers.queue import open_queue
from workers.reindexing import reindex
from workers.sweeping import compare_index, sweep
from workers.workshop import Workshop


def workshop_in(home: Path, **changes: object) -> Workshop:
    settings = settings_for(home, **changes)
    return Workshop(settings, open_queue(settings))


def found_pages(workshop: Workshop, question: str) -> int:
    with workshop.storage.rows.reading() as session:
        rights = rights_now(session, Requester(), Act.SEARCH, workshop.today())
        query = parse_query(question).query
        asking = Asking(query, Narrowing(), Order.RELEVANCE, Requester(), workshop.today(), rights)
        return find(session, workshop.storage.index, asking, first=0, limit=10).page_count


def test_a_rebuilt_index_answers_as_before(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    before, held = found_pages(workshop, "көмір"), workshop.storage.index.contents()
    progress = list(reindex(workshop))
    assert progress[-1] == (22, 22)
    assert found_pages(workshop, "көмір") == before > 0
    assert workshop.storage.index.contents().keys() == held.keys()
    assert workshop.storage.index.is_current()


def test_a_lost_index_comes_back_by_itself(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    before = found_pages(workshop, "көмір")
    for file in sorted((own_sample_books / "index").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    again = workshop_in(own_sample_books)
    assert found_pages(again, "көмір") == 0
    compare_index(again)
    assert found_pages(again, "көмір") == before


def test_a_page_whose_words_are_lost_keeps_no_other_from_the_index(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    with workshop.storage.rows.reading() as session:
        page = session.scalars(select(Page).where(Page.text_id.is_not(None))).first()
        assert page is not None
        assert page.text is not None
        file = file_of(workshop.storage, page.text.words.content_key)
    kept = file.read_bytes()
    file.unlink()
    for _ in range(2):  # what was set aside before is tried again, and left out again
        assert list(reindex(workshop))[-1] == (21, 22)
        held = workshop.storage.index.contents()
        assert (Kind.PAGE, page.id) not in held
        assert len([key for kind, key in held if kind is Kind.PAGE]) == 21
    file.write_bytes(kept)
    compare_index(workshop)
    assert (Kind.PAGE, page.id) in workshop.storage.index.contents()


def test_a_library_moves_to_opensearch_by_another_address(
    own_sample_books: Path, opensearch: OpenSearchNode
) -> None:
    here = workshop_in(own_sample_books)
    with opensearch.own_index() as url:
        there = workshop_in(own_sample_books, search=url)
        compare_index(there)
        assert there.storage.index.contents().keys() == here.storage.index.contents().keys()
        for question in ("көмір", "қарағанды", "шахта*", '"қара алтын"', "газета OR кітап"):
            assert found_pages(there, question) == found_pages(here, question)
        there.storage.close()


def test_pages_wait_for_an_engine_that_is_away_and_lose_no_attempt(own_sample_books: Path) -> None:
    away = workshop_in(own_sample_books, search="opensearch://127.0.0.1:1/sandyq")
    with away.storage.rows.writing() as session:
        page = session.scalars(select(Page).order_by(Page.id)).first()
        assert page is not None
        number = due_again(session, page, away)
    assert index_batch(away, number) == 0
    with away.storage.rows.reading() as session:
        step = session.get_one(PageStep, number)
        assert (step.state, step.attempts) == (StepState.PENDING, 0)
        assert step.error is not None
        assert step.error["reason"] == "index-unavailable"
        assert step.due_at > away.now()
    away.storage.close()


def test_an_index_of_another_version_is_made_anew(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    other = TantivyIndex(own_sample_books / "index", SearchSchema("of-another-version"))
    assert not other.is_current()
    other.start_anew()
    other.finish_anew()
    assert not workshop.storage.index.is_current()
    compare_index(workshop)
    assert workshop.storage.index.is_current()
    assert found_pages(workshop, "көмір") > 0
    assert SEARCH_SCHEMA.version != "of-another-version"


def test_a_page_withheld_during_a_rebuild_is_not_found(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    before = found_pages(workshop, "көмір")
    workshop.storage.index.start_anew()
    with workshop.storage.rows.writing() as session:
        page = session.scalars(
            select(Page).where(Page.id.in_(_pages_with(workshop, "көмір"))).limit(1)
        ).one()
        withhold_page(session, page, until=None, now=workshop.now(), agent="test")
    assert found_pages(workshop, "көмір") == before - 1
    sweep(workshop)
    _index_all(workshop)
    assert (Kind.PAGE, page.id) in workshop.storage.index.contents()
    assert found_pages(workshop, "көмір") == before - 1


def _pages_with(workshop: Workshop, question: str) -> list[int]:
    with workshop.storage.rows.reading() as session:
        rights = rights_now(session, Requester(), Act.SEARCH, workshop.today())
        asking = Asking(
            parse_query(question).query,
            Narrowing(),
            Order.RELEVANCE,
            Requester(),
            workshop.today(),
            rights,
        )
        works = find(session, workshop.storage.index, asking, first=0, limit=10).works
        return [found.page.id for found in works if found.page is not None]


def _index_all(workshop: Workshop) -> None:
    while index_batch(workshop, 0):
        pass


def test_one_damaged_page_does_not_take_the_others_with_it(own_sample_books: Path) -> None:
    workshop = workshop_in(own_sample_books)
    with workshop.storage.rows.reading() as session:
        page = session.scalars(select(Page).order_by(Page.id)).first()
        assert page is not None
        assert page.text is not None
        words = file_of(workshop.storage, page.text.words.content_key)
    words.unlink()
    words.write_bytes(b"damaged")
    workshop.storage.index.start_anew()
    with workshop.storage.rows.writing() as session:
        steps = [due_again(session, each, workshop) for each in session.scalars(select(Page))]
    assert index_batch(workshop, steps[0]) == len(steps) - 1
    assert (Kind.PAGE, page.id) not in workshop.storage.index.contents()


def due_again(session: Session, page: Page, workshop: Workshop) -> int:
    step = session.scalars(
        select(PageStep).where(PageStep.page_id == page.id, PageStep.step == "index")
    ).one()
    restart(step, workshop.now())
    return step.id
