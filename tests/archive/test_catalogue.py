"""Is a record taken in once, followed when it changes, and never against a person's hand?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.agents import Agent
from archive.branches import Branch, BranchAlias
from archive.catalogue import Taken, take_records
from archive.catalogue_entries import CatalogueEntry
from archive.catalogue_values import CatalogueRecord, Copy, Heading
from archive.descriptions import change_rights
from archive.events import Event
from archive.merging import merged_into
from archive.rights import Facts, Level
from archive.works import Item, Work, WorkIdentifier
from storage.opening import Storage
from tests.archive.shelf import OPEN, described
from tests.data.catalogue_records import generated

pytestmark = pytest.mark.every_database

SOURCE = "rabis"
ISBN = "978-601-00-0001-8"
ABAI = CatalogueRecord(
    control_number="KZ-1",
    title="Абай жолы",
    subtitle="роман",
    headings=(Heading(entry="Әуезов", rest="М.", fuller="Мұхтар", birth_year=1897),),
    year=1958,
    publisher="Жазушы",
    languages=("kaz",),
    isbns=(ISBN,),
    copies=(Copy(inventory_number="123", shelfmark="84", branch="№16"),),
)


@pytest.fixture
def session(storage: Storage) -> Iterator[Session]:
    with storage.rows.writing() as session:
        branch = Branch(code="16", label_kk="16", label_ru="16", label_en="16")
        branch.aliases = [BranchAlias(alias="№16")]
        session.add(branch)
        session.flush()
        yield session


class Catalogue:
    """Takes records in, in one session."""

    def __init__(self, session: Session, now: datetime, chance: random.Random) -> None:
        self.session, self.now, self.chance = session, now, chance

    def take(self, *records: CatalogueRecord, source: str = SOURCE) -> Taken:
        return take_records(
            self.session, source, records,
            import_id=None, now=self.now, chance=self.chance, agent="tester",
        )  # fmt: skip

    def work(self, number: str = "KZ-1") -> Work:
        query = select(CatalogueEntry).where(CatalogueEntry.control_number == number)
        return self.session.scalars(query).one().work

    def count(self, table: Any) -> int:
        return self.session.scalars(select(func.count()).select_from(table)).one()

    def last_event(self) -> dict[str, Any]:
        event = self.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        return event.detail


@pytest.fixture
def catalogue(session: Session, now: datetime, chance: random.Random) -> Catalogue:
    return Catalogue(session, now, chance)


class TestNew:
    def test_a_work_with_its_copy_agent_and_numbers(self, catalogue: Catalogue) -> None:
        assert catalogue.take(ABAI).added == 1
        work = catalogue.work()
        assert (work.title, work.year, work.language, work.publisher) == (
            "Абай жолы", 1958, "kk", "Жазушы"
        )  # fmt: skip
        assert work.author == "Әуезов М."
        assert [form.form for form in work.contributions[0].agent.forms] == [
            "Әуезов М.", "Әуезов Мұхтар"
        ]  # fmt: skip
        (item,) = work.items
        assert (item.inventory_number, item.shelfmark) == ("123", "84")
        assert item.branch is not None
        assert item.branch.code == "16"
        assert {(each.scheme, each.value) for each in work.identifiers} == {
            ("rabis", "KZ-1"), ("isbn", "9786010000018")
        }  # fmt: skip

    def test_a_branch_nobody_knows_is_told_and_the_record_is_in(self, catalogue: Catalogue) -> None:
        taken = catalogue.take(replace(ABAI, copies=(Copy(inventory_number="1", branch="99"),)))
        assert [(place, each.reason) for place, each in taken.troubles] == [(0, "unknown-branch")]
        assert catalogue.work().items[0].branch is None

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (replace(ABAI, control_number=""), "no-control-number"),
            (replace(ABAI, title=" . "), "no-title"),
        ],
    )
    def test_a_record_to_which_nothing_can_hold(
        self, catalogue: Catalogue, record: CatalogueRecord, reason: str
    ) -> None:
        taken = catalogue.take(record, ABAI)
        assert [each.reason for _, each in taken.troubles] == [reason]
        assert taken.added == 1


class TestAgain:
    def test_changes_nothing(self, catalogue: Catalogue) -> None:
        records = list(generated(60))
        assert catalogue.take(*records).added == 60
        before = [catalogue.count(table) for table in (Work, Item, Agent, WorkIdentifier, Event)]
        taken = catalogue.take(*records)
        assert (taken.added, taken.changed, taken.unchanged) == (0, 0, 60)
        after = [catalogue.count(table) for table in (Work, Item, Agent, WorkIdentifier, Event)]
        assert after == before

    def test_twice_in_one_file(self, catalogue: Catalogue) -> None:
        taken = catalogue.take(ABAI, ABAI)
        assert (taken.added, taken.unchanged) == (1, 1)

    def test_another_source_with_the_same_number_is_another_record(
        self, catalogue: Catalogue
    ) -> None:
        catalogue.take(ABAI)
        other = replace(ABAI, title="Басқа", isbns=())
        assert catalogue.take(other, source="nlrk").added == 1
        assert catalogue.count(Work) == 2


class TestChanged:
    def test_is_followed_and_told_field_by_field(self, catalogue: Catalogue) -> None:
        catalogue.take(ABAI)
        revision = catalogue.work().revision
        changed = replace(ABAI, title="Абай жолы. 1-кітап", year=1960, subjects=("Абай",))
        assert catalogue.take(changed).changed == 1
        work = catalogue.work()
        assert (work.title, work.year, work.revision) == ("Абай жолы. 1-кітап", 1960, revision + 1)
        assert catalogue.last_event()["changed"] == {
            "title": ["Абай жолы", "Абай жолы. 1-кітап"],
            "year": [1958, 1960],
            "subjects": [None, ["Абай"]],
        }

    def test_what_a_person_corrected_stays_and_is_told(self, catalogue: Catalogue) -> None:
        catalogue.take(ABAI)
        catalogue.work().year = 1959
        catalogue.take(replace(ABAI, year=1960, publisher="Мектеп"))
        work = catalogue.work()
        assert (work.year, work.publisher) == (1959, "Мектеп")
        assert catalogue.last_event()["kept"] == {"year": [1959, 1960]}

    def test_agents_follow_unless_a_person_named_others(self, catalogue: Catalogue) -> None:
        catalogue.take(ABAI)
        translated = (*ABAI.headings, Heading(entry="Қасымов", rest="Ә.", role="trl"))
        catalogue.take(replace(ABAI, headings=translated))
        assert [each.role for each in catalogue.work().contributions] == ["aut", "trl"]
        catalogue.work().contributions.pop()
        catalogue.session.flush()
        catalogue.take(replace(ABAI, headings=(*translated, Heading(entry="Х", role="ill"))))
        assert [each.role for each in catalogue.work().contributions] == ["aut"]
        assert "headings" in catalogue.last_event()["kept"]

    def test_a_copy_is_known_by_its_inventory_number(self, catalogue: Catalogue) -> None:
        catalogue.take(ABAI)
        copies = (replace(ABAI.copies[0], shelfmark="84(5Қ)"), Copy(inventory_number="124"))
        catalogue.take(replace(ABAI, copies=copies))
        marks = {item.inventory_number: item.shelfmark for item in catalogue.work().items}
        assert marks == {"123": "84(5Қ)", "124": None}


class TestMatching:
    def test_by_isbn_a_record_finds_the_work_that_is_here(self, catalogue: Catalogue) -> None:
        work = described(catalogue.session, "абай жолы", now=catalogue.now, chance=catalogue.chance)
        work.identifiers.append(WorkIdentifier(scheme="isbn", value="9786010000018"))
        catalogue.session.flush()
        catalogue.take(ABAI)
        assert catalogue.work() is work
        assert work.title == "абай жолы"  # as a person wrote it
        assert (work.year, work.publisher) == (1958, "Жазушы")
        assert catalogue.last_event()["kept"]["title"] == ["абай жолы", "Абай жолы"]

    def test_two_records_with_one_isbn_are_not_one_work_by_themselves(
        self, catalogue: Catalogue
    ) -> None:
        catalogue.take(ABAI)
        catalogue.take(replace(ABAI, control_number="KZ-2", title="Абай жолы. 2"))
        assert catalogue.work("KZ-2") is not catalogue.work()
        entry = catalogue.session.scalars(
            select(CatalogueEntry).where(CatalogueEntry.control_number == "KZ-2")
        ).one()
        assert entry.suggested is catalogue.work()

    @pytest.mark.parametrize(
        ("author", "year", "suggested"),
        [("Әуезов М.", 1958, True), ("Әуезов М.", 1959, False), ("Басқа Б.", 1958, False)],
    )
    def test_title_year_and_author_suggest(
        self, catalogue: Catalogue, author: str, year: int, *, suggested: bool
    ) -> None:
        here = described(
            catalogue.session, "АБАЙ ЖОЛЫ", authors=(author,), year=year,
            now=catalogue.now, chance=catalogue.chance,
        )  # fmt: skip
        catalogue.take(ABAI)
        entry = catalogue.session.scalars(select(CatalogueEntry)).one()
        assert (entry.suggested is here, entry.work is here) == (suggested, False)


class TestAgents:
    def agent_of(self, catalogue: Catalogue, number: str) -> Agent:
        return catalogue.work(number).contributions[0].agent

    def test_other_years_are_another_person(self, catalogue: Catalogue) -> None:
        first, second, third = (
            replace(ABAI, control_number=f"KZ-{year}", isbns=(), title=f"{year}",
                    headings=(Heading(entry="Әуезов", rest="М.", birth_year=year),))
            for year in (1897, 1936, None)
        )  # fmt: skip
        catalogue.take(first, second)
        catalogue.take(third)
        agents = [self.agent_of(catalogue, f"KZ-{year}") for year in (1897, 1936, None)]
        assert agents[0] is not agents[1]
        assert agents[2] is agents[0]

    def test_an_authority_number_is_stronger_than_a_form(self, catalogue: Catalogue) -> None:
        heading = Heading(entry="Әуезов", rest="М.", authority="A1")
        catalogue.take(replace(ABAI, headings=(heading,)))
        other = replace(heading, entry="Ауэзов", rest="М. О.")
        catalogue.take(replace(ABAI, control_number="KZ-2", title="Б", isbns=(), headings=(other,)))
        assert self.agent_of(catalogue, "KZ-2") is self.agent_of(catalogue, "KZ-1")


class TestMerging:
    def test_b_is_now_a(self, catalogue: Catalogue) -> None:
        second = replace(ABAI, control_number="KZ-2", title="Абай жолы (2-дана)", isbns=())
        catalogue.take(ABAI, second)
        gone = catalogue.work("KZ-2").name
        taken = catalogue.take(replace(ABAI, predecessors=("KZ-2",)))
        work = catalogue.work()
        assert (taken.merged, taken.changed) == (1, 1)
        assert merged_into(catalogue.session, gone) is work
        assert catalogue.work("KZ-2") is work
        numbers = {(each.value, each.predecessor) for each in work.identifiers}
        assert {("KZ-1", False), ("KZ-2", True)} <= numbers
        assert work.title == "Абай жолы"

    def test_the_number_that_went_may_still_be_in_the_file(self, catalogue: Catalogue) -> None:
        second = replace(ABAI, control_number="KZ-2", title="Басқа", isbns=())
        first = replace(ABAI, predecessors=("KZ-2",))
        catalogue.take(second)
        catalogue.take(first, second)
        assert catalogue.take(first, second).unchanged == 2
        assert catalogue.work().title == "Абай жолы"

    def test_rights_that_differ_are_left_to_a_person(self, catalogue: Catalogue) -> None:
        session, now = catalogue.session, catalogue.now
        second = replace(ABAI, control_number="KZ-2", title="Басқа", isbns=())
        catalogue.take(ABAI, second)
        change_rights(session, catalogue.work(), OPEN, now=now, agent="t")
        closed = Facts(OPEN.statement, Level.NOBODY)
        change_rights(session, catalogue.work("KZ-2"), closed, now=now, agent="t")
        taken = catalogue.take(replace(ABAI, predecessors=("KZ-2",)))
        assert [each.reason for _, each in taken.troubles] == ["rights-differ"]
        assert catalogue.work() is not catalogue.work("KZ-2")

    def test_a_record_taken_back_leaves_its_work(self, catalogue: Catalogue) -> None:
        catalogue.take(ABAI)
        assert catalogue.take(replace(ABAI, deleted=True)).changed == 1
        entry = catalogue.session.scalars(select(CatalogueEntry)).one()
        assert entry.withdrawn_at is not None
        assert entry.work.title == "Абай жолы"
        assert catalogue.take(ABAI).changed == 1
        assert entry.withdrawn_at is None
