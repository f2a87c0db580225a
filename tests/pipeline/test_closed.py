"""Closed means closed: what does a visitor get to see of a work whose level has ended?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from archive.rights import Act, Allow, Facts
from tests.pipeline.canaries import Canaries, Secrets, read_canaries
from tests.pipeline.closed_library import WHEN_CLOSED, WHILE_OPEN, portal_on
from tests.pipeline.crawl import GUARDED, Address, Answer, Leak, addresses, fetch, leaks
from tests.pipeline.inventory import Book, Inventory, portal_of, take_inventory
from tests.pipeline.routes import ROUTES
from tests.sample_home import CLOSED_BOOK, SAMPLES, copy_of

CANARIES = SAMPLES.parent / "canaries.yaml"


@dataclass(frozen=True)
class Library:
    """The sample library while the third book was open, and today."""

    when_open: Flask
    today: Flask
    inventory: Inventory
    closed: Book
    canaries: Canaries

    @property
    def secrets(self) -> Secrets:
        """The canaries, those in the scans' metadata too, and the addresses of the images."""
        leaves = self.closed.leaves
        images = [leaf.image for leaf in leaves] + [leaf.thumbnail for leaf in leaves]
        return Secrets((*self.canaries.words, *self.canaries.tagged), images)

    def addresses(self) -> list[Address]:
        """Every address there is."""
        return addresses(self.today, self.inventory, closely=self.closed)

    def must_be_shut(self, address: Address) -> bool:
        """Whether this door belongs to the closed book and is a door to its pages."""
        return address.work == self.closed.work and address.endpoint in GUARDED

    def leaks(self, answers: Sequence[Answer] | Iterator[Answer]) -> list[Leak]:
        """All that these answers betray."""
        return leaks(answers, self.secrets, self.canaries.drawn, self.must_be_shut)


