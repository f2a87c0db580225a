"""Does a book stay a book whatever order its pages are put in?"""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.doors import page_door, progress_of
from archive.events import Event
from archive.index_again import want_index_again
from archive.ledger import PageStep, StepState
from archive.page_order import (
    move_pages,
    pages_in_order,
    put_back,
    reordered,
    withdraw_page,
    withdrawn_pages,
)
from archive.representations import Page
from storage.errors import Refused
from storage.opening import Storage
from tests.archive.shelf import TODAY, described, digitized, end_steps, shown

NAMES = list("abcdefgh")


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.sampled_from([*NAMES, None]))
def test_moving_keeps_every_page_and_the_order_of_the_others(
    moved: set[str], before: str | None
) -> None:
    order = reordered(NAMES, sorted(moved), before)
    assert sorted(order) == NAMES
    assert [name for name in order if name not in moved] == [n for n in NAMES if n not in moved]
    assert [name for name in order if name in moved] == sorted(moved)
    if before is None:
        assert order[-len(moved) :] == sorted(moved)
    elif before not in moved:
        assert order[order.index(before) - 1] == max(moved)


def test_unknown_pages_are_refused() -> None:
    for moved, before in ((["z"], "a"), (["a"], "z")):
        with pytest.raises(Refused, match="not-found"):
            reordered(NAMES, moved, before)


@pytest.fixture
def names(storage: Storage, now: datetime, chance: random.Random) -> list[str]:
    """An open book of five finished pages."""
    with storage.rows.writing() as session:
        work = described(session, "Кітап", now=now, chance=chance)
        pages = digitized(session, work, [f"{n}.jpg" for n in range(5)], now=now, chance=chance)
        for page in pages:
            shown(session, page, now=now)
            end_steps(session, page, now)
        return [page.name for page in pages]


def page_of(session: Session, name: str) -> Page:
    return session.scalars(select(Page).where(Page.name == name)).one()


def order_of(session: Session, name: str) -> list[tuple[int, str]]:
    pages = pages_in_order(session, page_of(session, name).representation_id)
    return [(page.sequence, page.name) for page in pages]


def test_a_range_moves_and_the_places_stay_dense(
    storage: Storage, names: list[str], now: datetime
) -> None:
    a, b, c, d, e = names
    with storage.rows.writing() as session:
        book = page_of(session, a).representation
        changed = move_pages(session, book, [a, b], e, now=now, agent="tester")
        assert order_of(session, a) == [(1, c), (2, d), (3, a), (4, b), (5, e)]
        assert len(changed) == 4
        assert move_pages(session, book, [e], None, now=now, agent="tester") == []
        told = session.scalars(select(Event.detail).order_by(Event.id.desc())).first()
        assert told == {"pages": 2, "first": a, "before": e}


def test_a_moved_page_makes_files_and_index_due(
    storage: Storage, names: list[str], now: datetime
) -> None:
    with storage.rows.writing() as session:
        book = page_of(session, names[0]).representation
        builds = want_builds_if_complete(session, book.id, today=TODAY, now=now)
        assert builds
        assert want_index_again(session, range(99), "1", now)
        everywhere = {page.id for page in pages_in_order(session, book.id)}
        changed = move_pages(session, book, [names[0]], names[2], now=now, agent="tester")
        assert want_index_again(session, changed, "1", now)
        due = session.scalars(
            select(PageStep.page_id).where(
                PageStep.step == "index", PageStep.state == StepState.PENDING
            )
        ).all()
        assert sorted(due) == sorted(everywhere)
        again = want_builds_if_complete(session, book.id, today=TODAY, now=now)
        assert len(again) == len(builds)


def test_back_in_its_place_the_old_step_is_due_again(
    storage: Storage, names: list[str], now: datetime
) -> None:
    with storage.rows.writing() as session:
        book = page_of(session, names[0]).representation
        a, b = page_of(session, names[0]).id, page_of(session, names[1]).id
        first = want_index_again(session, [a, b], "1", now)
        assert want_index_again(session, [a, b], "1", now) == []
        move_pages(session, book, [names[0]], names[2], now=now, agent="tester")
        assert want_index_again(session, [a, b], "1", now) != first
        move_pages(session, book, [names[1]], names[0], now=now, agent="t")
        move_pages(session, book, [names[0]], names[1], now=now, agent="t")
        assert want_index_again(session, [a, b], "1", now) == first


def test_twelve_hundred_pages_move_in_a_few_statements(
    storage: Storage, now: datetime, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        work = described(session, "Үлкен кітап", now=now, chance=chance)
        first = digitized(session, work, ["1.jpg"], now=now, chance=chance)[0]
        session.add_all(
            Page(
                name=f"p{place}",
                representation_id=first.representation_id,
                sequence=place,
                scan_id=first.scan_id,
                unit_id=first.unit_id,
            )
            for place in range(2, 1201)
        )
        session.flush()
        statements: list[str] = []
        connection = session.connection()
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _u, statement, *_: statements.append(statement),
        )
        book = first.representation
        changed = move_pages(session, book, ["p1200"], first.name, now=now, agent="tester")
        assert len(changed) == 1200
        assert len(statements) < 15
        order = order_of(session, first.name)
    assert [place for place, _ in order] == list(range(1, 1201))
    assert [name for _, name in order[:3]] == ["p1200", first.name, "p2"]


def test_a_page_taken_out_is_kept_and_can_be_put_back(
    storage: Storage, names: list[str], now: datetime
) -> None:
    a, b, c, d, e = names
    with storage.rows.writing() as session:
        page = page_of(session, b)
        scan, book = page.scan_id, page.representation_id
        with pytest.raises(Refused, match="no-reason"):
            withdraw_page(session, page, " ", now=now, agent="tester")
        moved = withdraw_page(session, page, "екінші рет", now=now, agent="tester")
        assert len(moved) == 3
        assert order_of(session, a) == [(1, a), (2, c), (3, d), (4, e)]
        assert page_door(session, b) is None
        assert (page.access_id, page.thumbnail_id, page.text_id) == (None, None, None)
        assert [each.name for each in withdrawn_pages(session, book)] == [b]
        assert progress_of(session, book).pages == 4
        assert progress_of(session, book).is_complete
        with pytest.raises(Refused, match="page-withdrawn"):
            withdraw_page(session, page, "again", now=now, agent="tester")
        due = put_back(session, page, now=now, agent="tester")
        assert [step.step for step in due] == ["characterise"]
        assert order_of(session, a) == list(enumerate(names, start=1))
        assert (page.scan_id, page.withdrawn_reason) == (scan, None)
        with pytest.raises(Refused, match="page-not-withdrawn"):
            put_back(session, page, now=now, agent="tester")


def test_a_page_put_back_into_a_shorter_book_comes_last(
    storage: Storage, names: list[str], now: datetime
) -> None:
    with storage.rows.writing() as session:
        last = page_of(session, names[4])
        withdraw_page(session, last, "x", now=now, agent="t")
        withdraw_page(session, page_of(session, names[0]), "x", now=now, agent="t")
        put_back(session, last, now=now, agent="t")
        assert order_of(session, names[4]) == list(enumerate(names[1:], start=1))
