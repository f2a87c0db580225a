"""Two do the same at the same moment: does one of them win, and is nothing lost or had twice?

Both are held up where it hurts most, after they have looked and before they write what
follows from it. Each case is shown to fail when PostgreSQL's lock of writers is gone.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import event, func, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import assembly, ledger
from archive.accounts import Attempts
from archive.agents import Agent
from archive.agreements import Agreement
from archive.assembly import BUILDS, want_builds_if_complete
from archive.depositing import Depositor, open_deposit
from archive.events import Event, EventType
from archive.handover import Description
from archive.ingest import ReceivedFile
from archive.ledger import Claim, LedgerRules, PageStep, StepState, claim, finish, want_page_step
from archive.library import register_branches
from archive.representations import Page
from archive.throttling import Kind, Subject, count_attempt
from archive.works import Work
from storage import postgresql_rows
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import TODAY, described, digitized, end_steps, key_of, shown
from tests.faults.desk import Desk
from tests.pipeline.agreement_desk import officer_of
from tests.web.agreement_office import opened_office
from web.deposit import Handover, register_book
from workers import running
from workers.queue import open_queue
from workers.running import lock_book

RULES = LedgerRules(lease=timedelta(seconds=60), attempt_cap=3)
LONG_ENOUGH = 0.4  # seconds in which the other would have come as far, were it let

pytestmark = pytest.mark.every_database

Act = Callable[[int], object]


@dataclass
class Meeting:
    """Holds two up at their statement that begins so, until both are there."""

    storage: Storage
    beginning: str
    patience: ClassVar[float] = LONG_ENOUGH

    @contextmanager
    def held(self) -> Iterator[None]:
        before, after = threading.Barrier(2), threading.Barrier(2)

        def wait(met: threading.Barrier, told: Sequence[Any]) -> None:
            if told[2].startswith(self.beginning) and not (before.broken or met.broken):
                try:
                    met.wait(self.patience)
                except threading.BrokenBarrierError:
                    return  # the other is not let so far: all is well

        # Behind the statement too: else the slower one might ask when the other is through.
        rows = self.storage.rows.engine
        met = {"before_cursor_execute": before, "after_cursor_execute": after}
        waits = {name: (lambda *told, met=met: wait(met, told)) for name, met in met.items()}
        for name, each in waits.items():
            event.listen(rows, name, each)
        yield
        for name, each in waits.items():
            event.remove(rows, name, each)

    def both(self, act: Act) -> list[object]:
        """What both got, an error as its type."""

        def tried(number: int) -> object:
            try:
                return act(number)
            except IntegrityError as error:
                return type(error)

        with self.held(), ThreadPoolExecutor(2) as pool:
            return list(pool.map(tried, (1, 2)))


def counted(storage: Storage, table: Any) -> int:
    with storage.rows.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


@dataclass
class Desks:
    """One library at which two people work."""

    settings: Settings
    storage: Storage
    now: datetime

    def at_once(self, beginning: str, act: Act) -> list[object]:
        return Meeting(self.storage, beginning).both(act)

    def same_book_twice(self) -> int:
        """Works after two have handed in one folder."""
        queue = open_queue(self.settings)
        handover = Handover(Description(title="Көмір"), folder="/a", agent="test")
        files = [ReceivedFile("1.png", key_of("1"), 10, "image/png")]

        def hand_in(number: int) -> int:
            _, pages = register_book(
                self.storage, queue, handover, files,
                now=lambda: self.now, today=TODAY, chance=random.Random(number),
            )  # fmt: skip
            return len(list(pages))

        self.at_once("INSERT INTO works", hand_in)
        queue.close()
        return counted(self.storage, Work)

    def same_author_twice(self) -> int:
        """Authors after two books of a new one."""

        def describe(number: int) -> None:
            with self.storage.rows.writing() as session:
                described(session, f"Кітап {number}", now=self.now, chance=random.Random(number),
                          folder=f"/{number}", authors=("Талапова, Мәриям",))  # fmt: skip

        self.at_once("INSERT INTO agents", describe)
        return counted(self.storage, Agent)

    def same_deposit_twice(self) -> int:
        """Deposits that two browsers were given for one book."""
        depositor = Depositor("test", branch_id=None, own_branch_only=False)

        def begin(number: int) -> str:
            with self.storage.rows.writing() as session:
                return open_deposit(session, depositor, Description(title="Көмір"),
                                    now=self.now, chance=random.Random(number)).name  # fmt: skip

        return len(set(self.at_once("INSERT INTO deposits", begin)))

    def two_attempts(self) -> int:
        """How many are counted of two attempts at a name that has failed before."""
        subject = Subject(Kind.NAME, "somebody")

        def attempt(_: int) -> None:
            with self.storage.rows.writing() as session:
                count_attempt(session, [subject], self.now)

        attempt(0)
        self.at_once("UPDATE attempts", attempt)
        with self.storage.rows.reading() as session:
            return session.get_one(Attempts, subject.digest).count

    def two_confirm(self) -> int:
        """How often an agreement was confirmed, by the history."""
        with opened_office(self.settings) as office:
            third = officer_of(office.app, "third")
            number = office.waiting()
            deeds = {1: office.second, 2: third}
            portal = office.app.extensions["sandyq"]
            tokens = {each: desk.token() for each, desk in deeds.items()}

            def confirm(each: int) -> int:
                path = f"/desk/agreements/{number}/confirm"
                sent = {"csrf_token": tokens[each]}
                return deeds[each].client.post(path, data=sent).status_code

            Meeting(portal.storage, "UPDATE agreements").both(confirm)
        with self.storage.rows.reading() as session:
            assert session.get_one(Agreement, number).confirmed_by is not None
            told = session.scalars(
                select(Event.detail).where(Event.type == EventType.POLICY_ASSIGNMENT)
            )
            return sum(each.get("did") == "confirmed" for each in told)


# What two do at once, and the number that is right after it.
CASES: dict[str, tuple[Callable[[Desks], int], int]] = {
    "hand the same book in": (Desks.same_book_twice, 1),
    "write two books of a new author": (Desks.same_author_twice, 1),
    "begin to send the same book": (Desks.same_deposit_twice, 1),
    "try a password": (Desks.two_attempts, 3),
    "confirm an agreement": (Desks.two_confirm, 1),
}


@pytest.fixture
def desks(settings: Settings, storage: Storage, now: datetime) -> Desks:
    with storage.rows.writing() as session:
        register_branches(session, ())
    return Desks(settings, storage, now)


@pytest.mark.parametrize("case", CASES)
def test_two_at_once(desks: Desks, case: str) -> None:
    act, right = CASES[case]
    assert act(desks) == right


# The others are held by a unique index and by the lock of the rights clock as well.
HELD_BY_THE_LOCK = ("hand the same book in", "try a password", "confirm an agreement")


@pytest.fixture
def step_id(storage: Storage, now: datetime, chance: random.Random) -> int:
    """A step that is due."""
    with storage.rows.writing() as session:
        return Desk(session, now, chance).receive("1.png", "one").due[0].id


def fences_of_two(storage: Storage, step_id: int, now: datetime) -> list[int]:
    """The fences of those who got a step that two claim at once."""
    begun = threading.Barrier(2)

    def take(_: int) -> Claim | None:
        begun.wait(10)
        with storage.rows.writing(beside=True) as session:
            held = claim(session, PageStep, step_id, RULES, now)
            threading.Event().wait(LONG_ENOUGH / 2)  # the other asks before this is committed
            return held

    with ThreadPoolExecutor(2) as pool:
        held = list(pool.map(take, (1, 2)))
    return sorted(each.fence for each in held if each is not None)


def end_of_a_zombie(storage: Storage, step_id: int, now: datetime) -> tuple[bool, str, int]:
    """Whether it ended a step that its heir claims just then; the step's state and fence."""
    late = now + 2 * RULES.lease
    with storage.rows.writing(beside=True) as session:
        zombie = claim(session, PageStep, step_id, RULES, now)
    assert zombie is not None

    def end() -> bool:
        with storage.rows.writing(beside=True) as session:
            return finish(session, PageStep, zombie, late)

    with ThreadPoolExecutor(1) as pool:
        with storage.rows.writing(beside=True) as session:
            assert claim(session, PageStep, step_id, RULES, late) is not None
            ended = pool.submit(end)
            threading.Event().wait(LONG_ENOUGH / 2)  # it waits for the heir to be committed
        told = ended.result()
    with storage.rows.reading() as session:
        step = session.get_one(PageStep, step_id)
        return told, step.state, step.fence


