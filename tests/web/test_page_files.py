"""A new file for a page, sent from the desk of pages by a form: in its place, or before it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage
from sqlalchemy import select

from archive.representations import Page, Scan
from tests.web.thick_book import ThickBook, thick_book

PAGES = 12
MEGABYTE = 1 << 20


def noisy_png(seed: int, side: int) -> bytes:
    """A page that no compression makes smaller."""
    image = Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(3 * side * side))
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


LARGE = noisy_png(1, 800)
SMALL = noisy_png(2, 20)


@pytest.fixture
def book(tmp_path: Path, empty_rows: Path) -> Iterator[ThickBook]:
    with thick_book(tmp_path / "var", PAGES, rows=empty_rows) as made:
        yield made


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def desk(
    request: pytest.FixtureRequest, chromium: Browser, book: ThickBook
) -> Iterator[BrowserPage]:
    """The fifth page, alone, in a browser with JavaScript and in one without."""
    context = book.context(chromium, java_script_enabled=request.param)
    page = context.new_page()
    page.goto(f"{book.address}/desk/pages/{book.work}/pages/p00005?lang=en")
    yield page
    context.close()


def send(desk: BrowserPage, what: str, name: str, content: bytes) -> None:
    """Choose a file in one of the two forms, and send it."""
    form = desk.locator(f"form.file:has(input[name=as][value={what}])")
    form.locator("xpath=ancestor::details").locator("summary").click()
    mimetype = "image/png"
    form.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": mimetype, "buffer": content}
    )
    form.locator("button").click()


def scan_of(book: ThickBook, name: str) -> Scan:
    with book.portal.reading() as session:
        return session.scalars(select(Scan).join(Page).where(Page.name == name)).one()


def test_a_large_file_takes_the_place_of_a_pages_image(desk: BrowserPage, book: ThickBook) -> None:
    assert len(LARGE) > MEGABYTE
    send(desk, "replace", "again.png", LARGE)
    desk.wait_for_url("**?page=p00005")
    assert desk.locator("#grid [data-key=p00005] .none").count() == 1
    scan, page = scan_of(book, "p00005"), book.page("p00005")
    assert (scan.original_name, scan.size) == ("again.png", len(LARGE))
    assert (page.sequence, page.label) == (5, "5")
    assert book.order() == list(book.pages)


def test_a_large_file_becomes_a_page_before_this_one(desk: BrowserPage, book: ThickBook) -> None:
    send(desk, "insert", "missing.png", LARGE)
    desk.wait_for_url("**?page=p00005")
    order = book.order()
    assert [*order[:4], *order[5:]] == list(book.pages)
    assert scan_of(book, order[4]).original_name == "missing.png"
    assert scan_of(book, "p00005").original_name == "p00005.jpg"


@pytest.mark.parametrize("what", ["replace", "insert"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"I am a letter, not a scan.", "This is not an image."),
        (b"\0" * (MEGABYTE + 1), "This is not an image."),
        (b"", "The file is empty."),
    ],
    ids=["text", "large", "empty"],
)
def test_a_bad_file_is_refused_in_words(
    chromium: Browser, book: ThickBook, what: str, content: bytes, words: str
) -> None:
    context = book.context(chromium)
    desk = context.new_page()
    desk.goto(f"{book.address}/desk/pages/{book.work}/pages/p00005?lang=en")
    send(desk, what, "letter.png", content)
    alert = desk.locator("[role=alert]")
    alert.wait_for()
    assert words in (alert.text_content() or "")
    assert desk.locator("h1").text_content() == "Page 5"
    assert book.order() == list(book.pages)
    assert scan_of(book, "p00005").original_name == "p00005.jpg"
    context.close()


def test_what_the_book_has_already_is_no_new_page(desk: BrowserPage, book: ThickBook) -> None:
    send(desk, "insert", "one.png", SMALL)
    desk.wait_for_url("**?page=p00005")
    desk.goto(f"{book.address}/desk/pages/{book.work}/pages/p00005")
    send(desk, "insert", "two.png", SMALL)
    desk.locator("[role=alert]", has_text="This page is already here.").wait_for()
    assert len(book.order()) == PAGES + 1


def test_a_form_without_a_file_says_so(chromium: Browser, book: ThickBook) -> None:
    """Where the browser does not ask for the required file itself."""
    context = book.context(chromium)
    desk = context.new_page()
    desk.goto(f"{book.address}/desk/pages/{book.work}/pages/p00005?lang=en")
    desk.locator("form.file").first.evaluate("(form) => { form.noValidate = true; form.submit() }")
    desk.locator("[role=alert]", has_text="There is no page image here.").wait_for()
    context.close()
