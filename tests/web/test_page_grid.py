"""A thick book on the desk of pages, in a real browser: quick, by keyboard, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage
from sqlalchemy import select

from archive.representations import Page
from tests.web.accessibility import NARROW, WIDE, Sight, broken_rules
from tests.web.by_keyboard import Keyboard
from tests.web.thick_book import STRANGER, ThickBook, thick_book
from tests.web.upload_desk import picture
from web.language import LANGUAGES

READY = "#grid[data-ready]"
SLOWER = 4  # times, as an old computer of a branch
FIRST_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const [entry] = list.getEntriesByName('first-contentful-paint');
    if (entry) done(entry.startTime);
  }).observe({ type: 'paint', buffered: true });  // a page may be loaded before it is painted
})"""
SCROLLED = "document.querySelector('.box').scrollTop"
REORDER = """(arrow) => new Promise((done) => {
  const before = document.querySelector('#grid [aria-current]').closest('li');
  const place = [...before.parentElement.children].indexOf(before);
  const begun = performance.now();
  let shown = 0;
  const said = document.getElementById('said');
  new MutationObserver(() => {
    const key = before.dataset.key;
    const now = document.querySelector(`#grid [data-key="${key}"]`);
    if (!shown && [...now.parentElement.children].indexOf(now) !== place) {
      shown = performance.now() - begun;
    }
    if (said.textContent === said.dataset.done) done([shown, performance.now() - begun]);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  said.dataset.done = document.getElementById('grid').dataset.saved;
  const press = { code: arrow, key: arrow, shiftKey: true, bubbles: true };
  before.firstElementChild.dispatchEvent(new KeyboardEvent('keydown', press));
})"""


@pytest.fixture(scope="module")
def thick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThickBook]:
    with thick_book(tmp_path_factory.mktemp("thick") / "var") as book:
        yield book


@pytest.fixture
def book(tmp_path: Path, empty_rows: Path) -> Iterator[ThickBook]:
    """A smaller one, to be changed."""
    with thick_book(tmp_path / "var", 212, rows=empty_rows) as made:
        yield made


