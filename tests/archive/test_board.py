"""Whose board shows which book, in which group, and with which pages told by name?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.board import Board, Group, Watcher, board
from archive.branches import Branch
from archive.doubts import doubtful_pages, doubts_by_book
from archive.duties import Role
from archive.events import Event, EventType
from archive.ledger import PageStep, StepState
from archive.mending import try_again
from archive.milestones import Audience, Wait
from archive.recipes.recognition import PROFILES, RecognitionSummary, needs_a_person
from archive.representations import Page, PageText
from archive.rights import Facts
from archive.works import Item, Work
from storage.opening import Storage
from tests.archive.shelf import (
    OPEN,
    TODAY,
    builds_of,
    described,
    digitized,
    end_steps,
    shown,
)

FILES = ["0001.tif", "0002.tif", "0003.tif"]


@dataclass
class Library:
    """Books in every state, by their titles."""

    session: Session
    now: datetime
    chance: random.Random
    branches: tuple[Branch, Branch]

    def book(
        self,
        title: str,
        *,
        branch: int = 0,
        finished: bool = True,
        rights: Facts | None = OPEN,
        year: int | None = 1967,
    ) -> Work:
        work = described(
            self.session, title, now=self.now, chance=self.chance, folder=title,
            rights=rights, year=year,
        )  # fmt: skip
        self.session.scalars(
            select(Item).where(Item.work_id == work.id)
        ).one().branch_id = self.branches[branch].id
        pages = digitized(self.session, work, FILES, now=self.now, chance=self.chance)
        if finished:
            for page in pages:
                self.finish(page)
            self.build(pages[0])
        return work

    def pages(self, work: Work) -> list[Page]:
        query = select(Page).join(Page.representation).join(Item).where(Item.work_id == work.id)
        return list(self.session.scalars(query.order_by(Page.sequence)))

    def finish(self, page: Page) -> None:
        shown(self.session, page, now=self.now)
        end_steps(self.session, page, self.now)

    def build(self, page: Page) -> None:
        want_builds_if_complete(self.session, page.representation_id, today=TODAY, now=self.now)
        for each in builds_of(self.session, page.representation_id).values():
            each.state, each.finished_at = StepState.DONE, self.now
        self.session.flush()

    def fail(self, page: Page, state: StepState, reason: str, step: str = "characterise") -> None:
        row = self.session.scalars(
            select(PageStep).where(PageStep.page_id == page.id, PageStep.step == "characterise")
        ).one()
        row.state, row.step = state, step
        row.error = {"family": "refused", "reason": reason, "values": {}}
        if step == "characterise":
            page.access_id = page.text_id = None
        self.session.flush()

    def seen_by(self, role: Role, own: int | None = None, branch: int | None = None) -> Board:
        return board(
            self.session,
            Watcher(role, own, branch),
            now=self.now,
            day_of=datetime.date,
            first={},
            most=50,
        )


@pytest.fixture
def library(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Library]:
    with storage.rows.writing() as session:
        branches = tuple(
            Branch(code=code, label_kk=code, label_ru=code, label_en=code) for code in ("4", "16")
        )
        session.add_all(branches)
        session.flush()
        yield Library(session, now, chance, (branches[0], branches[1]))


def titles(found: Board, group: Group) -> list[str]:
    return [book.work.title for book in found.shelves[group].books]


def test_a_finished_book_is_done_today_and_gone_in_a_week(library: Library) -> None:
    library.book("Дайын кітап")
    found = library.seen_by(Role.ADMINISTRATOR)
    assert titles(found, Group.DONE) == ["Дайын кітап"]
    assert found.done_today == 1
    assert found.shelves[Group.DONE].books[0].counts.audience is Audience.EVERYBODY
    library.now += timedelta(days=8)
    assert not any(titles(library.seen_by(Role.ADMINISTRATOR), group) for group in Group)


def test_a_book_that_has_just_come_is_in_work(library: Library) -> None:
    library.book("Жаңа кітап", finished=False)
    found = library.seen_by(Role.OPERATOR, own=library.branches[0].id)
    assert titles(found, Group.WORKING) == ["Жаңа кітап"]
    (book,) = found.shelves[Group.WORKING].books
    assert (book.counts.pages, book.counts.with_image, book.minutes_left) == (3, 0, None)


def test_a_damaged_page_waits_for_the_operator_and_is_told_by_file(library: Library) -> None:
    work = library.book("Бүлінген бет")
    library.fail(library.pages(work)[1], StepState.REFUSED, "truncated-image")
    (book,) = (
        library.seen_by(Role.OPERATOR, own=library.branches[0].id).shelves[Group.WAITING].books
    )
    assert book.mine == (Wait.SEND_AGAIN,)
    assert [(each.file, each.reason) for each in book.troubles] == [("0002.tif", "truncated-image")]


def test_what_waits_for_a_colleague_is_in_work(library: Library) -> None:
    library.book("Құқығы белгісіз", rights=None)
    for role, group in (
        (Role.RIGHTS_OFFICER, Group.WAITING),
        (Role.ADMINISTRATOR, Group.WORKING),
        (Role.DIRECTOR, Group.WORKING),
    ):
        assert titles(library.seen_by(role), group) == ["Құқығы белгісіз"]


def test_only_a_title_waits_for_the_cataloguer(library: Library) -> None:
    library.book("Атауы ғана", year=None)
    (book,) = library.seen_by(Role.CATALOGUER).shelves[Group.WAITING].books
    assert book.mine == (Wait.DESCRIBE,)
    (book,) = library.seen_by(Role.RIGHTS_OFFICER).shelves[Group.WORKING].books
    assert (book.mine, book.others) == ((), (Wait.DESCRIBE,))


def test_an_operator_sees_the_own_branch_alone(library: Library) -> None:
    library.book("Төртінші", branch=0)
    library.book("Он алтыншы", branch=1)
    own = library.branches[1].id
    assert titles(library.seen_by(Role.OPERATOR, own=own), Group.DONE) == ["Он алтыншы"]
    other = library.branches[0].id
    assert not titles(library.seen_by(Role.OPERATOR, own=own, branch=other), Group.DONE)
    assert not titles(library.seen_by(Role.OPERATOR, own=None), Group.DONE)
    assert titles(library.seen_by(Role.DIRECTOR, branch=other), Group.DONE) == ["Төртінші"]


def test_the_worst_comes_first(library: Library) -> None:
    library.book("Атауы ғана", year=None)
    work = library.book("Бүлінген бет")
    library.fail(library.pages(work)[0], StepState.QUARANTINED, "unexpected")
    found = library.seen_by(Role.CATALOGUER)
    assert titles(found, Group.WAITING) == ["Бүлінген бет", "Атауы ғана"]


def test_a_full_disk_is_said_of_the_book_it_delays(library: Library) -> None:
    work = library.book("Орын жоқ", finished=False)
    library.fail(library.pages(work)[0], StepState.PENDING, "storage-full")
    (book,) = library.seen_by(Role.DIRECTOR).shelves[Group.WORKING].books
    assert book.counts.delayed_by == "storage-full"


def test_trying_again_starts_what_was_set_aside_and_nothing_else(library: Library) -> None:
    work = library.book("Бүлінген бет")
    first, second, _ = library.pages(work)
    library.fail(first, StepState.QUARANTINED, "unexpected")
    library.fail(second, StepState.REFUSED, "truncated-image")
    started = try_again(library.session, work, now=library.now, agent="account 7")
    assert [step.state for step in started] == [StepState.PENDING]
    event = library.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.type, event.agent) == (EventType.UNQUARANTINE, "account 7")
    (book,) = (
        library.seen_by(Role.OPERATOR, own=library.branches[0].id).shelves[Group.WAITING].books
    )
    assert book.mine == (Wait.SEND_AGAIN,)
    assert try_again(library.session, work, now=library.now, agent="account 7") == []


def test_doubtful_pages_are_counted_by_reason_and_told_by_name(library: Library) -> None:
    work = library.book("Бұлдыр бет")
    first, second, _ = library.pages(work)
    first.problems = [
        {"reason": "blurred-page", "values": {"sharpness": 0.1}},
        {"reason": "skewed-page", "values": {"degrees": 2.0}},
    ]
    text = library.session.get_one(PageText, second.text_id)
    text.mean_confidence = 60.0
    library.session.flush()
    (doubts,) = doubts_by_book(library.session).values()
    assert doubts.pages == 2
    assert doubts.reasons == {"blurred-page": 1, "skewed-page": 1, "poor-text": 1}
    (told,) = doubtful_pages(library.session, [first.representation_id], 1).values()
    assert [(each.file, each.reason) for each in told] == [
        ("0001.tif", "blurred-page"),
        ("0001.tif", "skewed-page"),
    ]


def test_kazakh_read_as_russian_is_listed_until_it_is_read_anew(library: Library) -> None:
    page = library.pages(library.book("Қазақша кітап"))[1]
    text = library.session.get_one(PageText, page.text_id)
    text.misread = True
    library.session.flush()
    (doubts,) = doubts_by_book(library.session).values()
    assert (doubts.pages, doubts.reasons) == (1, {"kazakh-misread": 1})
    ((told,),) = doubtful_pages(library.session, [page.representation_id]).values()
    assert (told.page, told.reason) == (page.name, "kazakh-misread")
    text.misread = False
    library.session.flush()
    assert doubts_by_book(library.session) == {}


@pytest.mark.parametrize("words", [0, 1, 200])
@pytest.mark.parametrize("confidence", [0.0, 79.9, 80.0, 95.0])
@pytest.mark.parametrize("ink", [0.0, 0.002, 0.003])
def test_the_rows_say_what_the_pure_judgement_says(
    library: Library, words: int, confidence: float, ink: float
) -> None:
    work = library.book("Бір кітап")
    page = library.pages(work)[0]
    page.facts = {"ink": ink}
    text = library.session.get_one(PageText, page.text_id)
    text.word_count, text.mean_confidence = words, confidence
    library.session.flush()
    summary = RecognitionSummary(words, confidence, 0.0, 0.0, ink, 1)
    expected = needs_a_person(summary, PROFILES["kk"].limits)
    assert bool(doubts_by_book(library.session)) == expected
