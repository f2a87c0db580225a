"""Are the shelves in order, counted rightly and cut into leaves?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.agents import Agent
from archive.browsing import (
    articles,
    authors_with_counts,
    collection_works,
    collections_with_counts,
    count_pages,
    count_works,
    newest_works,
    works_of,
)
from archive.works import Collection, CollectionWork, Work
from storage.opening import Storage
from tests.archive.shelf import described, digitized, shown

pytestmark = pytest.mark.every_database


@pytest.fixture
def shelf(storage: Storage, now: datetime, chance: random.Random) -> Iterator[Session]:
    """Three books; of the first only one page is shown, of the third none."""
    with storage.rows.writing() as session:
        first = described(session, "В", now=now, chance=chance, year=1990, authors=("Ақан",),
                          collections=("Көмір",))  # fmt: skip
        second = described(session, "А", now=now, chance=chance, year=1980,
                           authors=("Ақан", "Мұхтар"), collections=("Көмір", "Қала"))  # fmt: skip
        third = described(session, "Б", now=now, chance=chance, collections=("Қала",))
        for work, files in ((first, ["1", "2"]), (second, ["1"])):
            pages = digitized(session, work, files, now=now, chance=chance)
            shown(session, pages[0], now=now)
        digitized(session, third, ["1"], now=now, chance=chance)
        yield session


def titles(works: Sequence[Work]) -> list[str]:
    return [work.title for work in works]


class TestCounts:
    def test_works_and_pages_that_can_be_shown(self, shelf: Session) -> None:
        assert count_works(shelf) == 2
        assert count_pages(shelf) == 2

    def test_an_empty_archive(self, storage: Storage) -> None:
        with storage.rows.reading() as session:
            assert (count_works(session), count_pages(session)) == (0, 0)
            assert newest_works(session, 5) == []
            assert collections_with_counts(session) == []

    def test_newest_first(self, shelf: Session) -> None:
        assert titles(newest_works(shelf, 5)) == ["А", "В"]
        assert titles(newest_works(shelf, 1)) == ["А"]


class TestCollections:
    def collection(self, session: Session, title: str) -> Collection:
        return session.scalars(select(Collection).where(Collection.title_kk == title)).one()

    def test_the_fullest_first_and_empty_ones_too(self, shelf: Session) -> None:
        shelf.add(Collection(name="empty", title_kk="Бос"))
        shelf.flush()
        counted = [(each.title_kk, count) for each, count in collections_with_counts(shelf)]
        assert counted == [("Көмір", 2), ("Қала", 2), ("Бос", 0)]

    def test_a_leaf_in_the_folders_own_order(self, shelf: Session) -> None:
        coal = self.collection(shelf, "Көмір")
        works, total = collection_works(shelf, coal, first=0, limit=10)
        assert (titles(works), total) == (["А", "В"], 2)
        last = shelf.scalars(
            select(CollectionWork)
            .join(Work, CollectionWork.work_id == Work.id)
            .where(CollectionWork.collection_id == coal.id, Work.title == "А")
        ).one()
        last.position = 7
        works, _ = collection_works(shelf, coal, first=0, limit=10)
        assert titles(works) == ["В", "А"]

    def test_leaves_follow_one_another(self, shelf: Session) -> None:
        coal = self.collection(shelf, "Көмір")
        leaves = [collection_works(shelf, coal, first=n, limit=1) for n in range(3)]
        assert [titles(works) for works, _ in leaves] == [["А"], ["В"], []]
        assert {total for _, total in leaves} == {2}


class TestArticles:
    def test_by_newspaper_and_day(
        self, storage: Storage, now: datetime, chance: random.Random
    ) -> None:
        with storage.rows.writing() as session:
            for title, source, day in (
                ("в", "Орталық", 1),
                ("а", "Индустриальная", 9),
                ("б", "Индустриальная", 2),
                ("г", "Индустриальная", 2),
            ):
                work = described(session, title, now=now, chance=chance,
                                 work_type="newspaper-article")  # fmt: skip
                work.source_title, work.issued = source, date(1962, 9, day)
                digitized(session, work, ["1"], now=now, chance=chance)
            described(session, "сканы жоқ", now=now, chance=chance, work_type="newspaper-article")
            described(session, "кітап", now=now, chance=chance)
            session.flush()
            works, total = articles(session, first=0, limit=3)
            assert (titles(works), total) == (["б", "г", "а"], 4)
            assert titles(articles(session, first=3, limit=3)[0]) == ["в"]


class TestAuthors:
    def test_with_the_number_of_their_works(self, shelf: Session) -> None:
        counted = {agent.preferred_form: n for agent, n in authors_with_counts(shelf)}
        assert counted == {"Ақан": 2, "Мұхтар": 1}

    def test_works_by_year(self, shelf: Session) -> None:
        agent = next(a for a in shelf.scalars(select(Agent)) if a.preferred_form == "Ақан")
        assert titles(works_of(shelf, agent)) == ["А", "В"]
