"""Is a book that comes in again known, and one that only looks alike not?"""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentName
from archive.branches import Branch
from archive.descriptions import agent_named, change_rights, describe_work, find_branch, find_work
from archive.events import Event, EventType
from archive.handover import BranchDescription, Description, checked, fold
from archive.library import register_branches
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.rights_units import RightsUnit, facts_of, revision
from archive.works import Collection, Work
from storage.errors import Refused
from storage.opening import Storage
from tests.archive.shelf import ENDED, OPEN, described, digitized, key_of

BOOK = Description(title="Абай жолы", authors=("Әуезов М.",), year=1942)


def handed_in(session: Session, now: datetime, chance: random.Random) -> Work:
    return describe_work(session, BOOK, folder="/a", now=now, chance=chance, agent="tester")


class TestFinding:
    """The same description, and the same folder or a page's very bytes."""

    def found(self, session: Session, folder: str = "/a", **changed: object) -> Work | None:
        told = {"title": BOOK.title, "authors": BOOK.authors, "year": BOOK.year, **changed}
        return find_work(session, Description(**told), folder, [])  # type: ignore[arg-type]

    def test_same_description_from_the_same_folder(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = handed_in(session, now, chance)
            assert self.found(session) is work

    @pytest.mark.parametrize("title", ["абай ЖОЛЫ", "«Абай жолы».", " Абай  жолы"])
    def test_case_and_punctuation_of_a_title_do_not_count(
        self, storage: Storage, now: datetime, chance: random.Random, title: str
    ) -> None:
        with storage.rows.writing() as session:
            work = handed_in(session, now, chance)
            assert self.found(session, title=title, authors=("ӘУЕЗОВ М",)) is work

    @pytest.mark.parametrize(
        "changed",
        [
            {"title": "Абай"},
            {"year": 1943},
            {"year": None},
            {"type": "extract"},
            {"authors": ()},
            {"authors": ("Әуезов М.", "Кенин Л.")},
        ],
        ids=str,
    )
    def test_another_description_is_another_work(
        self, storage: Storage, now: datetime, chance: random.Random, changed: dict[str, object]
    ) -> None:
        with storage.rows.writing() as session:
            handed_in(session, now, chance)
            assert self.found(session, **changed) is None  # type: ignore[arg-type]

    def test_same_description_from_elsewhere_is_another_work(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        """Two clippings may share title, author, year and type."""
        with storage.rows.writing() as session:
            handed_in(session, now, chance)
            assert self.found(session, folder="/b") is None

    def test_same_description_and_a_page_in_common(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = handed_in(session, now, chance)
            digitized(session, work, ["1.jpg"], now=now, chance=chance)
            same, other = key_of(f"{work.name}/1.jpg"), key_of("other")
            assert find_work(session, BOOK, "/b", [other, same]) is work
            assert find_work(session, BOOK, "/b", [other]) is None

    def test_the_page_in_common_is_one_of_that_very_work(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            handed_in(session, now, chance)
            second = describe_work(
                session, BOOK, folder="/b", now=now, chance=chance, agent="tester"
            )
            digitized(session, second, ["1.jpg"], now=now, chance=chance)
            assert find_work(session, BOOK, "/c", [key_of(f"{second.name}/1.jpg")]) is second

    def test_a_page_in_common_alone_is_not_enough(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = handed_in(session, now, chance)
            digitized(session, work, ["1.jpg"], now=now, chance=chance)
            other = Description(title="Басқа кітап", year=1942)
            assert find_work(session, other, "/b", [key_of(f"{work.name}/1.jpg")]) is None

    def test_of_two_clippings_that_look_alike_the_right_one(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            handed_in(session, now, chance)
            second = describe_work(
                session, BOOK, folder="/b", now=now, chance=chance, agent="tester"
            )
            assert find_work(session, BOOK, "/b", []) is second


class TestDescribing:
    def test_everything_said_is_kept(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            register_branches(session, [BranchDescription("4", "4 ф", "ф. 4", "No. 4", ("№4",))])
            work = describe_work(
                session,
                Description(
                    title="Шахта",
                    authors=("Б", "А"),
                    subtitle="очерк",
                    source_title="Индустриальная Караганда",
                    issued=date(1962, 9, 14),
                    language="ru",
                    type="newspaper-article",
                    branch="№4",
                    collections=("Көмір", "Газет"),
                    rights=ENDED,
                ),
                folder="/a",
                now=now,
                chance=chance,
                agent="tester",
            )
            assert work.author == "Б, А"
            assert work.items[0].branch is not None
            assert work.items[0].branch.code == "4"
            assert {each.title_kk for each in work.collections} == {"Көмір", "Газет"}
            assert facts_of(session.get_one(RightsUnit, work.unit_id), None) == ENDED
            assert (work.revision, work.indexed_revision) == (1, 0)

    def test_nothing_said_of_rights_gives_no_basis(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = handed_in(session, now, chance)
            assert facts_of(session.get_one(RightsUnit, work.unit_id), None) == Facts()

    def test_folders_and_authors_are_shared(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            for title in ("Бір", "Екі"):
                described(session, title, now=now, chance=chance,
                          authors=("Ақан",), collections=("Көмір",))  # fmt: skip
            assert session.scalar(select(func.count()).select_from(Agent)) == 1
            assert session.scalar(select(func.count()).select_from(Collection)) == 1

    def test_a_variant_of_a_name_leads_to_its_agent(
        self, storage: Storage, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            agent = agent_named(session, "Игенбеков", chance)
            agent.forms.append(AgentName(form="Игембеков", folded=fold("Игембеков")))
            session.flush()
            assert agent_named(session, "ИГЕМБЕКОВ", chance) is agent
            assert agent.preferred_form == "Игенбеков"

    def test_an_unknown_branch_is_refused_and_leaves_nothing(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        description = Description(title="Кітап", branch="99")
        with (
            pytest.raises(Refused, match="unknown-branch") as refusal,
            storage.rows.writing() as session,
        ):
            describe_work(session, description, folder="/a", now=now, chance=chance, agent="t")
        assert refusal.value.values == {"value": "99"}
        with storage.rows.reading() as session:
            assert session.scalars(select(Work)).all() == []

    @pytest.mark.parametrize(
        ("description", "reason"),
        [
            (Description(title=" — "), "no-title"),
            (Description(title="А", language="tatar"), "unknown-language"),
            (Description(title="А", type="poem"), "unknown-type"),
            (Description(title="А", rights=Facts("https://example.org")), "unknown-statement"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_makes_no_sense_is_refused(self, description: Description, reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            checked(description)

    def test_what_makes_sense_is_given_back(self) -> None:
        description = Description(title="А", rights=OPEN, language="kk-arab", type="other")
        assert checked(description) is description


class TestBranches:
    def test_code_and_aliases_lead_to_one_branch(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            register_branches(
                session, [BranchDescription("12б", "12б ф", "ф. 12б", "12b", ("ф.12б", "126"))]
            )
            found = {find_branch(session, written).id for written in ("12б", " ф.12б ", "126")}
            assert len(found) == 1

    def test_registering_again_renames_adds_and_forgets_nobody(self, storage: Storage) -> None:
        with storage.rows.writing() as session:
            register_branches(
                session,
                [
                    BranchDescription("1", "а", "а", "a", ("№1",), ("10.0.0.0/8",)),
                    BranchDescription("2", "б", "б", "b"),
                ],
            )
            again = BranchDescription(
                "1", "жаңа", "а", "a", ("№1", "N1"), ("10.0.0.0/8", "192.0.2.0/24")
            )
            register_branches(session, [again])
            session.flush()
            first = find_branch(session, "N1")
            assert first.label("kk") == "жаңа"
            assert {alias.alias for alias in first.aliases} == {"№1", "N1"}
            assert len(first.address_ranges) == 2
            assert session.scalar(select(func.count()).select_from(Branch)) == 2


class TestChangingRights:
    def test_the_facts_change_with_an_event_and_a_new_revision(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = described(session, "Кітап", now=now, chance=chance)
            before = revision(session)
            change_rights(session, work, ENDED, now=now, agent="tester")
            assert facts_of(session.get_one(RightsUnit, work.unit_id), None) == ENDED
            assert revision(session) == before + 1
            told = session.scalars(
                select(Event.detail).where(Event.type == EventType.POLICY_ASSIGNMENT)
            ).all()
            assert told[-1] == {
                "statement": PUBLIC_DOMAIN_MARK, "level": "everybody", "until": "2020-01-01"
            }  # fmt: skip
            assert len(told) == 2

    def test_the_same_facts_again_are_no_change(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = described(session, "Кітап", now=now, chance=chance)
            before = revision(session)
            change_rights(session, work, OPEN, now=now, agent="tester")
            assert revision(session) == before

    def test_an_unknown_statement_changes_nothing(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            work = described(session, "Кітап", now=now, chance=chance)
            other = Facts("http://example.org/free", Level.EVERYBODY)
            with pytest.raises(Refused, match="unknown-statement"):
                change_rights(session, work, other, now=now, agent="tester")
            assert facts_of(session.get_one(RightsUnit, work.unit_id), None) == OPEN
