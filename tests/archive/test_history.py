"""Are many events one line, and does a line say no more than it may?"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from archive.accounts import Account
from archive.events import EventType, Outcome, record_event
from archive.history import (
    TOLD,
    Happened,
    display_names,
    fold,
    is_program,
    page_history,
    work_history,
)
from archive.ledger import PageStep
from storage.opening import Storage
from tests.archive.shelf import described, digitized, shown

pytestmark = pytest.mark.every_database


def happened(at: datetime, thing: int = 1, **changes: object) -> Happened:
    told: dict[str, object] = {
        "type": EventType.CREATION,
        "outcome": Outcome.SUCCESS,
        "agent": "tesseract 5.3 kaz+rus",
        "about_kind": "pages",
        "detail": {"roles": ["hocr", "alto"], "scan": thing},
    }
    return Happened(thing=thing, at=at, **{**told, **changes})  # type: ignore[arg-type]


def minutes(now: datetime, count: int) -> list[datetime]:
    return [now + timedelta(minutes=number) for number in range(count)]


def test_pages_of_one_go_are_one_line(now: datetime) -> None:
    events = [happened(at, number) for number, at in enumerate(minutes(now, 148))]
    (entry,) = fold(events, datetime.date)
    assert len(entry.things) == 148
    assert entry.last_at - entry.first_at == timedelta(minutes=147)
    assert entry.agent is None


def test_interleaved_steps_are_a_line_each(now: datetime) -> None:
    indexed = {"type": EventType.INDEXING, "agent": "Sandyq", "detail": {}}
    events = [
        event
        for number, at in enumerate(minutes(now, 5))
        for event in (happened(at, number), happened(at, number, **indexed))
    ]
    assert [len(entry.things) for entry in fold(events, datetime.date)] == [5, 5]


def test_a_pause_and_a_midnight_part_two_lines(now: datetime) -> None:
    later = now + timedelta(hours=3)
    assert len(fold([happened(now), happened(later, 2)], datetime.date)) == 2
    before = now.replace(hour=23, minute=50)
    events = [happened(before), happened(before + timedelta(minutes=20), 2)]
    assert len(fold(events, datetime.date)) == 2


def test_two_people_are_two_lines_and_the_newest_is_first(now: datetime) -> None:
    first, second = minutes(now, 2)
    sent = {"type": EventType.INGESTION, "detail": {"name": "1.tif"}}
    events = [
        happened(first, 1, agent="account 7", **sent),
        happened(second, 2, agent="account 8", **sent),
    ]
    assert [entry.agent for entry in fold(events, datetime.date)] == ["account 8", "account 7"]


def test_a_detail_that_is_not_named_is_not_handed_on(now: datetime) -> None:
    """A party's name in an event must never come out here."""
    event = happened(
        now,
        type=EventType.POLICY_ASSIGNMENT,
        detail={"level": "everybody", "party": "Ахметова Сәуле", "phone": "8 701"},
    )
    (entry,) = fold([event], datetime.date)
    assert dict(entry.detail) == {"level": "everybody"}
    (unknown,) = fold([happened(now, type="transfer", detail={"party": "A"})], datetime.date)
    assert dict(unknown.detail) == {}


@pytest.mark.parametrize("event_type", EventType)
def test_every_type_says_what_it_may_tell(event_type: EventType) -> None:
    assert event_type in TOLD


@pytest.mark.parametrize(
    ("agent", "program"),
    [("Sandyq", True), ("tesseract 5.3.0 kaz", True), ("account 7", False), ("aigul", False)],
)
def test_a_program_is_told_from_a_person(agent: str, program: bool) -> None:  # noqa: FBT001
    assert is_program(agent) is program


def test_a_book_has_its_pages_history_and_a_page_its_own(
    storage: Storage, now: datetime, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        work = described(session, "Кітап", now=now, chance=chance)
        other = described(session, "Басқа", now=now, chance=chance, folder="other")
        digitized(session, other, ["x.tif"], now=now, chance=chance)
        pages = digitized(session, work, ["1.tif", "2.tif"], now=now, chance=chance)
        shown(session, pages[0], now=now + timedelta(minutes=1))
        step = session.get_one(PageStep, 2)
        failed = {"step": "characterise", "reason": "empty-file", "values": {}}
        record_event(
            session, EventType.CREATION, step, at=now + timedelta(minutes=2), agent="Sandyq",
            outcome=Outcome.FAILURE, detail=failed,
        )  # fmt: skip
        entries = work_history(session, work, datetime.date)
        assert [(entry.type, len(entry.things)) for entry in entries] == [
            ("creation", 1), ("creation", 1), ("ingestion", 2), ("policy assignment", 1),
        ]  # fmt: skip
        assert entries[0].about_kind == "pages"
        assert entries[0].page == "1"
        assert entries[0].detail["reason"] == "empty-file"
        own = page_history(session, pages[1], datetime.date)
        assert [entry.type for entry in own] == ["ingestion"]


def test_accounts_have_their_display_names(storage: Storage, now: datetime) -> None:
    with storage.rows.writing() as session:
        person = Account(
            name="aigul", display_name="Айгүл Серікқызы", password_hash="-", role="operator",
            created_at=now,
        )  # fmt: skip
        session.add(person)
        session.flush()
        agents = [f"account {person.id}", "account 99", None, "root"]
        assert display_names(session, agents) == {
            f"account {person.id}": "Айгүл Серікқызы",
            "account 99": "account 99",
        }