def test_of_two_who_claim_a_step_one_gets_it(storage: Storage, step_id: int, now: datetime) -> None:
    assert fences_of_two(storage, step_id, now) == [1]


def test_a_zombie_changes_nothing(storage: Storage, step_id: int, now: datetime) -> None:
    assert end_of_a_zombie(storage, step_id, now) == (False, StepState.RUNNING, 2)


@pytest.fixture
def last_steps(storage: Storage, now: datetime, chance: random.Random) -> list[Claim]:
    """A book of two pages; all that is left of each is the end of a step that is claimed."""
    with storage.rows.writing() as session:
        work = described(session, "Көмір", now=now, chance=chance)
        held = []
        for page in digitized(session, work, ["1.png", "2.png"], now=now, chance=chance):
            shown(session, page, now=now)
            end_steps(session, page, now)
            step = want_page_step(session, page.id, "derive", "key", now)
            assert step is not None
            held.append(claim(session, PageStep, step.id, RULES, now))
    return [each for each in held if each is not None]


def builds_wanted(storage: Storage, last_steps: list[Claim], now: datetime) -> int:
    """How many files of the book become due when its two last pages end at once."""

    def end(number: int) -> int:
        held = last_steps[number - 1]
        with storage.rows.writing(beside=True) as session:
            lock_book(session, PageStep, held.id)
            assert finish(session, PageStep, held, now)
            page_id = session.get_one(PageStep, held.id).page_id
            book = session.get_one(Page, page_id).representation_id
            return len(list(want_builds_if_complete(session, book, today=TODAY, now=now)))

    ends = Meeting(storage, "SELECT count(*)").both(end)
    return sum(each for each in ends if isinstance(each, int))


