"""Is a scan received once, in its place, with nothing lost?"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.events import EventType
from archive.ingest import (
    Reception,
    representation_of,
)
from archive.ledger import PageStep, StepState, want_page_step
from archive.representations import Representation, Scan
from storage.opening import Storage
from tests.faults.desk import Desk

pytestmark = pytest.mark.every_database


@pytest.fixture
def session(storage: Storage) -> Iterator[Session]:
    with storage.rows.writing() as session:
        yield session


@pytest.fixture
def desk(session: Session, now: datetime, chance: random.Random) -> Desk:
    return Desk(session, now, chance)


def test_a_new_file_becomes_a_page_whose_first_step_is_due(desk: Desk) -> None:
    receipt = desk.receive("1.png", "one")
    assert receipt.reception is Reception.ADDED
    assert [step.step for step in receipt.due] == ["characterise"]
    assert desk.pages() == [(1, "1.png", 0)]
    assert desk.events(EventType.INGESTION) == 1


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    first = desk.receive("1.png", "one")
    again = desk.receive("1.png", "one")
    assert (again.reception, again.page, again.due) == (Reception.UNCHANGED, first.page, ())
    assert desk.pages() == [(1, "1.png", 0)]
    assert desk.events(EventType.INGESTION) == 1


def test_the_same_bytes_under_another_name_are_a_duplicate(desk: Desk) -> None:
    first = desk.receive("1.png", "one")
    copy = desk.receive("2.png", "one")
    assert (copy.reception, copy.page) == (Reception.DUPLICATE, first.page)
    assert desk.pages() == [(1, "1.png", 0)]


def test_pages_stand_in_natural_order_however_they_arrive(desk: Desk) -> None:
    for number in (10, 2, 9, 1, 11):
        desk.receive(f"p{number}.png", f"bytes {number}")
    assert desk.pages() == [
        (1, "p1.png", 0), (2, "p2.png", 0), (3, "p9.png", 0), (4, "p10.png", 0), (5, "p11.png", 0)
    ]  # fmt: skip


def test_other_bytes_under_the_same_name_are_a_new_version(desk: Desk, session: Session) -> None:
    old = desk.receive("1.png", "one")
    old_scan = session.get_one(Scan, old.page.scan_id)
    old.page.text_id, old.page.width = 5, 100
    new = desk.receive("1.png", "two")
    assert (new.reception, new.page) == (Reception.REPLACED, old.page)
    assert [step.step for step in new.due] == ["characterise"]
    scan = session.get_one(Scan, new.page.scan_id)
    assert scan.supersedes_id == old_scan.id
    assert session.get_one(Scan, old_scan.id).content_key == hashlib.sha256(b"one").hexdigest()
    assert (new.page.text_id, new.page.width) == (None, None)
    assert desk.events(EventType.REPLACEMENT) == 1
    assert desk.pages() == [(1, "1.png", 0)]


def test_what_was_done_or_refused_of_old_bytes_counts_no_more(
    desk: Desk, session: Session, now: datetime
) -> None:
    page = desk.receive("1.png", "one").page
    for step, state in (("derive", "done"), ("recognise", "running"), ("index", "refused")):
        wanted = want_page_step(session, page.id, step, "key of one", now)
        assert wanted is not None
        wanted.state = StepState(state)
    session.flush()
    desk.receive("1.png", "two")
    assert desk.alive(page) == ["characterise"]


def test_a_page_can_come_back_to_bytes_it_had_before(
    desk: Desk, session: Session, now: datetime
) -> None:
    page = desk.receive("1.png", "one").page
    first = session.scalars(select(PageStep)).one()
    first.state = StepState.DONE
    derive = want_page_step(session, page.id, "derive", "key of one", now)
    assert derive is not None
    derive.state = StepState.DONE
    session.flush()
    desk.receive("1.png", "two")
    back = desk.receive("1.png", "one")
    assert back.reception is Reception.REPLACED
    assert back.page is page
    # Its images were taken from the page when the bytes changed: all is made again.
    assert [step.id for step in back.due] == [first.id]
    assert want_page_step(session, page.id, "derive", "key of one", now) is derive


def test_a_forgotten_version_under_another_name_is_a_page_of_that_name(desk: Desk) -> None:
    desk.receive("1.png", "one")
    desk.receive("1.png", "two")
    assert desk.receive("2.png", "one").reception is Reception.ADDED
    assert desk.pages() == [(1, "1.png", 0), (2, "2.png", 0)]
    assert desk.receive("2.png", "one").reception is Reception.UNCHANGED
    assert desk.receive("1.png", "two").reception is Reception.UNCHANGED


def test_a_containers_frames_follow_each_other_in_its_place(desk: Desk) -> None:
    desk.receive("1.png", "one")
    first = desk.receive("2.tif", "many").page
    desk.receive("3.png", "three")
    due = desk.expand(first, 3)
    assert [step.step for step in due] == ["characterise", "characterise"]
    expected = [(1, "1.png", 0), (2, "2.tif", 0), (3, "2.tif", 1), (4, "2.tif", 2), (5, "3.png", 0)]
    assert desk.pages() == expected
    assert desk.expand(first, 3) == []
    assert desk.pages() == expected


def test_a_longer_version_of_a_container_adds_its_frames_at_the_end(desk: Desk) -> None:
    first = desk.receive("2.tif", "two frames").page
    desk.receive("3.png", "three")
    desk.expand(first, 2)
    receipt = desk.receive("2.tif", "four frames")
    assert receipt.reception is Reception.REPLACED
    assert len(receipt.due) == 2
    assert len(desk.expand(first, 4)) == 2
    assert desk.pages() == [
        (1, "2.tif", 0), (2, "2.tif", 1), (3, "2.tif", 2), (4, "2.tif", 3), (5, "3.png", 0)
    ]  # fmt: skip


def test_a_work_has_one_representation_to_build(
    desk: Desk, session: Session, now: datetime
) -> None:
    assert representation_of(session, desk.work, now) is desk.representation
    assert session.scalars(select(func.count(Representation.id))).one() == 1