@pytest.fixture
def grid(chromium: Browser, book: ThickBook) -> Iterator[BrowserPage]:
    context = book.context(chromium, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{book.address}/desk/pages/{book.work}?lang=en")
    page.wait_for_selector(READY)
    yield page
    context.close()
    assert not failures


def measured(chromium: Browser, book: ThickBook) -> tuple[float, float, float]:
    """ms with a slowed processor: first paint, a reorder shown, and confirmed."""
    context = book.context(chromium, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{book.address}/desk/pages/{book.work}?lang=kk")
    paint = float(page.evaluate(FIRST_PAINT))
    page.wait_for_selector(READY)
    page.wait_for_load_state("networkidle")
    shown, confirmed = page.evaluate(REORDER, "ArrowRight")
    context.close()
    return paint, float(shown), float(confirmed)


def test_the_grid_draws_only_what_is_in_view(chromium: Browser, thick: ThickBook) -> None:
    paint, shown, confirmed = measured(chromium, thick)
    print(f"first paint {paint:.0f} ms, reorder shown {shown:.0f} ms, saved {confirmed:.0f} ms")
    context = thick.context(chromium, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{thick.address}/desk/pages/{thick.work}")
    page.wait_for_selector(READY)
    assert page.locator("#grid li").count() < 80
    assert page.locator("#grid li").first.get_attribute("aria-setsize") == "1201"
    assert page.locator("#grid .gap").count() == 1
    page.keyboard.press("ArrowRight")
    page.evaluate("document.querySelector('.box').scrollTop = 1e6")
    page.wait_for_selector("#grid [data-key=p01200]")
    assert page.locator("#grid li").count() < 80
    context.close()


def state(book: ThickBook, name: str) -> Page:
    return book.page(name)


def said(page: BrowserPage, words: str) -> None:
    page.locator("#said", has_text=words).wait_for()


def chosen(page: BrowserPage) -> str:
    found = page.locator("#grid [aria-current]").first.locator("..").get_attribute("data-key")
    assert found is not None
    return found


def test_the_keyboard_alone_accepts_turns_moves_and_undoes(
    grid: BrowserPage, book: ThickBook
) -> None:
    assert chosen(grid) == "p00178"
    grid.locator("#grid [aria-current]").first.focus()
    grid.keyboard.press("Enter")
    said(grid, "Saved.")
    assert state(book, "p00178").judged == "accepted"
    assert chosen(grid) == "p00180"  # the next one to look at
    grid.keyboard.press("r")
    said(grid, "Saved.")
    assert state(book, "p00180").turn == 90
    grid.keyboard.press("Control+z")
    said(grid, "Undone.")
    assert state(book, "p00180").turn == 0
    grid.keyboard.press("Shift+ArrowLeft")
    said(grid, "Saved.")
    assert book.order()[178:181] == ["p00180", "p00179", "p00181"]
    grid.keyboard.press("Control+z")
    said(grid, "Undone.")
    assert book.order() == sorted(book.order())
    grid.keyboard.press("ArrowRight")
    assert chosen(grid) == "p00181"
    grid.locator("#panel-name", has_text="181").wait_for()


def test_a_page_is_rejected_and_replaced_by_keyboard(
    grid: BrowserPage, book: ThickBook, tmp_path: Path
) -> None:
    scan = tmp_path / "again.png"
    scan.write_bytes(picture(500))
    before = state(book, "p00178").scan_id
    keyboard = Keyboard(grid)
    keyboard.presses("#panel details:has(#reject-reason) summary")
    keyboard.writes("#reject-reason", "the edge is cut")
    grid.keyboard.press("Enter")
    said(grid, "Saved.")
    assert state(book, "p00178").judged_reason == "the edge is cut"
    grid.goto(f"{book.address}/desk/pages/{book.work}/pages/p00178?lang=en")
    grid.wait_for_load_state("networkidle")  # what comes late may take the focus away
    keyboard.picks("#file-replace", scan)
    keyboard.presses("form:has(#file-replace) button")
    grid.wait_for_url("**/desk/pages/*")
    after = state(book, "p00178")
    assert (after.scan_id != before, after.judged) == (True, None)


def test_a_page_is_dragged_to_its_place(grid: BrowserPage, book: ThickBook) -> None:
    # As a hand does, over the pages between: none of them may give way.
    grid.drag_and_drop("#grid [data-key=p00182]", "#grid [data-key=p00179]", steps=5)
    said(grid, "Saved.")
    assert book.order()[177:181] == ["p00178", "p00182", "p00179", "p00180"]


def test_a_page_whose_picture_has_not_come_is_dragged_as_well(
    chromium: Browser, book: ThickBook
) -> None:
    context = book.context(chromium, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/thumbnail*", lambda _: None)  # asked for, and never answered
    page.goto(f"{book.address}/desk/pages/{book.work}?lang=en", wait_until="domcontentloaded")
    page.wait_for_selector(READY)
    page.drag_and_drop("#grid [data-key=p00182]", "#grid [data-key=p00179]", steps=5)
    said(page, "Saved.")
    context.close()
    assert book.order()[177:181] == ["p00178", "p00182", "p00179", "p00180"]


def test_what_was_not_saved_is_taken_back_in_words(grid: BrowserPage, book: ThickBook) -> None:
    grid.locator("#grid [aria-current]").first.focus()
    grid.route("**/do", lambda route: route.abort())
    grid.keyboard.press("Shift+ArrowRight")
    grid.wait_for_selector("#said.bad")
    assert "no connection" in (grid.text_content("#said") or "")
    keys = grid.locator("#grid li").evaluate_all("(all) => all.map((each) => each.dataset.key)")
    assert keys.index("p00178") < keys.index("p00179")
    assert book.order() == sorted(book.order())


def test_a_turned_page_shows_its_new_picture_by_itself(grid: BrowserPage, book: ThickBook) -> None:
    grid.locator("#grid [aria-current]").first.focus()
    scrolled = grid.evaluate(SCROLLED)
    grid.keyboard.press("r")
    said(grid, "Saved.")
    grid.wait_for_selector("#grid [data-key=p00178] .none")
    assert grid.evaluate(SCROLLED) == scrolled  # what is worked on does not run away
    grid.wait_for_selector("#panel .preparing")
    with book.portal.storage.rows.writing() as session:  # as the worker does
        turned, other = (
            session.scalars(select(Page).where(Page.name == name)).one()
            for name in ("p00178", "p00177")
        )
        turned.thumbnail_id, turned.access_id = other.thumbnail_id, other.access_id
        small, large = other.thumbnail_id, other.access_id
    tile = f"#grid [data-key=p00178] img[src='/desk/pages/p00178/thumbnail?v={small}']"
    grid.wait_for_selector(tile)
    grid.wait_for_selector(f"#panel img[src='/desk/pages/p00178/preview?v={large}']")


def test_a_file_chosen_in_the_panel_stays_chosen(
    grid: BrowserPage, book: ThickBook, tmp_path: Path
) -> None:
    scan = tmp_path / "again.png"
    scan.write_bytes(picture(500))
    grid.locator("#grid [aria-current]").first.click()  # the page that the panel shows already
    grid.set_input_files("#file-replace", scan)
    grid.wait_for_timeout(600)
    assert files_in(grid, "#file-replace") == 1
    grid.locator("#grid [aria-current]").first.focus()
    grid.keyboard.press("r")
    said(grid, "Saved.")
    grid.wait_for_selector("#panel .preparing")
    grid.set_input_files("#file-replace", scan)
    with book.portal.storage.rows.writing() as session:  # as the worker does
        turned = session.scalars(select(Page).where(Page.name == "p00178")).one()
        other = session.scalars(select(Page).where(Page.name == "p00177")).one()
        turned.thumbnail_id, turned.access_id = other.thumbnail_id, other.access_id
        thumbnail = other.thumbnail_id
    grid.wait_for_selector(f"#grid [data-key=p00178] img[src$='?v={thumbnail}']")
    grid.wait_for_timeout(600)
    assert files_in(grid, "#file-replace") == 1
    grid.locator("form:has(#file-replace) button").click()
    grid.wait_for_url("**/desk/pages/*")
    assert state(book, "p00178").facts is None  # the new image is still to be measured


def files_in(page: BrowserPage, part: str) -> int:
    return int(page.locator(part).evaluate("(input) => input.files.length"))


def test_letters_do_nothing_when_they_are_switched_off(grid: BrowserPage, book: ThickBook) -> None:
    grid.goto(f"{book.address}/desk/pages/{book.work}?keys=off")
    grid.wait_for_selector(READY)
    grid.locator("#grid [aria-current]").first.focus()
    grid.keyboard.press("r")
    grid.wait_for_timeout(300)
    assert state(book, "p00178").turn == 0


def test_it_works_without_javascript(chromium: Browser, book: ThickBook) -> None:
    context = book.context(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{book.address}/desk/pages/{book.work}?lang=en")
    assert page.locator("#grid li").count() == 60
    page.click("#grid [data-key=p00180] a")
    page.click("text=Accept as is")
    page.wait_for_url("**/desk/pages/*")
    assert state(book, "p00180").judged == "accepted"
    page.goto(f"{book.address}/desk/pages/{book.work}?page=gap-p00184")
    page.click("#grid [data-key=gap-p00184] a")
    page.click("text=Nothing is missing here")
    page.click("text=Accept 206")
    page.locator("text=Look at 4 pages.").wait_for()
    context.close()


def test_a_refusal_is_told_on_the_page(chromium: Browser, book: ThickBook) -> None:
    context = book.context(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{book.address}/desk/pages/{book.work}/pages/p00005?lang=en")
    page.click("summary:has-text('Move')")
    page.fill("#move-place", "0")
    page.locator("form[data-act=move] button").click()
    assert "There is no such place" in (page.text_content("[role=alert]") or "")
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_of_accessibility_is_broken(
    chromium: Browser, thick: ThickBook, language: str
) -> None:
    context = thick.context(chromium)
    page = context.new_page()
    book = f"/desk/pages/{thick.work}"

    def open_page(address: str) -> None:
        page.goto(f"{thick.address}{address}?lang={language}")
        if address == book:
            page.wait_for_selector(READY)

    sights = (WIDE, Sight(390), NARROW)
    addresses = ("/desk/pages", book, f"{book}/pages/p00180", f"{book}/pages/gap-p00184")
    found = {
        address: broken_rules(page, partial(open_page, address), sights, anew=address == book)
        for address in addresses
    }
    context.close()
    assert {address: told for address, told in found.items() if told} == {}


def test_another_branch_sees_nothing(chromium: Browser, thick: ThickBook) -> None:
    stranger, nobody = thick.context(chromium, STRANGER), chromium.new_context()
    book = f"{thick.address}/desk/pages/{thick.work}"
    for address in (book, f"{book}/tiles.json", f"{book}/ended.json", f"{book}/pages/p00180"):
        assert stranger.request.get(address).status == 403
    for size in ("thumbnail", "preview"):
        address = f"{thick.address}/desk/pages/p00180/{size}"
        assert stranger.request.get(address).status == 403
        assert "image" not in nobody.request.get(address).headers["content-type"]
        own = thick.context(chromium).request.get(address)
        assert (own.status, own.headers["cache-control"]) == (200, "no-store")
    assert thick.work not in stranger.request.get(f"{thick.address}/desk/pages").text()
    assert thick.work in thick.context(chromium).request.get(f"{thick.address}/desk/pages").text()
