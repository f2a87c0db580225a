"""Another image for a page: does its identity stay, are the old bytes kept?"""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.doors import page_door
from archive.ingest import ReceivedFile
from archive.ledger import PageStep, StepState
from archive.page_images import (
    insert_page,
    is_split,
    join_pages,
    replace_page,
    split_page,
    turn_page,
)
from archive.page_order import withdraw_page
from archive.representations import Page, Scan
from archive.withholding import withhold_page
from storage.errors import Refused
from tests.archive.shelf import described, digitized, end_steps, key_of, pages_of, shown


@pytest.fixture
def pages(session: Session, now: datetime, chance: random.Random) -> list[Page]:
    """An open book of three finished pages."""
    work = described(session, "Кітап", now=now, chance=chance)
    made = digitized(session, work, ["1.jpg", "2.jpg", "3.jpg"], now=now, chance=chance)
    for page in made:
        shown(session, page, now=now)
        end_steps(session, page, now)
        page.judged = "accepted"
    return made


def sent(name: str) -> ReceivedFile:
    return ReceivedFile(name, key_of(name), 1000, "image/jpeg")


def steps(due: list[PageStep]) -> list[tuple[str, str]]:
    return [(step.step, step.state) for step in due]


MEASURED = [("characterise", StepState.PENDING)]


def test_a_turn_is_a_fact_beside_the_scan(
    session: Session, pages: list[Page], now: datetime
) -> None:
    page = pages[1]
    scan, name = page.scan_id, page.name
    assert steps(turn_page(session, page, 90, now=now, agent="t")) == MEASURED
    assert steps(turn_page(session, page, 180, now=now, agent="t")) == MEASURED
    assert (page.turn, page.scan_id, page.name) == (270, scan, name)
    assert (page.access_id, page.text_id, page.judged) == (None, None, None)
    # Turned back, the very first measure is due once more: its images show no more.
    assert steps(turn_page(session, page, 90, now=now, agent="t")) == MEASURED
    assert page.turn == 0


def test_who_is_at_work_on_the_page_works_in_vain(
    session: Session, pages: list[Page], now: datetime
) -> None:
    turn_page(session, pages[0], 90, now=now, agent="t")
    step = session.scalars(
        select(PageStep).where(PageStep.page_id == pages[0].id, PageStep.state == StepState.PENDING)
    ).one()
    step.state, fence = StepState.RUNNING, step.fence
    turn_page(session, pages[0], 90, now=now, agent="t")
    session.refresh(step)
    assert (step.state, step.fence) == (StepState.SUPERSEDED, fence + 1)


def test_a_replaced_page_keeps_its_address_and_the_old_bytes(
    session: Session, pages: list[Page], now: datetime
) -> None:
    page = pages[1]
    page.label, page.turn = "ii", 90
    old, name, place, unit = page.scan_id, page.name, page.sequence, page.unit_id
    assert steps(replace_page(session, page, sent("new.jpg"), now=now, agent="t")) == MEASURED
    door = page_door(session, name)
    assert door is not None
    assert (door.page.sequence, door.page.label, door.page.unit_id) == (place, "ii", unit)
    assert (page.turn, page.cut, page.facts) == (0, None, None)
    scan = session.get_one(Scan, page.scan_id)
    assert (scan.original_name, scan.supersedes_id) == ("new.jpg", old)
    assert session.get_one(Scan, old).content_key  # kept


def test_an_old_image_may_come_back_but_not_anothers(
    session: Session, pages: list[Page], now: datetime
) -> None:
    page = pages[1]
    first = session.get_one(Scan, page.scan_id)
    again = ReceivedFile("2.jpg", first.content_key, 1000, "image/jpeg")
    assert replace_page(session, page, again, now=now, agent="t") == []
    replace_page(session, page, sent("new.jpg"), now=now, agent="t")
    assert steps(replace_page(session, page, again, now=now, agent="t")) == MEASURED
    assert page.scan_id == first.id
    with pytest.raises(Refused, match="duplicate-page"):
        replace_page(session, pages[2], again, now=now, agent="t")


def test_a_missing_page_is_put_in_its_place(
    session: Session, pages: list[Page], now: datetime, chance: random.Random
) -> None:
    page, due = insert_page(session, pages[1], sent("x.jpg"), now=now, chance=chance, agent="t")
    assert steps(due) == MEASURED
    order = [each.name for each in pages_of(session, page.representation)]
    assert order == [pages[0].name, page.name, pages[1].name, pages[2].name]
    with pytest.raises(Refused, match="duplicate-page"):
        insert_page(session, pages[0], sent("x.jpg"), now=now, chance=chance, agent="t")


def test_a_spread_becomes_two_pages_and_one_again(
    session: Session, pages: list[Page], now: datetime, chance: random.Random
) -> None:
    page = pages[1]
    page.width, page.height = 1000, 600
    name, scan = page.name, page.scan_id
    right, due = split_page(session, page, 0.45, now=now, chance=chance, agent="t")
    assert steps(due) == MEASURED * 2
    assert (page.name, page.cut, right.cut) == (name, [0, 0, 450, 600], [450, 0, 550, 600])
    assert right.scan_id == page.scan_id == scan
    assert [each.sequence for each in (page, right, pages[2])] == [2, 3, 4]
    assert is_split(session, page)
    assert not is_split(session, right)
    moved, due = join_pages(session, page, now=now, agent="t")
    assert (moved, steps(due)) == ([pages[2].id], MEASURED)
    assert (page.cut, right.sequence, pages[2].sequence) == (None, -3, 3)
    page.width, page.height = 1000, 600
    again, _ = split_page(session, page, 0.5, now=now, chance=chance, agent="t")
    assert (again.id, again.cut, again.sequence) == (right.id, [500, 0, 500, 600], 3)


def test_what_closes_a_spread_closes_both_its_pages(
    session: Session, pages: list[Page], now: datetime, chance: random.Random
) -> None:
    withhold_page(session, pages[0], until=None, now=now, agent="t")
    right, _ = split_page(session, pages[0], 0.5, now=now, chance=chance, agent="t")
    assert right.unit_id == pages[0].unit_id


def test_a_page_that_is_not_split_cannot_be_joined(
    session: Session, pages: list[Page], now: datetime
) -> None:
    with pytest.raises(Refused, match="not-split-page"):
        join_pages(session, pages[0], now=now, agent="t")


def test_a_page_out_of_the_book_is_left_alone(
    session: Session, pages: list[Page], now: datetime, chance: random.Random
) -> None:
    withdraw_page(session, pages[0], "x", now=now, agent="t")
    with pytest.raises(Refused, match="page-withdrawn"):
        turn_page(session, pages[0], 90, now=now, agent="t")
    with pytest.raises(Refused, match="page-withdrawn"):
        insert_page(session, pages[0], sent("y"), now=now, chance=chance, agent="t")
