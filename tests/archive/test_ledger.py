"""Is the row the truth of every step? (design §4: claim, fence, attempts, quarantine)"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from archive.ledger import (
    BookBuild,
    Claim,
    LedgerRules,
    PageStep,
    StepState,
    claim,
    doubt_calls_of,
    due_steps,
    fail,
    finish,
    forgotten_steps,
    restart,
    set_aside,
    supersede_page_steps,
    want_build,
    want_page_step,
)
from storage.errors import Broken, Failure, Refused, Transient
from storage.opening import Storage
from tests.faults.desk import Desk

pytestmark = pytest.mark.every_database

RULES = LedgerRules(lease=timedelta(seconds=60), attempt_cap=3)
SECOND = timedelta(seconds=1)
LATE = RULES.lease + SECOND


@pytest.fixture
def session(storage: Storage) -> Iterator[Session]:
    with storage.rows.writing() as session:
        yield session


@pytest.fixture
def page_id(session: Session, now: datetime, chance: random.Random) -> int:
    receipt = Desk(session, now, chance).receive("1.png", "one")
    supersede_page_steps(session, [receipt.page.id])
    return receipt.page.id


@pytest.fixture
def step(session: Session, page_id: int, now: datetime) -> PageStep:
    wanted = want_page_step(session, page_id, "derive", "key", now)
    assert wanted is not None
    return wanted


def taken(session: Session, step: PageStep, now: datetime) -> Claim:
    held = claim(session, PageStep, step.id, RULES, now)
    assert held is not None
    session.refresh(step)
    return held


def failed(session: Session, step: PageStep, held: Claim, why: Failure, now: datetime) -> bool:
    done = fail(session, PageStep, held, why, rules=RULES, now=now)
    session.flush()
    session.refresh(step)
    return done


def test_a_claim_counts_the_attempt_before_the_work(
    session: Session, step: PageStep, now: datetime
) -> None:
    held = taken(session, step, now)
    assert (step.state, step.attempts, step.fence) == (StepState.RUNNING, 1, held.fence)
    assert step.lease_until == now + RULES.lease


def test_a_step_is_claimed_by_one_only(session: Session, step: PageStep, now: datetime) -> None:
    taken(session, step, now)
    assert claim(session, PageStep, step.id, RULES, now) is None
    assert claim(session, PageStep, step.id, RULES, now + RULES.lease) is None


def test_a_step_whose_lease_is_over_can_be_taken_over(
    session: Session, step: PageStep, now: datetime
) -> None:
    first = taken(session, step, now)
    second = taken(session, step, now + LATE)
    assert second.fence > first.fence


def test_nothing_is_claimed_before_its_time(
    session: Session, step: PageStep, now: datetime
) -> None:
    assert claim(session, PageStep, step.id, RULES, now - SECOND) is None


def test_a_finished_step_is_done_and_stays_so(
    session: Session, step: PageStep, now: datetime
) -> None:
    held = taken(session, step, now)
    assert finish(session, PageStep, held, now)
    session.refresh(step)
    assert (step.state, step.finished_at, step.error) == (StepState.DONE, now, None)
    assert not finish(session, PageStep, held, now)
    assert claim(session, PageStep, step.id, RULES, now + LATE) is None


@pytest.mark.parametrize("how", ["finish", "transient", "broken", "refused"])
def test_a_zombie_changes_nothing(
    session: Session, step: PageStep, now: datetime, how: str
) -> None:
    """Its lease was over and somebody else works on the step."""
    zombie = taken(session, step, now)
    heir = taken(session, step, now + LATE)
    before = (step.state, step.attempts, step.fence, step.lease_until, step.error, step.due_at)
    failures = {"transient": Transient("t"), "broken": Broken("b"), "refused": Refused("r")}
    if how == "finish":
        assert not finish(session, PageStep, zombie, now + LATE)
    else:
        assert not failed(session, step, zombie, failures[how], now + LATE)
    session.refresh(step)
    after = (step.state, step.attempts, step.fence, step.lease_until, step.error, step.due_at)
    assert after == before
    assert finish(session, PageStep, heir, now + LATE)


@pytest.mark.parametrize("ended", ["restart", "supersede", "set aside"])
def test_a_claim_is_void_when_the_step_was_decided_otherwise(
    session: Session, step: PageStep, now: datetime, ended: str
) -> None:
    for attempt in range(RULES.attempt_cap):
        held = taken(session, step, now + attempt * LATE)
    late = now + RULES.attempt_cap * LATE
    if ended == "restart":
        restart(step, late)
        session.flush()
        taken(session, step, late)
    elif ended == "supersede":
        supersede_page_steps(session, [step.page_id])
    else:
        assert list(set_aside(session, PageStep, RULES, late)) == [step.id]
        session.flush()
    assert not finish(session, PageStep, held, late)


def test_refused_input_ends_at_once_with_its_reason(
    session: Session, step: PageStep, now: datetime
) -> None:
    held = taken(session, step, now)
    assert failed(session, step, held, Refused("truncated-image", file="1.png"), now)
    assert (step.state, step.attempts, step.finished_at) == (StepState.REFUSED, 1, now)
    assert step.error == {
        "family": "refused", "reason": "truncated-image", "values": {"file": "1.png"}
    }  # fmt: skip
    assert not due_steps(session, PageStep, now + LATE, 10)


def test_a_transient_failure_waits_and_is_no_attempt(
    session: Session, step: PageStep, now: datetime
) -> None:
    for _ in range(RULES.attempt_cap + 2):
        held = taken(session, step, now)
        assert failed(session, step, held, Transient("storage-full"), now)
        assert (step.state, step.attempts) == (StepState.PENDING, 0)
        assert now < step.due_at < now + RULES.lease
        now = step.due_at
    assert finish(session, PageStep, taken(session, step, now), now)


def test_what_is_broken_is_tried_up_to_the_cap_and_then_set_aside_with_its_reason(
    session: Session, step: PageStep, now: datetime
) -> None:
    for attempt in range(1, RULES.attempt_cap + 1):
        assert step.state == StepState.PENDING
        held = taken(session, step, now)
        assert step.attempts == attempt
        assert failed(session, step, held, Broken("recognition-failed"), now)
    assert step.state == StepState.QUARANTINED
    assert step.error is not None
    assert step.error["reason"] == "recognition-failed"
    assert claim(session, PageStep, step.id, RULES, now + LATE) is None


def test_who_dies_without_a_word_too_often_is_set_aside_and_blocks_nobody(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    other = want_page_step(session, page_id, "recognise", "key", now)
    assert other is not None
    for attempt in range(RULES.attempt_cap):
        taken(session, step, now + attempt * LATE)
    assert not set_aside(session, PageStep, RULES, now)
    assert claim(session, PageStep, step.id, RULES, now + RULES.attempt_cap * LATE) is None
    late = now + RULES.attempt_cap * LATE
    assert list(set_aside(session, PageStep, RULES, late)) == [step.id]
    session.flush()
    session.refresh(step)
    assert step.state == StepState.QUARANTINED
    assert step.error == {"family": "broken", "reason": "worker-died", "values": {}}
    assert [each.id for each in due_steps(session, PageStep, late, 10)] == [other.id]


def test_the_same_inputs_are_wanted_once(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    assert want_page_step(session, page_id, "derive", "key", now) is None
    assert finish(session, PageStep, taken(session, step, now), now)
    assert want_page_step(session, page_id, "derive", "key", now) is None


@pytest.mark.parametrize("state", ["pending", "running", "done", "refused"])
def test_other_inputs_supersede_whatever_became_of_the_step(
    session: Session, step: PageStep, page_id: int, now: datetime, state: str
) -> None:
    held = taken(session, step, now) if state != "pending" else None
    if held is not None and state == "done":
        finish(session, PageStep, held, now)
    if held is not None and state == "refused":
        failed(session, step, held, Refused("r"), now)
    other = want_page_step(session, page_id, "derive", "other key", now)
    assert other is not None
    session.refresh(step)
    assert step.state == StepState.SUPERSEDED
    assert held is None or not finish(session, PageStep, held, now)
    # The page comes back to its first inputs: what was made then is shown no more.
    again = want_page_step(session, page_id, "derive", "key", now)
    assert again is not None
    assert again.id == step.id
    assert (again.state, again.attempts, again.error) == (StepState.PENDING, 0, None)
    session.refresh(other)
    assert other.state == StepState.SUPERSEDED


def test_steps_of_other_kinds_and_pages_are_let_alone(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    want_page_step(session, page_id, "recognise", "other key", now)
    session.refresh(step)
    assert step.state == StepState.PENDING


def test_what_was_called_for_is_called_again_only_after_a_lease(
    session: Session, step: PageStep, now: datetime
) -> None:
    assert not forgotten_steps(session, PageStep, RULES, now, 10)
    assert [s.id for s in forgotten_steps(session, PageStep, RULES, now + LATE, 10)] == [step.id]
    session.flush()
    assert not forgotten_steps(session, PageStep, RULES, now + LATE + SECOND, 10)


def test_a_failed_step_is_called_for_as_soon_as_it_is_due(
    session: Session, step: PageStep, now: datetime
) -> None:
    failed(session, step, taken(session, step, now), Transient("storage-full"), now)
    assert not forgotten_steps(session, PageStep, RULES, now, 10)
    assert [s.id for s in forgotten_steps(session, PageStep, RULES, step.due_at, 10)] == [step.id]


def test_what_was_called_for_longest_ago_is_called_for_first(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    """Calls are taken in their order: its message should have come first."""
    named = {name: want_page_step(session, page_id, name, "key", now) for name in ("a", "b", "c")}
    for name, called in (("a", SECOND), ("b", None), ("c", -SECOND)):
        other = named[name]
        assert other is not None
        other.woken_at = None if called is None else now + called
    step.woken_at = now
    found = forgotten_steps(session, PageStep, RULES, now + LATE, 10)
    assert [each.step for each in found] == ["b", "c", "derive", "a"]
    for each in found:
        each.woken_at = now
    few = forgotten_steps(session, PageStep, RULES, now + LATE, 10, PageStep.step == "c")
    assert [each.step for each in few] == ["c"]


def test_calls_that_are_in_doubt_need_not_wait_for_their_lease(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    other = want_page_step(session, page_id, "recognise", "key", now)
    old = want_page_step(session, page_id, "index", "key", now)
    assert other is not None
    assert old is not None
    old.woken_at = long_ago = now - 3 * RULES.lease
    session.flush()
    assert [s.id for s in forgotten_steps(session, PageStep, RULES, now, 10)] == [old.id]
    old.woken_at = long_ago
    session.flush()
    doubt_calls_of(session, PageStep, {"derive", "index"}, RULES, now)
    session.expire_all()
    assert old.woken_at == long_ago  # it keeps its place before the others
    found = forgotten_steps(session, PageStep, RULES, now, 10)
    assert [s.id for s in found] == [old.id, step.id]


def test_due_steps_come_oldest_first_and_of_one_kind_if_asked(
    session: Session, step: PageStep, page_id: int, now: datetime
) -> None:
    older = want_page_step(session, page_id, "index", "key", now - SECOND)
    assert older is not None
    assert [s.id for s in due_steps(session, PageStep, now, 10)] == [older.id, step.id]
    assert [s.id for s in due_steps(session, PageStep, now, 1)] == [older.id]
    assert [s.id for s in due_steps(session, PageStep, now, 9, step="derive")] == [step.id]


def test_a_build_supersedes_only_the_variant_that_leaves_out_the_same_pages(
    session: Session, page_id: int, now: datetime
) -> None:
    assert page_id

    def wanted(key: str, withheld: str) -> BookBuild | None:
        return want_build(
            session, 1, "pdf", input_key=key, withheld_key=withheld, now=now
        )  # fmt: skip

    open_book, closed_book = wanted("1", "-"), wanted("2", "abc")
    assert open_book is not None
    assert closed_book is not None
    assert wanted("1", "-") is None
    newer = wanted("3", "-")
    assert newer is not None
    session.refresh(open_book)
    session.refresh(closed_book)
    assert (open_book.state, closed_book.state) == (StepState.SUPERSEDED, StepState.PENDING)
    assert wanted("1", "-") is open_book
