"""Is the catalogue record found that the person at the desk means?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from archive.agents import AgentName
from archive.handover import fold
from archive.record_search import find_works
from archive.rights import Facts
from archive.rights_units import add_unit
from archive.rows import mint_name
from archive.works import Contribution, Work, WorkIdentifier
from storage.opening import Storage
from tests.archive.shelf import described

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


WORDS = "көмір дала тау өзен қала ауыл жол бала ана әке күн ай жұлдыз су от жер кітап сөз".split()


def test_it_is_quick_on_a_whole_catalogue(
    storage: Storage, now: datetime, chance: random.Random
) -> None:
    """65 000 works, as many as the library has; the bound is ten times what is measured."""
    with storage.rows.writing() as session:
        author = described(
            session, "Бірінші", authors=("Иванов, И.",), now=now, chance=chance
        ).contributions[0]
        unit = add_unit(session, Facts())
        rows = [
            _row(number, unit.id, now, chance, " ".join(chance.choices(WORDS, k=5)))
            for number in range(1000, 66_000)
        ]
        session.execute(insert(Work), rows)
        links = [
            {"work_id": row["id"], "agent_id": author.agent_id, "role": "aut", "position": 0}
            for row in rows[::2]
        ]
        session.execute(insert(Contribution), links)
        numbers = [
            {"work_id": row["id"], "scheme": "rabis", "value": str(row["id"])} for row in rows
        ]
        session.execute(insert(WorkIdentifier), numbers)
    with storage.rows.reading() as session:
        for text in ("көмір дала", "иванов көмір 1950", "45000", "жоқ сөз мұнда"):
            begun = time.perf_counter()
            find_works(session, text, limit=20)
            took = time.perf_counter() - begun
            print(f"{text}: {took * 1000:.0f} ms")
            assert took < 3


def _row(
    number: int, unit: int, now: datetime, chance: random.Random, title: str
) -> dict[str, object]:
    return {
        "id": number,
        "name": mint_name(chance),
        "type": "book",
        "title": title,
        "language": "kk",
        "year": 1900 + number % 120,
        "folded_title": fold(title),
        "unit_id": unit,
        "created_at": now,
    }
