"""Which pages should a person look at, and what does a person's word change?"""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.branches import Branch
from archive.browsing import first_pages
from archive.events import Event
from archive.judging import (
    accept_clean_pages,
    accept_page,
    forget_judgement,
    mark_page,
    reject_page,
)
from archive.ledger import PageStep, StepState
from archive.page_check import (
    BookCheck,
    book_called,
    books_to_check,
    check_book,
    page_called,
    pictures_ended,
)
from archive.page_kinds import Kind
from archive.recipes.likeness import BITS
from archive.representations import Page, PageText
from storage.errors import Refused
from tests.archive.shelf import described, digitized, shown
from tests.archive.test_quality import GOOD

PAGES = 8


@pytest.fixture
def pages(session: Session, now: datetime, chance: random.Random) -> list[Page]:
    """A good book of eight pages, printed 1 to 8."""
    work = described(session, "Кітап", now=now, chance=chance)
    made = digitized(session, work, [f"{n}.jpg" for n in range(PAGES)], now=now, chance=chance)
    for number, page in enumerate(made, start=1):
        shown(session, page, now=now)
        print_on(session, page, number)
        page.facts = asdict(replace(GOOD, fingerprint=f"{chance.getrandbits(BITS):0256x}"))
    session.flush()
    return made


def print_on(session: Session, page: Page, folio: int | None) -> None:
    session.get_one(PageText, page.text_id).folio = folio


def checked(session: Session, pages: list[Page]) -> BookCheck:
    session.flush()
    return check_book(session, pages[0].representation_id)


def flags(check: BookCheck) -> dict[int, list[str]]:
    return {
        page.sequence: [flag.reason for flag in page.flags] for page in check.pages if page.flags
    }


def worsen(page: Page, **facts: object) -> None:
    page.facts = {**(page.facts or {}), **facts}


def test_nothing_is_wrong_with_a_good_book(session: Session, pages: list[Page]) -> None:
    check = checked(session, pages)
    assert (flags(check), check.gaps, check.doubtful, check.clean) == ({}, (), 0, PAGES)


def test_each_trouble_is_told_on_its_page(session: Session, pages: list[Page]) -> None:
    worsen(pages[0], sharpness=0.1)
    worsen(pages[1], skew=2.6)
    worsen(pages[2], ink=0.0)
    worsen(pages[3], cut_edges=["left"])
    worsen(pages[4], dpi=150)
    worsen(pages[5], dpi=None)  # true of a whole book alike: no flag
    worsen(pages[7], fingerprint=(pages[6].facts or {})["fingerprint"])
    check = checked(session, pages)
    assert flags(check) == {
        1: ["blurred-page"],
        2: ["skewed-page"],
        3: ["blank-page"],
        4: ["cut-edge"],
        5: ["low-resolution"],
        8: ["doubled-page"],
    }
    assert check.pages[7].flags[0].values == {"page": "7"}
    assert (check.doubtful, check.clean) == (6, 2)


def test_a_doubtful_text_is_told_on_its_page_and_not_accepted_unseen(
    session: Session, pages: list[Page], now: datetime
) -> None:
    session.get_one(PageText, pages[2].text_id).mean_confidence = 79.0
    session.get_one(PageText, pages[4].text_id).misread = True
    check = checked(session, pages)
    assert flags(check) == {3: ["poor-text"], 5: ["kazakh-misread"]}
    accepted = accept_clean_pages(session, pages[0].representation, now=now, agent="tester")
    assert set(accepted) == {page.id for page in pages} - {pages[2].id, pages[4].id}


def test_what_older_versions_measured_is_enough(session: Session, pages: list[Page]) -> None:
    pages[0].facts = {k: v for k, v in asdict(GOOD).items() if k not in {"fingerprint", "gutter"}}
    pages[1].facts = None
    check = checked(session, pages)
    assert [page.is_clean for page in check.pages[:2]] == [True, False]


