"""Is the catalogue record found that the person at the desk means?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from archive.agents import AgentName
from archive.handover import fold
from archive.record_search import find_works
from archive.works import WorkIdentifier
from storage.opening import Storage
from tests.archive.shelf import described

pytestmark = pytest.mark.every_database

BASIN = "Қарағанды көмір бассейні"


@pytest.fixture
def session(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Session]:
    """A small catalogue."""
    with storage.rows.writing() as session:
        describe = partial(described, session, now=now, chance=chance)
        basin = describe(BASIN, year=1972, authors=("Сәтбаев, Қ. И.",))
        basin.subtitle = "Очерки геологии"
        basin.identifiers.append(WorkIdentifier(scheme="rabis", value="18204"))
        basin.identifiers.append(WorkIdentifier(scheme="isbn", value="978-601-01-2345-6"))
        agent = basin.contributions[0].agent
        agent.forms.append(AgentName(form="Сатпаев К. И.", folded=fold("Сатпаев К. И.")))
        describe("Көмір", year=1972, folder="/scans/18204/komir")
        describe("Көмір және болат", authors=("Ермеков, Ә.",))
        describe("Ақ көмір туралы аңыз", year=1967)
        session.flush()
        session.expire_all()
        yield session


def titles(session: Session, text: str, *, limit: int = 10, first: int = 0) -> list[str]:
    return [work.title for work in find_works(session, text, limit=limit, first=first)]


class TestFindWorks:
    def test_every_word_counts_in_any_order(self, session: Session) -> None:
        assert titles(session, "бассейні қарағанды") == [BASIN]
        assert titles(session, "қарағанды болат") == []

    @pytest.mark.parametrize(
        "text",
        [
            "Қарағанды",
            "ҚАРАҒ",  # a beginning, whatever its case
            "сәтбаев",
            "сатпаев бассейн",  # another form of the name, with a word of the title
            "очерки",
            "геологии сәтбаев",
            "сәтбаев 1972",
            "18204",
            "978-601-01-2345-6",
            "9786010123456",
            "«Қарағанды, көмір!»",
        ],
    )
    def test_a_work_is_found_by(self, session: Session, text: str) -> None:
        assert titles(session, text) == [BASIN]

    def test_a_word_is_found_by_its_beginning_alone(self, session: Session) -> None:
        assert titles(session, "арағанды") == []

    def test_the_folder_it_came_from_is_no_number(self, session: Session) -> None:
        assert titles(session, "scans") == []

    def test_best_first(self, session: Session) -> None:
        expected = ["Көмір", "Көмір және болат", "Ақ көмір туралы аңыз", BASIN]
        assert titles(session, "көмір") == expected

    def test_leaf_by_leaf(self, session: Session) -> None:
        assert titles(session, "көмір", limit=2) == ["Көмір", "Көмір және болат"]
        assert titles(session, "көмір", limit=2, first=2) == ["Ақ көмір туралы аңыз", BASIN]

    @pytest.mark.parametrize("text", ["", "  ", "…", "%", "_", "100%_"])
    def test_what_is_no_word_finds_nothing(self, session: Session, text: str) -> None:
        assert titles(session, text) == []

    def test_a_whole_page_pasted_in_is_no_trouble(self, session: Session) -> None:
        assert titles(session, "көмір " * 5000)[0] == "Көмір"
