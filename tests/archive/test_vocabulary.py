"""Are words suggested only from what may be found, and counted rightly?"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.rights_units import add_unit, open_flags
from archive.text import analyse_word
from archive.vocabulary import (
    WIDESPREAD,
    Suggestion,
    UnitWord,
    WordKey,
    add_words,
    closest_word,
    count_words,
    suggest_words,
    words_like,
)
from storage.opening import Storage
from tests.archive.shelf import OPEN

pytestmark = pytest.mark.every_database

NEWEST = 1_000


@pytest.fixture
def units(storage: Storage) -> tuple[int, int]:
    with storage.rows.writing() as session:
        first, second = add_unit(session, OPEN), add_unit(session, OPEN)
        add_words(session, first.id, {"көмір": 5, "көмірші": 1, "қала": 2})
        add_words(session, second.id, {"көмір": 3, "көмек": 4})
        return first.id, second.id


def suggested(storage: Storage, beginning: str, closed: set[int], **told: object) -> list[str]:
    with storage.rows.reading() as session:
        newest = told.pop("newest_unit", NEWEST)
        spoken = open_flags(newest, closed)  # type: ignore[arg-type]
        found = suggest_words(session, beginning, spoken, **told)  # type: ignore[arg-type]
        return [word.word for word in found]


class TestCounting:
    def test_short_words_and_numbers_are_no_help(self) -> None:
        assert count_words(["ал", "көмір", "1937", "көмір", "х1937"]) == {"көмір": 2, "х1937": 1}

    def test_counts_add_up_and_take_away(self, storage: Storage, units: tuple[int, int]) -> None:
        with storage.rows.writing() as session:
            add_words(session, units[0], {"көмір": 2, "қала": -2, "көмірші": -5})
        with storage.rows.reading() as session:
            kept = session.execute(
                select(UnitWord.word, UnitWord.count).where(UnitWord.unit_id == units[0])
            )
            assert dict(iter(kept)) == {"көмір": 7}

    def test_indexing_a_page_again_counts_it_once(
        self, storage: Storage, units: tuple[int, int]
    ) -> None:
        """The index step takes the old page's words away and adds the new ones."""
        page = count_words("көмір көмір қазына".split())
        with storage.rows.writing() as session:
            for _ in range(3):
                add_words(session, units[0], page)
                add_words(session, units[0], {word: -count for word, count in page.items()})
        with storage.rows.reading() as session:
            found = suggest_words(session, "көмі", open_flags(NEWEST, ()))
            assert found[0] == Suggestion("көмір", 8)
        assert suggested(storage, "қазына", set()) == []

    def test_nothing_to_add_is_nothing(self, storage: Storage, units: tuple[int, int]) -> None:
        with storage.rows.writing() as session:
            add_words(session, units[0], {})
        assert suggested(storage, "көмір", set()) == ["көмір", "көмірші"]


class TestSuggesting:
    def test_commonest_first_over_all_units(self, storage: Storage, units: tuple[int, int]) -> None:
        assert units
        assert suggested(storage, "көм", set()) == ["көмір", "көмек", "көмірші"]

    def test_a_closed_unit_gives_no_word_and_no_count(
        self, storage: Storage, units: tuple[int, int]
    ) -> None:
        with storage.rows.reading() as session:
            found = suggest_words(session, "көм", open_flags(NEWEST, {units[1]}))
        assert found == [Suggestion("көмір", 5), Suggestion("көмірші", 1)]
        assert suggested(storage, "көм", set(units)) == []

    def test_a_unit_that_the_snapshot_does_not_know_is_closed(
        self, storage: Storage, units: tuple[int, int]
    ) -> None:
        assert suggested(storage, "көмек", set(), newest_unit=units[0]) == []
        assert suggested(storage, "көмек", set(), newest_unit=units[1]) == ["көмек"]

    def test_within_some_units(self, storage: Storage, units: tuple[int, int]) -> None:
        assert suggested(storage, "көм", set(), within={units[1]}) == ["көмек", "көмір"]
        assert suggested(storage, "көм", {units[1]}, within={units[1]}) == []

    def test_no_beginning_no_words(self, storage: Storage, units: tuple[int, int]) -> None:
        assert units
        assert suggested(storage, "", set()) == []

    @pytest.mark.parametrize("beginning", ["көм%", "_өм", "көмірр", "ө"])
    def test_a_beginning_is_taken_as_it_is(
        self, storage: Storage, units: tuple[int, int], beginning: str
    ) -> None:
        assert units
        assert suggested(storage, beginning, set()) == []

    def test_a_limit(self, storage: Storage, units: tuple[int, int]) -> None:
        assert units
        assert suggested(storage, "көм", set(), limit=1) == ["көмір"]


