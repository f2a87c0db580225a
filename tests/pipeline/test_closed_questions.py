"""Does any answer to a question tell that a closed book holds the word?

The instrument is a second library, the same in every row and file, in which the
words of the closed book were never read. Whatever is asked, both must answer
with the same bytes: then what stands in an answer is the visitor's own question
and what open books hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from archive import finding
from archive.rights import Act, Requester
from archive.rights_units import RightsNow, rights_now
from storage.query import Search
from tests.pipeline.canaries import Canaries, read_canaries
from tests.pipeline.closed_library import (
    WHEN_CLOSED,
    WHILE_OPEN,
    forget_words_of,
    portal_on,
)
from tests.pipeline.crawl import Address, Answer, fetch, with_question
from tests.pipeline.inventory import Book, Inventory, portal_of, take_inventory
from tests.pipeline.questions import questions
from tests.sample_home import CLOSED_BOOK, SAMPLES, copy_of

ENDS = re.compile(r"(?<=Expires=)[^;]+")
CANARIES = SAMPLES.parent / "canaries.yaml"


@dataclass(frozen=True)
class Twins:
    """The library today and while the book was open, and the one without its words."""

    today: Flask
    when_open: Flask
    without: Flask
    inventory: Inventory
    closed: Book
    canaries: Canaries
    questions: tuple[Address, ...]

    def differences(self, asked: tuple[Address, ...]) -> list[str]:
        """The questions to which the two libraries answer differently."""
        pairs = zip(
            fetch(self.today.test_client(), asked),
            fetch(self.without.test_client(), asked),
            strict=True,
        )
        return [one.address.path for one, other in pairs if said(one) != said(other)]

    def about(self, endpoint: str) -> tuple[Address, ...]:
        return tuple(each for each in self.questions if each.endpoint == endpoint)


def said(answer: Answer) -> tuple[int, bytes, Mapping[str, str]]:
    """What is told, but for the second in which a cookie ends: two askings may not share it."""
    headers = {name: ENDS.sub("", value) for name, value in answer.headers.items()}
    return answer.status, answer.body, headers


@pytest.fixture(scope="module")
def twins(sample_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("twins")
    home, other = copy_of(sample_books, folder / "with"), copy_of(sample_books, folder / "without")
    forget_words_of(other, CLOSED_BOOK)
    apps = [
        portal_on(home, WHEN_CLOSED),
        portal_on(home, WHILE_OPEN),
        portal_on(other, WHEN_CLOSED),
    ]
    inventory = take_inventory(apps[0])
    closed, canaries = inventory.called(CLOSED_BOOK), read_canaries(CANARIES)
    asked = questions(apps[0], inventory, canaries, closed)
    yield Twins(apps[0], apps[1], apps[2], inventory, closed, canaries, tuple(asked))
    for app in apps:
        portal_of(app).storage.close()


def test_no_answer_tells_what_a_closed_book_holds(twins: Twins) -> None:
    assert twins.differences(twins.questions) == []
    assert twins.differences((Address("home.home", "/"),)) == []


def test_a_closed_word_is_not_found_suggested_or_counted(twins: Twins) -> None:
    client = twins.today.test_client()
    for word in twins.canaries.words:
        results = client.get("/search", query_string={"q": word, "lang": "en"}).text
        assert f"“{word}” was not found" in results
        assert 'class="hit"' not in results
        assert client.get("/suggest", query_string={"q": word[:-1]}).json == []
    for book in twins.inventory.books:
        if book != twins.closed:
            for answer in fetch(client, inside(book, twins.canaries.words)):
                assert items(answer) == []


def test_the_same_questions_find_an_open_book(twins: Twins) -> None:
    client = twins.when_open.test_client()
    for word in twins.canaries.words:
        results = client.get("/search", query_string={"q": word, "lang": "en"}).text
        assert 'class="hit"' in results
        suggested = client.get("/suggest", query_string={"q": word[:5]}).text
        assert json.dumps(word.casefold(), ensure_ascii=False) in suggested
    for answer in fetch(client, inside(twins.closed, twins.canaries.words)):
        assert items(answer), answer.address.path


def inside(book: Book, words: tuple[str, ...]) -> list[Address]:
    """Search and autocomplete in one book, in both versions."""
    return [
        Address("searching_inside", with_question(f"/iiif/{what}/{version}/{book.work}", q=word))
        for what in ("search", "autocomplete")
        for version in (1, 2)
        for word in words
    ]


def items(answer: Answer) -> list[Any]:
    document = json.loads(answer.body)
    listed = [document[name] for name in ("items", "resources", "terms") if name in document]
    assert len(listed) == 1
    found = listed[0]
    assert isinstance(found, list)
    return found


# --- with one check removed -------------------------------------------------------


def all_open(*asked: Any) -> RightsNow:
    return replace(rights_now(*asked), closed_units=frozenset())


def test_a_search_without_the_filter_is_found(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_snapshots(twins)
    monkeypatch.setattr("web.engines.rights_now", all_open)
    assert twins.differences(twins.about("results.results")[:5])
    forget_snapshots(twins)


def test_a_suggestion_without_the_filter_is_found(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_snapshots(twins)
    monkeypatch.setattr("web.engines.rights_now", all_open)
    assert twins.differences(twins.about("suggestions.suggest")[:10])
    forget_snapshots(twins)


def test_facets_without_the_filter_are_found(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of_index = finding.page_search

    def facets_unfiltered(asking: finding.Asking, *, limit: int, facets: bool = False) -> Search:
        if facets:
            asking = replace(asking, rights=replace(asking.rights, closed_units=frozenset()))
        return asked_of_index(asking, limit=limit, facets=facets)

    monkeypatch.setattr(finding, "page_search", facets_unfiltered)
    assert twins.differences(twins.about("results.results")[:5])


@pytest.mark.parametrize("what", ["search", "autocomplete"])
def test_a_search_inside_without_its_checks_is_found(
    twins: Twins, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    forget_snapshots(twins)
    monkeypatch.setattr("web.engines.rights_now", all_open)
    monkeypatch.setattr("web.views.searching_inside.ask", lambda *_: None)
    monkeypatch.setattr("web.views.searching_inside.may", lambda *_: True)
    monkeypatch.setattr("archive.inside.is_shown", lambda *_: True)
    own = [each for each in twins.about(f"searching_inside.{what}") if "/2/" in each.path]
    assert twins.differences(tuple(each for each in own if each.work == twins.closed.work)[:9])
    forget_snapshots(twins)


def test_a_hit_is_asked_about_once_more(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the filter lets a page through, its words and picture are not shown."""
    forget_snapshots(twins)
    monkeypatch.setattr("web.engines.rights_now", all_open)
    client, word = twins.today.test_client(), twins.canaries.printed[0]
    assert "<mark" not in client.get("/search", query_string={"q": word}).text
    monkeypatch.setattr(finding, "is_shown", lambda *_: True)
    assert "<mark" in client.get("/search", query_string={"q": word}).text
    forget_snapshots(twins)


def forget_snapshots(twins: Twins) -> None:
    portal_of(twins.today).snapshots.clear()
    portal_of(twins.without).snapshots.clear()


def test_the_mutants_need_a_closed_unit(twins: Twins) -> None:
    """The filter that the tests above take away does close the book."""
    portal = portal_of(twins.today)
    with portal.reading() as session:
        assert len(rights_now(session, Requester(), Act.SEARCH, portal.today()).closed_units)
