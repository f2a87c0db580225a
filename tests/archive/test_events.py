"""Is what happened kept for ever, as it was, and without what it was about?"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from archive.agents import Agent, AgentName
from archive.events import Event, EventType, Outcome, record_event
from archive.rows import NAME_LETTERS, mint_name
from storage.opening import Storage

pytestmark = pytest.mark.every_database


def one_event(storage: Storage, now: datetime) -> int:
    with storage.rows.writing() as session:
        agent = Agent(name="m7k2x9bq", forms=[AgentName(form="А", folded="а")])
        session.add(agent)
        session.flush()
        event = record_event(
            session, EventType.INGESTION, agent, at=now, agent="tester", outcome=Outcome.FAILURE
        )
        return event.id


class TestEvents:
    def test_an_event_says_what_it_is_about_and_how_it_ended(
        self, storage: Storage, now: datetime
    ) -> None:
        number = one_event(storage, now)
        with storage.rows.reading() as session:
            event = session.get_one(Event, number)
        assert (event.type, event.outcome) == ("ingestion", "failure")
        assert (event.about_kind, event.about_id) == ("agents", 1)
        assert event.at == now
        assert event.detail == {}

    def test_no_event_is_changed(self, storage: Storage, now: datetime) -> None:
        number = one_event(storage, now)
        with (
            pytest.raises(IntegrityError, match="append-only"),
            storage.rows.writing() as session,
        ):
            session.execute(update(Event).where(Event.id == number).values(agent="nobody"))

    def test_no_event_is_changed_by_an_object_either(self, storage: Storage, now: datetime) -> None:
        number = one_event(storage, now)
        with (
            pytest.raises(IntegrityError, match="append-only"),
            storage.rows.writing() as session,
        ):
            session.get_one(Event, number).outcome = Outcome.SUCCESS

    def test_no_event_is_deleted(self, storage: Storage, now: datetime) -> None:
        one_event(storage, now)
        with (
            pytest.raises(IntegrityError, match="append-only"),
            storage.rows.writing() as session,
        ):
            session.execute(delete(Event))

    def test_an_event_survives_what_it_is_about(self, storage: Storage, now: datetime) -> None:
        number = one_event(storage, now)
        with storage.rows.writing() as session:
            session.delete(session.get_one(Agent, 1))
        with storage.rows.reading() as session:
            assert session.get(Agent, 1) is None
            assert session.get_one(Event, number).about_id == 1

    def test_an_outcome_has_one_of_three_words(self, storage: Storage, now: datetime) -> None:
        with pytest.raises(IntegrityError, match="ck_events"), storage.rows.writing() as session:
            session.add(
                Event(type="creation", at=now, outcome="fine", agent="a", about_kind="x",
                      about_id=1, detail={})
            )  # fmt: skip


class TestInstants:
    def test_a_moment_comes_back_as_it_was_in_utc(self, storage: Storage) -> None:
        almaty = timezone(timedelta(hours=5))
        number = one_event(storage, datetime(2026, 11, 23, 2, 30, tzinfo=almaty))
        with storage.rows.reading() as session:
            at = session.get_one(Event, number).at
            kept = session.execute(text("SELECT at FROM events")).scalar_one()
        assert at == datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
        assert at.tzinfo is UTC
        assert str(kept).startswith("2026-11-22 21:30")

    def test_a_moment_without_a_zone_is_refused(self, storage: Storage) -> None:
        with pytest.raises(StatementError, match="zone"):
            one_event(storage, datetime(2026, 11, 23))  # noqa: DTZ001  (that is the point)


class TestNames:
    def test_a_name_is_eight_safe_letters_and_begins_with_a_letter(self) -> None:
        names = [mint_name(random.Random(seed)) for seed in range(300)]
        assert len(set(names)) == len(names)
        assert all(len(name) == 8 and set(name) <= set(NAME_LETTERS) for name in names)
        assert all(name[0].isalpha() for name in names)
        assert set(NAME_LETTERS).isdisjoint("01loiaeuy")