class TestAlike:
    """Words that share a stem or the key, and words a slip of the pen away."""

    def alike(self, storage: Storage, word: str, closed: set[int], newest: int = NEWEST) -> object:
        term = analyse_word(word)
        assert term is not None
        with storage.rows.reading() as session:
            return words_like(session, term, open_flags(newest, closed), limit=9)

    def closest(
        self, storage: Storage, word: str, closed: set[int], newest: int = NEWEST
    ) -> object:
        term = analyse_word(word)
        assert term is not None
        with storage.rows.reading() as session:
            return closest_word(session, term, open_flags(newest, closed), commoner_than=1)

    def test_forms_and_scripts(self, storage: Storage, units: tuple[int, int]) -> None:
        with storage.rows.writing() as session:
            add_words(session, units[0], {"көмірдің": 2, "komir": 9})
            add_words(session, units[1], {"көмірдің": 1})
        assert self.alike(storage, "көмірде", set()) == ["komir", "көмір", "көмірдің"]
        assert self.alike(storage, "көмірде", {units[0]}) == ["көмір", "көмірдің"]
        assert self.alike(storage, "көмірде", set(), newest=units[0] - 1) == []

    def test_the_closest_common_word(self, storage: Storage, units: tuple[int, int]) -> None:
        assert self.closest(storage, "көмрек", set()) == "көмек"
        assert self.closest(storage, "көмрек", {units[1]}) is None
        assert self.closest(storage, "көмрек", set(), newest=units[0]) is None
        with storage.rows.writing() as session:
            add_words(session, units[1], {"көмек": -3})
        assert self.closest(storage, "көмрек", set()) is None

    def test_thousands_of_closed_units(self, storage: Storage, units: tuple[int, int]) -> None:
        closed = set(range(units[1] + 1, 60_000))
        assert suggested(storage, "көмек", closed, newest_unit=60_000) == ["көмек"]

    @pytest.mark.usefixtures("units")
    def test_a_common_word_is_judged_by_its_first_open_units(self, storage: Storage) -> None:
        """A closed unit takes no place among them."""
        with storage.rows.writing() as session:
            more = [add_unit(session, OPEN).id for _ in range(WIDESPREAD + 1)]
            for unit in more:
                add_words(session, unit, {"көмірдің": 2, "көмірдей": 1})
            add_words(session, more[-1], {"көмірдей": 2 * WIDESPREAD})
        rest = ["көмір"]
        assert self.alike(storage, "көмірде", set()) == ["көмірдің", "көмірдей", *rest]
        assert self.alike(storage, "көмірде", {more[0]}) == ["көмірдей", "көмірдің", *rest]

    def test_another_analyser_replaces_what_the_last_one_said(
        self, storage: Storage, units: tuple[int, int]
    ) -> None:
        with storage.rows.writing() as session:
            session.get_one(WordKey, "көмір").kk = "көм"
        with storage.rows.writing() as session:
            add_words(session, units[0], {"көмір": 1})
            session.expire_all()
            assert session.get_one(WordKey, "көмір").kk == "көмір"


def test_unit_numbers_rise_and_are_never_used_again(storage: Storage) -> None:
    with storage.rows.writing() as session:
        first = add_unit(session, OPEN).id
    with storage.rows.writing() as session:
        assert add_unit(session, OPEN).id == first + 1
        session.rollback()
    with storage.rows.writing() as session:
        last = add_unit(session, OPEN)
        assert last.id == first + 1
        session.delete(last)
        session.flush()
        assert add_unit(session, OPEN).id == first + 2