@pytest.fixture(scope="module")
def library(sample_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = copy_of(sample_books, tmp_path_factory.mktemp("closed") / "var")
    today, when_open = portal_on(home, WHEN_CLOSED), portal_on(home, WHILE_OPEN)
    inventory = take_inventory(today)
    yield Library(
        when_open, today, inventory, inventory.called(CLOSED_BOOK), read_canaries(CANARIES)
    )
    portal_of(today).storage.close()
    portal_of(when_open).storage.close()


@pytest.fixture(scope="module")
def answers_when_open(library: Library) -> list[Answer]:
    """What every address of the book answered while it was open."""
    mine = [each for each in library.addresses() if each.work == library.closed.work]
    return list(fetch(library.when_open.test_client(), mine))


def test_every_route_is_known_to_the_crawl(library: Library) -> None:
    assert {rule.endpoint for rule in library.today.url_map.iter_rules()} == set(ROUTES)


def test_a_closed_book_shows_in_no_byte_and_no_picture(library: Library) -> None:
    answers = list(fetch(library.today.test_client(), library.addresses()))
    assert all(answer.status < 500 for answer in answers)
    assert library.leaks(answers) == []


# What each door shows of the book while it is open, by the same instruments: a
# check that finds nothing here would find nothing of a closed book either.
WORDS = {
    "reader.reader",
    "reader.text",
    "files.pdf",
    "files.whole_text",
    "files.page_file",
    "presentation.lines",
}
PICTURES = {"images.image", "images.thumbnail", "files.pdf"}
ADDRESSES = {"item.item", "presentation.manifest", "reader.reader"}


def test_the_same_instruments_find_an_open_book(
    library: Library, answers_when_open: list[Answer]
) -> None:
    found = leaks(answers_when_open, library.secrets, library.canaries.drawn)
    of = {answer.address.path: answer.address for answer in answers_when_open}
    words, drawn = set(library.canaries.words), set(library.canaries.drawn)
    for endpoint in WORDS:
        assert told(found, of, "word", endpoint) >= words, endpoint
    for endpoint in PICTURES:
        assert told(found, of, "picture", endpoint) == drawn, endpoint
    for endpoint in ADDRESSES:
        assert told(found, of, "word", endpoint) - words, endpoint
    assert told(found, of, "word", "files.pdf") >= set(library.canaries.tagged)


def told(found: list[Leak], of: dict[str, Address], how: str, endpoint: str) -> set[str]:
    return {leak.what for leak in found if leak.how == how and of[leak.path].endpoint == endpoint}


def test_known_tags_ranges_and_heads_open_nothing(
    library: Library, answers_when_open: list[Answer]
) -> None:
    client = library.today.test_client()
    answers: list[Answer] = []
    for was in answers_when_open:
        if not library.must_be_shut(was.address):
            continue
        tag = {"If-None-Match": was.headers["ETag"]} if "ETag" in was.headers else {}
        answers += fetch(client, [was.address], headers=tag)
        answers += fetch(client, [was.address], headers={"Range": "bytes=0-4095"})
        answers += fetch(client, [was.address], method="HEAD", headers=tag)
    assert any("ETag" in was.headers for was in answers_when_open)
    assert {answer.status for answer in answers} <= {403, 404}
    assert library.leaks(answers) == []


def test_tags_and_ranges_would_have_been_honoured(
    library: Library, answers_when_open: list[Answer]
) -> None:
    client = library.when_open.test_client()
    tagged = [was for was in answers_when_open if "ETag" in was.headers and was.status == 200]
    assert {was.address.endpoint for was in tagged} >= {"files.pdf", "images.image"}
    for was in tagged:
        [again] = fetch(client, [was.address], headers={"If-None-Match": was.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
    pdf = Address("files.pdf", f"/works/{library.closed.work}/pdf")
    [part] = fetch(client, [pdf], headers={"Range": "bytes=0-99"})
    assert (part.status, len(part.body)) == (206, 100)


def test_no_cache_may_answer_for_the_portal(
    library: Library, answers_when_open: list[Answer]
) -> None:
    """What is open now may be closed at the next request: everybody must ask again."""
    nobodys = [each for each in library.addresses() if not each.work]
    answers = [*answers_when_open, *fetch(library.today.test_client(), nobodys)]
    said = {answer.headers.get("Cache-Control") for answer in answers}
    assert said <= {"private, no-cache", "no-store", "no-cache"}


def always(*_: Any, **__: Any) -> Allow:
    return Allow()


def yes(_facts: Facts, _act: Act) -> bool:
    return True


ASK = ("ask", always)
MAY = ("may", yes)


@dataclass(frozen=True)
class Door:
    """A route, the checks its view asks, and how the crawl tells that they are gone."""

    endpoint: str
    found_by: str
    checks: tuple[tuple[str, Callable[..., object]], ...] = (ASK,)

    def __str__(self) -> str:
        return f"{self.endpoint}-{self.found_by}"


DOORS = [
    Door("images.image", "picture"),
    Door("images.thumbnail", "picture"),
    Door("images.info", "answered"),
    Door("files.pdf", "picture"),
    Door("files.pdf", "word"),
    Door("files.whole_text", "answered"),
    Door("files.whole_text", "word", (ASK, MAY)),
    Door("files.page_file", "word"),
    Door("presentation.manifest", "word"),
    Door("presentation.lines", "word"),
    Door("reader.text", "word", (ASK, MAY)),
    Door("reader.reader", "word", (ASK, MAY)),
    Door("reader.by_number", "answered"),
    Door("searching_inside.search", "answered"),
    Door("searching_inside.autocomplete", "answered"),
    Door("item.item", "word", (MAY,)),
]


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_without_its_check_is_found(
    library: Library, monkeypatch: pytest.MonkeyPatch, door: Door
) -> None:
    for name, instead in door.checks:
        monkeypatch.setattr(f"web.views.{door.endpoint.partition('.')[0]}.{name}", instead)
    asked = one_page_of(library, door.endpoint)
    found = library.leaks(fetch(library.today.test_client(), asked))
    assert door.found_by in {leak.how for leak in found}


def test_metadata_of_scans_is_found_in_a_pdf_without_its_check(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.views.files.ask", always)
    found = library.leaks(fetch(library.today.test_client(), one_page_of(library, "files.pdf")))
    assert {leak.what for leak in found} >= set(library.canaries.tagged)


def test_a_cover_without_its_check_is_found(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.showing.may", yes)
    lists = [each for each in library.addresses() if each.endpoint == "home.home"]
    assert library.leaks(fetch(library.today.test_client(), lists))


def one_page_of(library: Library, endpoint: str) -> list[Address]:
    """The door's addresses of the closed book, of its first page where it has pages."""
    first = library.closed.leaves[0].name
    return [
        each
        for each in library.addresses()
        if each.work == library.closed.work
        and each.endpoint == endpoint
        and each.page in {"", first}
    ]