def test_a_missing_page_is_asked_for_until_the_next_is_accepted(
    session: Session, pages: list[Page], now: datetime
) -> None:
    for page, folio in zip(pages, (1, 2, 3, 5, 6, 7, 8, 9), strict=True):
        print_on(session, page, folio)
    check = checked(session, pages)
    assert [(gap.after, gap.missing) for gap in check.gaps] == [(2, (4,))]
    assert check.doubtful == 1
    accept_page(session, pages[3], now=now, agent="t")
    assert checked(session, pages).gaps == ()


def test_a_persons_word_ends_the_doubt_and_is_written_down(
    session: Session, pages: list[Page], now: datetime
) -> None:
    worsen(pages[0], sharpness=0.1)
    accept_page(session, pages[0], now=now, agent="account 7")
    assert checked(session, pages).doubtful == 0
    with pytest.raises(Refused, match="no-reason"):
        reject_page(session, pages[1], "", now=now, agent="account 7")
    reject_page(session, pages[1], " саусақ ", now=now, agent="account 7")
    check = checked(session, pages)
    assert (check.doubtful, check.pages[1].judged_reason) == (1, "саусақ")
    forget_judgement(session, pages[1], now=now, agent="account 7")
    assert checked(session, pages).doubtful == 0
    told = session.scalars(
        select(Event.detail).where(Event.agent == "account 7").order_by(Event.id)
    ).all()
    assert [each["judged"] for each in told] == ["accepted", "rejected", None]


def test_all_clean_pages_are_accepted_at_once(
    session: Session, pages: list[Page], now: datetime
) -> None:
    worsen(pages[0], sharpness=0.1)
    assert len(accept_clean_pages(session, pages[0].representation, now=now, agent="t")) == 7
    check = checked(session, pages)
    assert (check.accepted, check.clean, check.doubtful) == (7, 0, 1)
    assert not accept_clean_pages(session, pages[0].representation, now=now, agent="t")


def test_the_marked_cover_stands_for_its_book(
    session: Session, pages: list[Page], now: datetime
) -> None:
    work = pages[0].representation.item.work_id
    assert first_pages(session, [work])[work] == (pages[0], PAGES)
    mark_page(session, pages[2], Kind.COVER, now=now, agent="t")
    mark_page(session, pages[4], Kind.COVER, now=now, agent="t")
    session.expire_all()
    assert pages[2].kind is None
    assert first_pages(session, [work])[work] == (pages[4], PAGES)


def test_a_page_waits_for_its_picture_until_it_is_there_or_cannot_be_made(
    session: Session, pages: list[Page]
) -> None:
    there, waits, failed, elsewhere = pages[:4]
    for page in (waits, failed):
        page.thumbnail_id = None  # what measures it is due still
    session.flush()
    names = [there.name, waits.name, failed.name, "p99999"]
    book = there.representation_id
    assert pictures_ended(session, book, names) == {there.name: there.thumbnail_id}
    ended = update(PageStep).where(PageStep.page_id == failed.id)
    session.execute(ended.values(state=StepState.REFUSED))
    assert pictures_ended(session, book, names) == {there.name: there.thumbnail_id, failed.name: 0}
    assert pictures_ended(session, book + 1, [elsewhere.name]) == {}


def test_books_are_listed_until_every_page_is_accepted(
    session: Session, pages: list[Page], now: datetime
) -> None:
    branch = Branch(code="16", label_kk="№ 16", label_ru="№ 16", label_en="No. 16")
    session.add(branch)
    session.flush()
    pages[0].representation.item.branch_id = branch.id
    accept_page(session, pages[0], now=now, agent="t")
    session.flush()
    for asked in (None, branch.id):
        assert [(b.pages, b.unseen) for b in books_to_check(session, asked)] == [(8, 7)]
    assert not books_to_check(session, branch.id + 1)
    accept_clean_pages(session, pages[0].representation, now=now, agent="t")
    assert not books_to_check(session, None)


def test_books_and_pages_are_found_by_their_names(session: Session, pages: list[Page]) -> None:
    work = pages[0].representation.item.work
    book, found = book_called(session, work.name), page_called(session, pages[3].name)
    assert book is not None
    assert found is not None
    assert book.representation.id == pages[0].representation_id
    assert (found[0].id, found[1].work.id) == (pages[3].id, work.id)
    assert book_called(session, "nothing") is None
    assert page_called(session, "nothing") is None
