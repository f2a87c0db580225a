"""Are other forms and better spellings told only from what the requester may search?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from archive.finding import spoken_units
from archive.queries import Variants, no_variants, parse_query
from archive.representations import Page
from archive.rewording import also_searched, perhaps_meant
from archive.rights import Facts
from archive.rights_units import RightsUnit, change_unit
from archive.text import Term, analyse_word
from archive.vocabulary import add_words, count_words, suggest_words
from archive.works import Work
from storage.query import Narrowing, Order
from tests.archive.shelf import ENDED, OPEN
from tests.archive.test_finding import Library, library

__all__ = ["library"]


class Reader:
    """Somebody who asks a library and is helped with words."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def add(self, title: str, *pages: str, rights: Facts = OPEN) -> Work:
        """A work whose words are counted too, as the index step does."""
        work = self.library.add(title, *pages, rights=rights)
        for text in pages:
            add_words(self.library.session, work.unit_id, count_words(text.casefold().split()))
        return work

    def open(self, work: Work, facts: Facts) -> None:
        """Another agreement, and nothing else."""
        session = self.library.session
        change_unit(session, session.get_one(RightsUnit, work.unit_id), facts)
        session.flush()

    def also(
        self, question: str, *, only_exact: bool = False, variants: Variants = no_variants
    ) -> list[str]:
        parsed = parse_query(question, only_exact=only_exact, variants=variants)
        asking = self.library.asking(question, Order.RELEVANCE, Narrowing())
        session = self.library.session
        spoken = spoken_units(session, asking.rights)
        return list(also_searched(session, parsed.query, parsed.variants, spoken))

    def meant(self, question: str) -> str:
        asking = self.library.asking(question, Order.RELEVANCE, Narrowing())
        session = self.library.session
        spoken = spoken_units(session, asking.rights)
        return perhaps_meant(session, self.library.index, asking, question, spoken)

    def suggested(self, beginning: str) -> list[str]:
        session = self.library.session
        asking = self.library.asking("x", Order.RELEVANCE, Narrowing())
        found = suggest_words(session, beginning, spoken_units(session, asking.rights))
        return [each.word for each in found]

    def told(self) -> dict[str, bool]:
        """Whether the canary, of which only one book has many forms, is told anywhere."""
        return {
            "suggested": "кентбаз" in self.suggested("кентб"),
            "also": "кентбаздың" in self.also("кентбаз"),
            "also, in Latin": "кентбаз" in self.also("kentbaz"),
            "meant": self.meant("кентбза") == "кентбаз",
        }


@pytest.fixture
def reader(library: Library) -> Reader:
    return Reader(library)


CANARY = "кентбаз кентбаз кентбаздың"


class TestCanary:
    """A word that stands on closed pages alone."""

    def test_it_is_told_by_nothing_while_it_is_closed(self, reader: Reader) -> None:
        reader.add("Ашық", "қала көмір")
        work = reader.add("Жабық", CANARY, rights=ENDED)
        assert set(reader.told().values()) == {False}
        for facts in (OPEN, ENDED, OPEN):
            reader.open(work, facts)
            assert set(reader.told().values()) == {facts is OPEN}

    def test_it_is_not_told_while_a_page_has_left_its_unit(self, reader: Reader) -> None:
        """Which of the unit's words are that page's alone is not known."""
        work = reader.add("Ашық", CANARY, "қала")
        assert set(reader.told().values()) == {True}
        session = reader.library.session
        page = session.query(Page).filter(Page.unit_id == work.unit_id).first()
        assert page is not None
        page.indexed_text_id, page.indexed_unit_id = None, work.unit_id
        other = reader.add("Басқа", "x")
        page.unit_id = other.unit_id
        session.flush()
        assert not any(reader.told().values())

    def test_closed_words_do_not_displace_open_ones(self, reader: Reader) -> None:
        reader.add("Ашық", "көмірлер көмірлер")
        reader.add("Жабық", " ".join(["көмірлге"] * 9), rights=ENDED)
        assert reader.meant("көмірлре") == "көмірлер"


class TestAlsoSearched:
    @pytest.fixture(autouse=True)
    def _books(self, reader: Reader) -> None:
        reader.add("Бірінші", "қаланың қалада қалада қала", "Караганды шахта Qaragandy")
        reader.add("Екінші", "городских города города")

    def test_other_forms_and_scripts_that_occur_commonest_first(self, reader: Reader) -> None:
        assert reader.also("қала") == ["қалада", "қаланың"]
        assert reader.also("город") == ["города"]
        assert reader.also("Қарағанды -шахта") == ["qaragandy", "караганды"]

    def test_no_more_than_six_of_a_word(self, reader: Reader) -> None:
        reader.add("Көп", "тас таста тасқа тастың тастан тасты тастар тастарды тастарға")
        assert len(reader.also("тас")) == 6

    def test_it_is_switched_off(self, reader: Reader) -> None:
        assert reader.also("қала", only_exact=True) == []
        assert reader.also("қала*") == []

    def test_other_names_are_searched_and_told_as_far_as_they_occur(self, reader: Reader) -> None:
        def variants(name: Sequence[Term]) -> Sequence[tuple[Term, ...]]:
            if [term.exact for term in name] != ["қала"]:
                return ()
            return [tuple(filter(None, map(analyse_word, words))) for words in
                    (["город"], ["шаһар"], ["үлкен", "ауыл"])]  # fmt: skip

        assert reader.also("қала", variants=variants) == ["қалада", "қаланың", "города"]
        parsed = parse_query("қала көмір", variants=variants)
        assert [len(group) for group in parsed.query.all_of] == [4, 1]
        assert parsed.variants == {"город", "шаһар", "үлкен", "ауыл"}
        exact = parse_query("қала", variants=variants, only_exact=True)
        assert (len(exact.query.all_of[0]), exact.variants) == (1, frozenset())
        asking = reader.library.asking("қала", Order.RELEVANCE, Narrowing())
        asking = replace(asking, query=parse_query("қала", variants=variants).query)
        assert asking.query.asks_for_words


class TestPerhapsMeant:
    @pytest.fixture(autouse=True)
    def _books(self, reader: Reader) -> None:
        reader.add("Бірінші", *["Қарағанды қаласы көмір"] * 3)
        reader.add("Екінші", "терриконник терриконник шахтер шахтер шахтерка шахтерка")

    def test_a_slip_of_the_pen(self, reader: Reader) -> None:
        expected = {
            "қарғанды": "қарағанды",
            "qargandy": "қарағанды",
            "караганьды": "",
            "Қарағнады!": "қарағанды!",
            "көмір терримонник": "көмір терриконник",
            "көмілр": "көмір",
            "шатер": "шахтер",
            "қарағанды": "",
            "көмір": "",
            "жоқсөз": "",
            "қар": "",
            "1937": "",
            "көмі*": "",
            "author:Көміір": "",
        }
        assert {typed: reader.meant(typed) for typed in expected} == expected
