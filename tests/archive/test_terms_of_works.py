"""Do the rows of agreements become the facts that every door asks about?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.agreement_drafts import AgreementDraft, PartyDraft, PartyKind, Territory, WorkDraft
from archive.agreements import Agreement
from archive.consents import PartKind
from archive.doors import page_door, work_door
from archive.keeping_agreements import (
    Officer,
    attach_paper,
    begin_draft,
    change_draft,
    confirm,
    renew,
    shorten,
    submit,
)
from archive.representations import Page
from archive.rights import Facts, Level, Reason, Refuse, decide
from archive.rights_of_works import (
    HoldingDraft,
    add_holding,
    bring_back,
    leave_out,
    rule_term,
)
from archive.rights_units import facts_by_unit, revision, rights_now
from archive.uses import ANYBODY, Act
from archive.withholding import release_page
from archive.works import Work
from storage.errors import Refused
from storage.opening import Storage
from tests.archive.shelf import TODAY, described, digitized, key_of, shown

pytestmark = pytest.mark.every_database

IN_COPYRIGHT = Facts("http://rightsstatements.org/vocab/InC/1.0/")
DAY = timedelta(days=1)


@dataclass
class Desk:
    """A book of four pages by one author, and two officers."""

    session: Session
    work: Work
    pages: list[Page]
    first: Officer
    second: Officer

    def draft(self, **changes: object) -> AgreementDraft:
        draft = AgreementDraft(
            number="1/2026", signed_on=TODAY, begins=TODAY, until=TODAY + 365 * DAY,
            territory=Territory.WORLD, works=(WorkDraft(self.work.name),),
            parties=(PartyDraft("Holder", PartyKind.AUTHOR, PartKind.TEXT),),
            grants=frozenset({(Act.VIEW, Level.EVERYBODY), (Act.SEARCH, Level.EVERYBODY)}),
        )  # fmt: skip
        return replace(draft, **changes)  # type: ignore[arg-type]

    def submitted(self, **changes: object) -> Agreement:
        row = begin_draft(self.session, self.draft(**changes), self.first)
        attach_paper(
            self.session, row, self.first, key=key_of("paper"), media_type="application/pdf", size=9
        )
        submit(self.session, row, self.first)
        return row

    def confirmed(self, **changes: object) -> Agreement:
        row = self.submitted(**changes)
        confirm(self.session, row, self.second, two_person=True)
        return row

    def verdict(self, act: Act = Act.VIEW, at: date = TODAY, page: int = 0) -> object:
        door = page_door(self.session, self.pages[page].name)
        assert door is not None
        by_work = work_door(self.session, self.work.name)
        assert by_work is not None
        everything = facts_by_unit(self.session)
        assert everything[self.pages[page].unit_id].terms.grants == door.facts.terms.grants
        return decide(door.facts, ANYBODY, act, at)

    def opens(self) -> bool:
        return not isinstance(self.verdict(), Refuse)


@pytest.fixture
def desk(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Desk]:
    with storage.rows.writing() as session:
        officers = []
        for name in ("first", "second"):
            account = Account(
                name=name, display_name=name, password_hash="-", role="rights-officer",
                created_at=now,
            )  # fmt: skip
            session.add(account)
            session.flush()
            officers.append(Officer(account.id, now))
        work = described(
            session, "Кітап", now=now, chance=chance, rights=IN_COPYRIGHT, authors=("Автор",)
        )
        pages = digitized(
            session, work, ["1.jpg", "2.jpg", "3.jpg", "4.jpg"], now=now, chance=chance
        )
        for page in pages:
            shown(session, page, now=now)
        yield Desk(session, work, pages, *officers)


def test_only_what_two_officers_confirmed_opens(desk: Desk) -> None:
    row = desk.submitted()
    assert not desk.opens()
    with pytest.raises(Refused, match="same-officer"):
        confirm(desk.session, row, desk.first, two_person=True)
    assert not desk.opens()
    confirm(desk.session, row, desk.second, two_person=True)
    assert desk.opens()


def test_a_small_library_may_switch_the_second_officer_off(desk: Desk) -> None:
    row = desk.submitted()
    confirm(desk.session, row, desk.first, two_person=False)
    assert desk.opens()


def test_what_was_confirmed_is_not_changed_by_one(desk: Desk) -> None:
    row = desk.confirmed()
    with pytest.raises(Refused, match="agreement-confirmed"):
        change_draft(desk.session, row, desk.draft(until=None, no_term=True), desk.first)
    with pytest.raises(Refused, match="agreement-not-shorter"):
        shorten(desk.session, row, TODAY + 9999 * DAY, desk.first)


def test_every_step_moves_the_revision_and_search_follows(desk: Desk) -> None:
    before = revision(desk.session)
    closed = rights_now(desk.session, ANYBODY, Act.SEARCH, TODAY).closed_units
    row = desk.confirmed()
    assert revision(desk.session) > before
    opened = rights_now(desk.session, ANYBODY, Act.SEARCH, TODAY).closed_units
    assert closed - opened == {desk.work.unit_id}
    before = revision(desk.session)
    shorten(desk.session, row, TODAY - DAY, desk.first)
    assert revision(desk.session) > before
    assert not desk.opens()
    assert desk.work.unit_id in rights_now(desk.session, ANYBODY, Act.SEARCH, TODAY).closed_units


def test_an_illustrator_in_the_catalogue_must_consent(desk: Desk, chance: random.Random) -> None:
    from archive.descriptions import agent_named  # noqa: PLC0415
    from archive.works import Contribution  # noqa: PLC0415

    drawer = agent_named(desk.session, "Суретші", chance)
    desk.session.add(Contribution(work_id=desk.work.id, agent_id=drawer.id, role="ill"))
    desk.session.flush()
    desk.confirmed()
    assert desk.verdict() == Refuse(Reason.HOLDER_MISSING, missing=(PartKind.ILLUSTRATIONS,))
    drawer.death_year = 1904
    desk.session.flush()
    assert desk.opens()


def test_a_part_left_out_needs_no_consent_until_a_page_of_it_is_shown(
    desk: Desk, now: datetime
) -> None:
    desk.confirmed()
    photos = HoldingDraft(PartKind.PHOTOGRAPHS, pages=(2, 3))
    holding = add_holding(desk.session, desk.work, photos, desk.first)
    assert not desk.opens()
    assert leave_out(desk.session, desk.work, holding, desk.first) == 2
    assert desk.opens()
    assert desk.verdict(page=1) == Refuse(Reason.WITHHELD)
    release_page(desk.session, desk.pages[1], now=now, agent="somebody")
    assert not desk.opens()
    bring_back(desk.session, desk.work, holding, desk.first)
    assert not desk.opens()


def test_an_agreement_over_some_pages_speaks_for_a_part_on_them(desk: Desk) -> None:
    add_holding(desk.session, desk.work, HoldingDraft(PartKind.TEXT, pages=(1, 2)), desk.first)
    add_holding(desk.session, desk.work, HoldingDraft(PartKind.TEXT, "ours", (3, 4)), desk.first)
    row = desk.confirmed(works=(WorkDraft(desk.work.name, (1, 2)),))
    assert desk.opens()
    row.works[0].last_page = 1
    desk.session.flush()
    assert not desk.opens()


def test_the_public_domain_opens_what_nobody_has_judged(desk: Desk) -> None:
    author = desk.work.contributions[0].agent
    author.death_year = 1904
    desk.session.flush()
    assert not desk.opens()  # somebody has judged it to be in copyright
    unit = facts_by_unit(desk.session)[desk.work.unit_id]
    assert not isinstance(decide(replace(unit, statement=None), ANYBODY, Act.VIEW, TODAY), Refuse)
    rule_term(
        desk.session, desk.work, PartKind.TEXT, desk.first, until=None, note="rehabilitated 1988"
    )
    unit = facts_by_unit(desk.session)[desk.work.unit_id]
    assert isinstance(decide(replace(unit, statement=None), ANYBODY, Act.VIEW, TODAY), Refuse)


def test_a_renewal_begins_where_the_old_one_ends(desk: Desk) -> None:
    row = desk.confirmed()
    renewed = renew(desk.session, row, "2/2027", desk.first)
    assert row.until is not None
    assert (renewed.begins, renewed.predecessor_id) == (row.until + DAY, row.id)
    assert not renewed.confirmed_at


def test_a_door_asks_at_most_two_queries_more(desk: Desk) -> None:
    desk.confirmed()
    desk.session.flush()
    asked: list[str] = []
    engine = desk.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
    desk.session.scalars(select(Work.id)).all()
    from archive.doors import image_door  # noqa: PLC0415

    access = desk.pages[0].access
    assert access is not None
    asked.clear()
    assert image_door(desk.session, desk.pages[0].name, access.content_key[:8]) is not None
    assert len(asked) <= 3
