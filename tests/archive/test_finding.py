"""Does a question find what this requester may find, in order, rightly counted?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from archive.finding import Asking, Findings, FoundWork, find
from archive.queries import parse_query
from archive.rights import PUBLIC_DOMAIN_MARK, Act, Facts, Level, Reason, Requester
from archive.rights_units import RightsUnit, add_unit, change_unit, rights_now
from archive.withholding import withhold_page
from archive.works import Work
from storage.opening import Storage
from storage.query import Narrowing, Order
from tests.archive.shelf import (
    ENDED,
    OPEN,
    TODAY,
    described,
    digitized,
    index_page,
    index_work,
    shown,
)

READER, INSIDE = Requester(), Requester(on_premises=True)
PREMISES = Facts(PUBLIC_DOMAIN_MARK, Level.PREMISES)


class Library:
    """Works that are shown and indexed, in one session, and questions to them."""

    def __init__(
        self, storage: Storage, session: Session, now: datetime, chance: random.Random
    ) -> None:
        self.session, self.index = session, storage.index
        self.now, self.chance = now, chance
        self.requester, self.today = READER, TODAY

    def add(self, title: str, *pages: str, rights: Facts | None = OPEN, **told: object) -> Work:
        """A work whose pages hold these words."""
        work = described(self.session, title, now=self.now, chance=self.chance, rights=rights,
                         folder=title, **told)  # type: ignore[arg-type]  # fmt: skip
        index_work(self.index, work)
        names = [f"{number}.jpg" for number in range(1, len(pages) + 1)]
        made = digitized(self.session, work, names, now=self.now, chance=self.chance)
        for page, words in zip(made, pages, strict=True):
            shown(self.session, page, now=self.now)
            index_page(self.index, work, page, words)
        self.session.flush()
        return work

    def asking(self, question: str, order: Order, narrowing: Narrowing) -> Asking:
        rights = rights_now(self.session, self.requester, Act.SEARCH, self.today)
        query = parse_query(question).query
        return Asking(query, narrowing, order, self.requester, self.today, rights)

    def find(
        self,
        question: str,
        *,
        first: int = 0,
        limit: int = 20,
        order: Order = Order.RELEVANCE,
        narrowing: Narrowing | None = None,
    ) -> Findings:
        asking = self.asking(question, order, narrowing or Narrowing())
        return find(self.session, self.index, asking, first=first, limit=limit)


@pytest.fixture
def library(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Library]:
    with storage.rows.writing() as session:
        yield Library(storage, session, now, chance)


def titles(findings: Findings) -> list[str]:
    return [found.work.title for found in findings.works]


def only(findings: Findings) -> FoundWork:
    (found,) = findings.works
    return found


class TestFinding:
    def test_a_work_is_shown_once_with_its_best_page(self, library: Library) -> None:
        library.add("Бірінші", "қала туралы көп сөз айтылды көмір", "көмір көмір көмір")
        library.add("Екінші", "қала")
        findings = library.find("көмір")
        found = only(findings)
        assert (found.work.title, found.pages, found.refused) == ("Бірінші", 2, None)
        assert found.page is not None
        assert found.page.sequence == 2
        assert (findings.page_count, findings.work_count) == (2, 1)

    def test_every_form_of_a_word_and_its_exact_form_first(self, library: Library) -> None:
        library.add("Екінші", "көмірдің бағасы")
        library.add("Бірінші", "көмір бағасы")
        assert titles(library.find("көмір")) == ["Бірінші", "Екінші"]

    def test_a_title_says_more_than_a_page(self, library: Library) -> None:
        library.add("Қала", "көмір туралы айтады")
        library.add("Көмір", "қала туралы айтады")
        assert titles(library.find("көмір")) == ["Көмір", "Қала"]

    def test_a_title_says_more_however_common_its_word_is_in_titles(self, library: Library) -> None:
        for number in range(12):
            library.add(f"Көмір {number}")
        library.add("Қала", "көмір көмір көмір")
        assert titles(library.find("көмір"))[-1] == "Қала"

    def test_a_page_with_the_word_says_more_than_a_title_like_it(self, library: Library) -> None:
        library.add("Болды", "қала")
        library.add("Қала", "үйлеріне бөлді", "болды")
        library.add("Бөлді")
        assert titles(library.find("бөлді")) == ["Бөлді", "Қала", "Болды"]

    def test_a_work_found_by_its_title_alone_has_no_page(self, library: Library) -> None:
        library.add("Көмір", "қала туралы")
        findings = library.find("көмір")
        assert only(findings).page is None
        assert only(findings).pages == 0
        assert only(findings).refused is None
        assert (findings.page_count, findings.work_count) == (0, 1)

    def test_a_work_that_is_not_digitized_is_found_by_its_title(self, library: Library) -> None:
        library.add("Көмір")
        assert titles(library.find("көмір")) == ["Көмір"]

    def test_nothing_asked_nothing_found(self, library: Library) -> None:
        library.add("Көмір", "көмір")
        findings = library.find("…")
        assert (findings.works, findings.page_count, findings.work_count) == ((), 0, 0)

    def test_leaves_follow_one_another(self, library: Library) -> None:
        for number in range(7):
            library.add(f"Кітап {number}", "көмір")
        leaves = [library.find("көмір", first=first, limit=3) for first in (0, 3, 6, 9)]
        assert [len(leaf.works) for leaf in leaves] == [3, 3, 1, 0]
        assert len({title for leaf in leaves for title in titles(leaf)}) == 7
        assert {leaf.work_count for leaf in leaves} == {7}


class TestOrderAndChoice:
    @pytest.fixture(autouse=True)
    def _books(self, library: Library) -> None:
        library.add("Жаңа", "көмір", year=1990)
        library.add("Жылсыз", "көмір көмір көмір")
        library.add("Ескі", "көмір", "көмір көмір", year=1930, work_type="extract")

    def test_oldest_first_and_undated_last(self, library: Library) -> None:
        findings = library.find("көмір", order=Order.YEAR_ASCENDING)
        assert titles(findings) == ["Ескі", "Жаңа", "Жылсыз"]

    def test_newest_first_and_undated_last(self, library: Library) -> None:
        findings = library.find("көмір", order=Order.YEAR_DESCENDING)
        assert titles(findings) == ["Жаңа", "Ескі", "Жылсыз"]

    def test_facets_count_pages(self, library: Library) -> None:
        facets = library.find("көмір").facets
        assert facets.types == {"book": 2, "extract": 2}
        assert facets.years == {1990: 1, 1930: 2}

    def test_a_choice_narrows_results_and_counts(self, library: Library) -> None:
        findings = library.find("көмір", narrowing=Narrowing(types=frozenset({"extract"})))
        assert titles(findings) == ["Ескі"]
        assert (findings.page_count, findings.work_count) == (2, 1)


class TestConditions:
    """What is asked of the work narrows its pages, and may stand alone."""

    @pytest.fixture(autouse=True)
    def _books(self, library: Library) -> None:
        library.add("Абай жолы", "көмір", "қала", authors=("Әуезов М.О.",), year=1942)
        library.add("Көшпенділер", "көмір көмір", authors=("Есенберлин І.",), year=1969)
        library.add("Тұйық", "көмір", authors=("Мұхтар Әуезов",), year=1937, rights=ENDED)

    def test_pages_are_narrowed_by_the_author(self, library: Library) -> None:
        findings = library.find("көмір author:Әуезов")
        assert (titles(findings), findings.page_count) == (["Абай жолы"], 1)
        assert titles(library.find("көмір -author:Әуезов")) == ["Көшпенділер"]

    def test_an_author_alone_finds_the_works_and_counts_what_may_be_searched(
        self, library: Library
    ) -> None:
        findings = library.find('author:"М. Әуезов"', order=Order.YEAR_ASCENDING)
        assert titles(findings) == ["Тұйық", "Абай жолы"]
        assert (findings.page_count, findings.work_count) == (2, 2)
        assert findings.facets.years == {1942: 2}
        assert [(found.page, found.refused is None) for found in findings.works] == [
            (None, False), (None, True),
        ]  # fmt: skip

    def test_years_alone(self, library: Library) -> None:
        assert titles(library.find("year:1940..1950")) == ["Абай жолы"]
        assert sorted(titles(library.find("year:..1950"))) == ["Абай жолы", "Тұйық"]


class TestCountsOfManyPages:
    """The engine counts by work only for the documents that it lists."""

    @pytest.fixture(autouse=True)
    def _books(self, library: Library) -> None:
        library.add("Көп бетті", *["көмір көмір көмір"] * 60)
        library.add("Бір бетті", "көмір туралы бір ғана ұзақ сөйлем айтылған бет осы еді")

    def test_a_work_behind_a_thick_book_keeps_its_page(self, library: Library) -> None:
        findings = library.find("көмір", limit=2)
        assert titles(findings) == ["Көп бетті", "Бір бетті"]
        assert findings.page_count == 61
        assert [found.page is not None for found in findings.works] == [True, True]

    def test_its_pages_are_counted(self, library: Library) -> None:
        findings = library.find("көмір", limit=2)
        assert [found.pages for found in findings.works] == [60, 1]

    def test_it_is_counted_as_a_work(self, library: Library) -> None:
        assert library.find("көмір", limit=2).work_count == 2


class TestRights:
    """Closed means closed: no page, no count, no facet; the description stays."""

    @pytest.mark.parametrize(
        ("rights", "reason"),
        [
            (None, Reason.NO_BASIS),
            (ENDED, Reason.ENDED),
            (PREMISES, Reason.PREMISES_ONLY),
            (Facts(PUBLIC_DOMAIN_MARK, Level.NOBODY), Reason.NOBODY),
        ],
        ids=["no basis", "ended", "premises", "nobody"],
    )
    def test_a_closed_work_is_found_by_its_description_alone(
        self, library: Library, rights: Facts | None, reason: Reason
    ) -> None:
        library.add("Көмір", "көмір қазына", rights=rights, year=1950)
        by_words = library.find("қазына")
        assert (by_words.works, by_words.page_count, by_words.work_count) == ((), 0, 0)
        findings = library.find("көмір")
        found = only(findings)
        assert found.refused is not None
        assert found.refused.reason is reason
        assert (found.page, found.pages, findings.page_count) == (None, 0, 0)
        assert findings.facets.years == {}

    def test_on_the_premises_a_work_for_the_premises_is_open(self, library: Library) -> None:
        library.add("Кітап", "көмір", rights=PREMISES)
        assert library.find("көмір").page_count == 0
        library.requester = INSIDE
        assert only(library.find("көмір")).page is not None

    def test_it_closes_after_its_last_day(self, library: Library) -> None:
        library.add("Кітап", "көмір", rights=Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY, TODAY))
        assert library.find("көмір").page_count == 1
        library.today = TODAY + timedelta(days=1)
        assert library.find("көмір").page_count == 0

    def test_it_opens_and_closes_with_its_facts_and_no_index_is_touched(
        self, library: Library
    ) -> None:
        work = library.add("Кітап", "көмір", rights=ENDED)
        unit = library.session.get_one(RightsUnit, work.unit_id)
        for facts, pages in ((OPEN, 1), (ENDED, 0), (OPEN, 1)):
            change_unit(library.session, unit, facts)
            library.session.flush()
            assert library.find("көмір").page_count == pages

    def test_a_unit_that_the_snapshot_does_not_know_is_closed(self, library: Library) -> None:
        before = library.asking("көмір", Order.RELEVANCE, Narrowing())
        library.add("Көмір", "көмір")
        findings = find(library.session, library.index, before, first=0, limit=20)
        assert (findings.works, findings.page_count) == ((), 0)

    def test_a_withheld_page_is_not_found_before_the_index_knows(self, library: Library) -> None:
        work = library.add("Кітап", "көмір", "көмір көмір")
        page = only(library.find("көмір")).page
        assert page is not None
        withhold_page(library.session, page, until=None, now=library.now, agent="tester")
        library.session.flush()
        found = only(library.find("көмір"))
        assert found.page is not None
        assert (found.page.sequence, found.pages) == (1, 1)
        index_page(library.index, work, page, "көмір көмір")
        library.session.flush()
        assert only(library.find("көмір")).pages == 1

    def test_a_shown_page_is_asked_about_once_more(self, library: Library) -> None:
        """The snapshot was taken before the facts changed."""
        work = library.add("Кітап", "көмір")
        before = library.asking("көмір", Order.RELEVANCE, Narrowing())
        change_unit(library.session, library.session.get_one(RightsUnit, work.unit_id), ENDED)
        library.session.flush()
        found = only(find(library.session, library.index, before, first=0, limit=20))
        assert (found.page, found.pages) == (None, 0)
        assert found.refused is not None

    def test_a_page_whose_text_has_changed_is_not_shown(self, library: Library) -> None:
        library.add("Кітап", "көмір")
        page = only(library.find("көмір")).page
        assert page is not None
        page.indexed_text_id = None
        library.session.flush()
        assert only(library.find("көмір")).page is None

    def test_a_page_without_an_image_is_not_shown(self, library: Library) -> None:
        library.add("Кітап", "көмір")
        page = only(library.find("көмір")).page
        assert page is not None
        page.access_id = None
        library.session.flush()
        assert only(library.find("көмір")).page is None

    def test_the_newest_unit_counts_units_of_pages_too(self, library: Library) -> None:
        work = library.add("Кітап", "көмір")
        unit = add_unit(library.session, OPEN, parent=work.unit_id)
        rights = rights_now(library.session, READER, Act.SEARCH, date(2026, 11, 23))
        assert rights.newest_unit == unit.id
