"""On a server: is a call made again only in the line where it was lost?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.branches import Branch
from archive.ledger import BookBuild, LedgerRules, PageStep, want_build, want_page_step
from archive.representations import Page
from archive.works import Item
from storage.opening import Storage
from tests.archive.shelf import described, digitized
from workers.lanes import FIRST_PAGES, Call, lines, lines_of
from workers.lost_calls import SPARE, lost_calls
from workers.queue import QUEUES

pytestmark = pytest.mark.every_database

RULES = LedgerRules(lease=timedelta(seconds=60), attempt_cap=3)
MANY = 500
BRANCHES = (1, 2)
LONG = 30  # pages of each branch's book
REST = LONG - FIRST_PAGES  # of its pages in the branch's line
ON_FILES = sorted(set(QUEUES.values()))
ON_A_SERVER = [*lines("pages"), *lines("texts"), "index", "books"]

# What lies in the lines when nothing was lost.
WHOLE = {"pages": 2 * FIRST_PAGES, "pages-1": REST, "pages-2": REST}
FULL = {line: calls + SPARE for line, calls in WHOLE.items()}


@pytest.fixture
def session(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Session]:
    """Two branches with a book each, called for at `now`."""
    with storage.rows.writing() as session:
        for number in BRANCHES:
            code = str(number)
            session.add(Branch(id=number, code=code, label_kk=code, label_ru=code, label_en=code))
        session.flush()
        for branch in BRANCHES:
            folder = str(branch)
            work = described(session, folder, now=now, chance=chance, folder=folder)
            session.flush()
            item = session.scalars(select(Item).where(Item.work_id == work.id)).one()
            item.branch_id = branch
            names = [f"{number:03}.jpg" for number in range(LONG)]
            digitized(session, work, names, now=now, chance=chance)
        yield session


def lost(
    session: Session,
    now: datetime,
    held: Mapping[str, int] = MappingProxyType({}),
    *,
    imports: Sequence[int] = (),
    names: Sequence[str] = tuple(ON_A_SERVER),
    limit: int = MANY,
) -> list[Call]:
    """What is called for again a lease after `now`, with so much in the lines."""
    told = dict.fromkeys(names, 0) | dict(held)
    later = now + RULES.lease
    return lost_calls(session, told, imports=imports, rules=RULES, now=later, limit=limit)


def by_line(session: Session, calls: Sequence[Call]) -> Counter[str]:
    """In which lines these calls will wait."""
    return Counter(lines_of(session, calls, QUEUES).values())


def test_who_has_lost_everything_calls_for_everything(session: Session, now: datetime) -> None:
    assert by_line(session, lost(session, now)) == WHOLE


def test_only_the_line_that_lacks_calls_gets_them(session: Session, now: datetime) -> None:
    held = {"pages": 500, "pages-1": 500, "pages-2": REST - 3}
    assert by_line(session, lost(session, now, held)) == {"pages-2": 3 + SPARE}


def test_one_branch_does_not_take_the_others_calls(session: Session, now: datetime) -> None:
    found = by_line(session, lost(session, now, limit=5))
    assert found == {"pages": 5, "pages-1": 5, "pages-2": 5}


def test_full_lines_get_nothing(session: Session, now: datetime) -> None:
    assert lost(session, now, FULL) == []


def test_files_have_one_line_for_all(session: Session, now: datetime) -> None:
    assert len(lost(session, now, names=ON_FILES)) == 2 * LONG
    held = {"pages": 2 * LONG - 1}
    assert len(lost(session, now + RULES.lease, held, names=ON_FILES)) == 1 + SPARE


def test_every_queue_counts_its_own_steps(session: Session, now: datetime) -> None:
    page = session.scalars(select(Page).order_by(Page.id)).first()
    assert page is not None
    for step in ("recognise", "index"):
        assert want_page_step(session, page.id, step, "key", now)
    build = want_build(session, 1, "pdf", input_key="key", withheld_key="-", now=now)
    assert build is not None
    found = lost(session, now, FULL)
    assert sorted(step for step, _ in found) == ["index", "pdf", "recognise"]
    assert ("pdf", build.id) in found
    assert (
        lost(
            session, now + RULES.lease, FULL | dict.fromkeys(["index", "texts", "books"], 1 + SPARE)
        )
        == []
    )


def test_imports_that_nobody_works_on_have_room_as_builds_have(
    session: Session, now: datetime
) -> None:
    """The books' queue may be busy with one PDF for an hour, and sweeps come every half minute."""
    assert lost(session, now, FULL, imports=[7]) == [("catalogue", 7)]
    assert lost(session, now, FULL | {"books": 1 + SPARE}, imports=[7]) == []
    build = want_build(session, 1, "pdf", input_key="key", withheld_key="-", now=now)
    assert build is not None
    assert lost(session, now, FULL | {"books": 1 + SPARE}, imports=[7]) == [("catalogue", 7)]
    assert lost(session, now, FULL | {"books": SPARE}, imports=[7]) == [
        ("catalogue", 7), ("pdf", build.id)
    ]  # fmt: skip
    assert session.get_one(BookBuild, build.id).woken_at == now + RULES.lease


def test_what_was_called_for_within_a_lease_is_let_alone(session: Session, now: datetime) -> None:
    told = dict.fromkeys(ON_A_SERVER, 0)
    early = now + RULES.lease - timedelta(seconds=1)
    assert lost_calls(session, told, imports=(), rules=RULES, now=early, limit=MANY) == []
    assert session.scalars(select(PageStep.woken_at).distinct()).all() == [now]