def test_of_two_pages_that_end_together_one_is_the_last(
    storage: Storage, last_steps: list[Claim], now: datetime
) -> None:
    assert builds_wanted(storage, last_steps, now) == len(BUILDS)


@pytest.mark.every_database("postgresql")
class TestTheGuards:
    """The tests above can fail: on PostgreSQL, without what holds them."""

    @pytest.fixture(autouse=True)
    def _both_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody is held up here, and on a busy machine the other one may be late."""
        monkeypatch.setattr(Meeting, "patience", 2.0)

    @pytest.mark.parametrize("case", HELD_BY_THE_LOCK)
    def test_without_the_lock_of_writers(
        self, desks: Desks, case: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgresql_rows, "_BEGIN", "SELECT 1")
        act, right = CASES[case]
        assert act(desks) != right

    def test_without_asking_for_the_state_two_get_a_step(
        self, storage: Storage, step_id: int, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledger, "is_due", lambda _table, _now: true())
        assert fences_of_two(storage, step_id, now) == [1, 2]

    def test_without_the_lock_of_the_book_neither_page_is_the_last(
        self,
        storage: Storage,
        last_steps: list[Claim],
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for module in (assembly, running):
            monkeypatch.setattr(module, "lock_representation", lambda *_: None)
        assert builds_wanted(storage, last_steps, now) == 0

    def test_without_the_fence_a_zombie_ends_its_heirs_step(
        self, storage: Storage, step_id: int, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledger, "_end", _end_without_the_fence)
        assert end_of_a_zombie(storage, step_id, now) == (True, StepState.DONE, 2)


def _end_without_the_fence(session: Session, table: Any, held: Claim, **values: object) -> bool:
    running = (table.id == held.id, table.state == StepState.RUNNING)
    ended = update(table).where(*running).values(**values).returning(table.id)
    return session.execute(ended).first() is not None
