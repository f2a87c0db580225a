"""What the page grid costs the server and the line, counted, not timed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser
from sqlalchemy import event

from tests.web.people import TOKEN
from tests.web.thick_book import ThickBook, thick_book

FEW, MANY = 70, 280
JSON = {"Accept": "application/json"}
TILE = re.compile(r"<li class=\"[a-z]*\" data-key=.*?</li>", re.DOTALL)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ThickBook, ThickBook]]:
    home = tmp_path_factory.mktemp("books")
    with thick_book(home / "few", FEW) as few, thick_book(home / "many", MANY) as many:
        yield few, many


def counted(book: ThickBook, ask: Callable[[], APIResponse]) -> tuple[int, str]:
    """The number of statements that an answer takes, and what it says."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = book.portal.storage.rows.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert answer.ok
    return len(said), answer.text()


def shown(chromium: Browser, book: ThickBook, end: str) -> tuple[int, str]:
    context = book.context(chromium)
    address = f"{book.address}/desk/pages/{book.work}{end}"
    context.request.get(address)  # what is asked once in the life of a process
    try:
        return counted(book, lambda: context.request.get(address))
    finally:
        context.close()


@pytest.mark.parametrize("end", ["", "/tiles.json", "/pages/p00070", "/ended.json?page=p00070"])
def test_a_longer_book_takes_no_more_statements(
    chromium: Browser, books: tuple[ThickBook, ThickBook], end: str
) -> None:
    few, many = (shown(chromium, book, end)[0] for book in books)
    assert few == many < 25


def test_the_page_sends_few_tiles_and_little_for_each(
    chromium: Browser, books: tuple[ThickBook, ThickBook]
) -> None:
    _, page = shown(chromium, books[1], "")
    tiles = TILE.findall(page)
    assert len(tiles) == 60
    assert max(len(tile.encode()) for tile in tiles) < 450
    assert page.count("<form") < 25  # those of the one page that is chosen


def test_a_move_is_answered_shortly_and_takes_the_same_in_a_longer_book(
    chromium: Browser, books: tuple[ThickBook, ThickBook]
) -> None:
    statements, lengths = [], []
    for book in books:
        context = book.context(chromium)
        address = f"{book.address}/desk/pages/{book.work}"
        token = TOKEN.search(context.request.get(address).text())
        assert token is not None
        form = {"csrf_token": token[1], "action": "move", "page": "p00010", "before": "p00012"}
        post = context.request.post
        count, answer = counted(
            book,
            lambda: post(f"{address}/do", form=form, headers=JSON),  # noqa: B023
        )
        statements.append(count)
        lengths.append(len(answer))
        assert json.loads(answer)["undo"]["before"] == "p00011"
        context.close()
    assert statements[0] == statements[1] < 60
    assert max(lengths) < 200
