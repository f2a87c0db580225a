"""The reader by keyboard and mouse, in a real browser under the real CSP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.web.browsing import served
from tests.web.gallery import make_gallery

NOW = "document.querySelector('.viewer .marks .now').getBoundingClientRect()"
PAGE_47 = "/works/coal/pages/p47?q=көмір&hit=1"


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served(make_gallery()) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda said: note_error(complaints, said))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def note_error(complaints: list[str], said: ConsoleMessage) -> None:
    """A withheld page answers 403, which the console reports as an error."""
    if said.type == "error" and "status of 403" not in said.text:
        complaints.append(said.text)


def open_reader(page: Page, gallery: str, address: str = PAGE_47) -> None:
    page.goto(gallery + address)
    page.wait_for_selector(".viewing .viewer .lines")


def wait_for_page(page: Page, number: int) -> None:
    page.wait_for_function(
        "(name) => document.querySelector('#reader').dataset.page === name", arg=f"p{number}"
    )


def wait_for_hit(page: Page, number: int, hit: int) -> None:
    page.wait_for_function(
        """([name, hit]) => {
          const { page, hit: now } = document.querySelector("#reader").dataset;
          return page === name && now === hit;
        }""",
        arg=[f"p{number}", str(hit)],
    )


def told(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_arrows_turn_pages_and_the_address_follows(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 48)
    assert urlsplit(page.url).path == "/works/coal/pages/p48"
    assert told(page)["q"] == ["көмір"]
    assert page.title().startswith("48-бет")
    page.go_back()
    wait_for_page(page, 47)
    page.keyboard.press("End")
    wait_for_page(page, 212)
    page.keyboard.press("Home")
    wait_for_page(page, 1)


def test_n_walks_from_hit_to_hit_over_pages(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    for hit in (2, 3):
        page.keyboard.press("n")
        wait_for_hit(page, 47, hit)
    page.keyboard.press("n")
    wait_for_hit(page, 57, 1)
    page.keyboard.press("Shift+N")
    wait_for_hit(page, 47, 3)
    assert page.locator("#inside [aria-current]").count() == 1


def test_the_current_hit_is_boxed_and_in_view(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    for _ in range(4):
        page.keyboard.press("+")
    page.wait_for_function(f"() => {NOW}.width > 120")
    page.keyboard.press("Shift+N")
    wait_for_hit(page, 37, 3)
    page.wait_for_function(f"() => {NOW}.top > 0")
    box = page.locator(".viewer .marks .now").bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert box is not None
    assert stage is not None
    assert stage["y"] < box["y"]
    assert box["y"] + box["height"] < stage["y"] + stage["height"]
    assert page.locator(".viewer .marks rect").count() == 3


def test_a_cyrillic_layout_does_not_stop_the_letters(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.evaluate(
        """() => document.body.dispatchEvent(new KeyboardEvent("keydown",
          { key: "т", code: "KeyN", bubbles: true, cancelable: true }))"""
    )
    wait_for_hit(page, 47, 2)


def test_letters_typed_into_a_field_stay_there(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.focus("#q")
    page.keyboard.press("End")
    page.keyboard.type("n/t")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("w")
    assert page.input_value("#q") == "кwөмірn/t"
    assert urlsplit(page.url).path == "/works/coal/pages/p47"


def test_the_visitor_can_switch_the_letters_off(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/view?keys=off&theme=dark&size=large")
    open_reader(page, gallery)
    assert page.evaluate("({...document.documentElement.dataset})") == {
        "theme": "dark", "size": "large", "keys": "off",
    }  # fmt: skip
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 48)
    assert not [address for address in asked if "hit=2" in address]


def test_text_is_toggled_and_stays_so_on_the_next_page(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.keyboard.press("t")
    page.wait_for_selector("#text", state="hidden")
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 48)
    assert page.locator("#text").is_hidden()


def test_keys_zoom_and_arrows_then_move_the_page(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    width = page.evaluate(f"{NOW}.width")
    for _ in range(4):
        page.keyboard.press("+")
    page.wait_for_function(f"(width) => {NOW}.width > 3 * width", arg=width)
    left = page.evaluate(f"{NOW}.left")
    page.focus("#stage")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(left) => {NOW}.left < left - 70", arg=left)
    wait_for_page(page, 47)
    page.keyboard.press("w")
    page.wait_for_function(
        """() => document.querySelector(".viewer .over-page").clientHeight
          <= document.querySelector("#stage").clientHeight + 1"""
    )


def test_the_text_over_the_image_can_be_selected(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    line = page.locator(".viewer .lines text").first
    box = line.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, middle, steps=5)
    page.mouse.up()
    selected = page.evaluate("getSelection().toString().trim()")
    assert selected.startswith("Қала кітапхан")


def test_searching_inside_keeps_the_page(page: Page, gallery: str) -> None:
    open_reader(page, gallery, "/works/coal/pages/p48")
    page.keyboard.press("/")
    page.keyboard.type("көмір")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inside .hits a mark")  # before, the list holds the contents
    assert urlsplit(page.url).path == "/works/coal/pages/p48"
    page.locator("#inside .hits a").first.click()
    wait_for_hit(page, 12, 1)


def test_a_withheld_page_explains_itself_and_is_passed(page: Page, gallery: str) -> None:
    open_reader(page, gallery, "/works/coal/pages/p49")
    page.evaluate("window.kept = true")
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 50)
    assert "2055\u00a0жылғы\u00a031\u00a0желтоқсанға дейін" in page.inner_text("#main")
    assert page.locator("#main img").count() == 0
    assert page.locator(".viewer").count() == 0
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 51)
    page.wait_for_selector(".viewing .viewer")
    assert page.evaluate("window.kept")


def test_a_page_number_opens_that_page(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.keyboard.press("g")
    page.keyboard.type("105")
    page.keyboard.press("Enter")
    wait_for_page(page, 105)


def test_the_list_of_keys_opens_and_closes(page: Page, gallery: str) -> None:
    open_reader(page, gallery)
    page.keyboard.press("Shift+Slash")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert page.locator("dialog#keys").is_hidden()
    wait_for_page(page, 47)


def test_suggestions_open_below_and_enter_still_searches(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/gallery/home")
    page.keyboard.press("/")
    page.keyboard.type("ескі")
    page.wait_for_selector(".suggestions a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.pathname") == "/works/coal"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")


def test_without_javascript_the_page_can_be_read(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery + PAGE_47)
    image = page.locator("#page-image").bounding_box()
    box = page.locator(".sheet .marks .now").bounding_box()
    assert image is not None
    assert box is not None
    assert image["x"] < box["x"] < image["x"] + image["width"]
    page.click("#next-page")
    assert urlsplit(page.url).path == "/works/coal/pages/p48"
    page.click("#zoom-in")
    larger = page.locator("#page-image").bounding_box()
    assert larger is not None
    assert larger["width"] > 1.4 * image["width"]
    page.click("#text-toggle")
    assert page.locator("#text").is_hidden()
    context.close()


def test_an_image_that_does_not_come_leaves_the_text(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.route("**/default.jpg", lambda route: route.abort())
    page.goto(f"{gallery}/works/coal/pages/p47?text=0")
    page.wait_for_selector("#image-failed", state="visible")
    assert page.locator("#text").is_visible()
    context.close()


def test_on_a_phone_the_page_scrolls_and_a_double_tap_enlarges(
    chromium: Browser, gallery: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(gallery + PAGE_47)
    assert page.locator(".viewer").count() == 0
    assert page.locator("#inside").is_hidden()
    page.click("#foldbar a[href='#inside']")
    assert page.locator("#inside").is_visible()
    page.locator("#inside .hits a").nth(0).click()
    wait_for_hit(page, 12, 1)
    assert page.locator("#inside").is_hidden()
    page.dblclick("#page-image")
    page.wait_for_selector(".viewing .viewer .marks")
    page.wait_for_function(
        "() => document.querySelector('.viewer .over-page').clientWidth > 1.5 * innerWidth"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
