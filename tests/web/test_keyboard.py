"""With the keyboard alone: search, open a hit, walk from hit to hit, turn pages, read.

On the portal over the sample books. The keys are those that the help page lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.web.real_portal import RealPortal, real_portal

MOST_TABS = 60
SHOWN = "(name) => document.querySelector('#reader').dataset.page === name"
FOCUSED = "document.activeElement"
SAFFRON = "rgb(255, 185, 17)"
# What a Kazakh layout types with the keys of a reader who looks at Latin letters.
KAZAKH_LAYOUT = {"KeyN": "т", "KeyT": "е", "KeyG": "п"}


@pytest.fixture(scope="module")
def portal(sample_books: Path) -> Iterator[RealPortal]:
    with real_portal(sample_books) as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert not failures


@pytest.fixture
def reader(page: Page, portal: RealPortal) -> Page:
    """The reader at the first of several hits on a page in the middle of the book."""
    page.goto(portal.address + portal.kinds()["reader with hits"])
    page.wait_for_selector(".viewing .viewer .lines")
    return page


def told(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def page_of(page: Page) -> str:
    return urlsplit(page.url).path.rsplit("/", 1)[-1]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on the first such part."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED} === document.querySelector('{selector}')"):
            return
    pytest.fail(f"Tab does not reach {selector}")


def press_in_kazakh(page: Page, code: str) -> None:
    """A real key press as a Kazakh layout sends it: the place is Latin, the sign is not."""
    session = page.context.new_cdp_session(page)
    key = {"code": code, "key": KAZAKH_LAYOUT[code], "text": KAZAKH_LAYOUT[code]}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


def wait_for_turn(page: Page, name: str) -> None:
    """Wait until another page than this is shown."""
    page.wait_for_function(f"(name) => !({SHOWN})(name)", arg=name)


def wait_for_hit(page: Page, number: int) -> None:
    page.wait_for_function(
        "(hit) => document.querySelector('#reader').dataset.hit === hit", arg=str(number)
    )


def test_from_the_home_page_to_the_word(page: Page, portal: RealPortal) -> None:
    page.goto(portal.address)
    page.keyboard.press("/")
    assert page.evaluate(f"{FOCUSED}.type") == "search"
    page.keyboard.type("көмірдің")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit h2 a")
    assert told(page)["q"] == "көмірдің"
    tab_to(page, ".hit h2 a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".viewing .viewer .marks .now")
    assert page_of(page) not in {"", "search"}
    assert told(page)["hit"] == "1"
    mark = page.locator(".viewer .marks .now").first
    assert mark.evaluate("(part) => getComputedStyle(part).fill") == SAFFRON
    box, stage = mark.bounding_box(), page.locator("#stage").bounding_box()
    assert box is not None
    assert stage is not None
    assert stage["y"] < box["y"] < box["y"] + box["height"] < stage["y"] + stage["height"]
    assert page.locator("#inside [aria-current]").count() == 1


def test_slash_types_a_slash_in_a_field(page: Page, portal: RealPortal) -> None:
    page.goto(portal.address)
    page.keyboard.press("/")
    page.keyboard.type("/")
    assert page.input_value("form[role=search] input") == "/"


def test_the_first_tab_offers_to_skip_the_menu(page: Page, portal: RealPortal) -> None:
    page.goto(portal.address)
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"


def test_n_walks_from_hit_to_hit(reader: Page) -> None:
    first = page_of(reader)
    reader.keyboard.press("n")
    wait_for_hit(reader, 2)
    assert page_of(reader) == first
    assert told(reader)["hit"] == "2"
    current = reader.locator(".viewer .marks .now")
    assert {current.nth(n).get_attribute("data-hit") for n in range(current.count())} == {"2"}
    reader.keyboard.press("Shift+N")
    wait_for_hit(reader, 1)
    reader.keyboard.press("Shift+N")
    wait_for_turn(reader, first)
    assert page_of(reader) != first


def test_arrows_and_page_keys_turn_pages_and_back_comes_back(reader: Page) -> None:
    first = page_of(reader)
    reader.keyboard.press("ArrowRight")
    wait_for_turn(reader, first)
    second = page_of(reader)
    reader.keyboard.press("PageDown")
    wait_for_turn(reader, second)
    third = page_of(reader)
    assert len({first, second, third}) == 3
    assert told(reader)["q"] == "көмір"
    reader.keyboard.press("PageUp")
    reader.wait_for_function(SHOWN, arg=second)
    reader.keyboard.press("ArrowLeft")
    reader.wait_for_function(SHOWN, arg=first)
    reader.go_back()
    reader.wait_for_function(SHOWN, arg=second)
    assert page_of(reader) == second
    reader.go_forward()
    reader.wait_for_function(SHOWN, arg=first)


def test_home_and_end_go_to_the_first_and_the_last_page(reader: Page) -> None:
    start = page_of(reader)
    reader.keyboard.press("End")
    wait_for_turn(reader, start)
    total = reader.locator(".go-to .soft").inner_text()
    assert f"/ {reader.input_value('#number')}" == total
    last = page_of(reader)
    reader.keyboard.press("Home")
    wait_for_turn(reader, last)
    assert reader.input_value("#number") == "1"


def test_t_shows_and_hides_the_text(reader: Page) -> None:
    assert reader.locator("#text").is_visible()
    reader.keyboard.press("t")
    reader.wait_for_selector("#text", state="hidden")
    assert told(reader)["text"] == "0"
    reader.keyboard.press("t")
    reader.wait_for_selector("#text", state="visible")


def test_g_asks_for_a_page_number(reader: Page) -> None:
    before = page_of(reader)
    reader.keyboard.press("g")
    assert reader.evaluate(f"{FOCUSED}.id") == "number"
    reader.keyboard.type("3")
    reader.keyboard.press("Enter")
    wait_for_turn(reader, before)
    assert reader.input_value("#number") == "3"
    assert told(reader)["q"] == "көмір"


def test_question_mark_lists_the_keys_and_escape_closes_the_list(reader: Page) -> None:
    reader.keyboard.press("Shift+Slash")
    reader.wait_for_selector("dialog#keys[open]")
    before = reader.url
    reader.keyboard.press("n")
    reader.keyboard.press("Escape")
    reader.wait_for_selector("dialog#keys", state="hidden")
    assert reader.url == before
    reader.keyboard.press("n")
    wait_for_hit(reader, 2)


def test_plus_and_minus_zoom_and_w_shows_the_whole_page(reader: Page) -> None:
    wide = "document.querySelector('.over-page').getBoundingClientRect().width"
    start = reader.evaluate(wide)
    reader.keyboard.press("+")
    reader.wait_for_function(f"(start) => {wide} > start * 1.2", arg=start)
    reader.keyboard.press("w")
    reader.wait_for_function(f"(start) => {wide} < start", arg=start)
    high = reader.evaluate("document.querySelector('.over-page').getBoundingClientRect().height")
    assert high <= reader.evaluate("document.querySelector('#stage').clientHeight + 1")


def test_letters_do_nothing_inside_a_field(reader: Page) -> None:
    before = reader.url
    reader.focus("#inside input[type=search]")
    reader.keyboard.press("End")
    reader.keyboard.type("ntgwf")
    reader.keyboard.press("Home")
    assert reader.input_value("#inside input[type=search]") == "көмірntgwf"
    assert reader.url == before
    assert reader.locator("#text").is_visible()


@pytest.mark.parametrize("code", KAZAKH_LAYOUT)
def test_letters_work_with_a_kazakh_layout(reader: Page, code: str) -> None:
    press_in_kazakh(reader, code)
    if code == "KeyN":
        wait_for_hit(reader, 2)
    elif code == "KeyT":
        reader.wait_for_selector("#text", state="hidden")
    else:
        assert reader.evaluate(f"{FOCUSED}.id") == "number"


def test_the_switch_in_view_turns_letters_off_but_not_arrows(
    page: Page, portal: RealPortal
) -> None:
    page.goto(f"{portal.address}/view?keys=off&theme=system&size=normal")
    page.goto(portal.address + portal.kinds()["reader with hits"])
    page.wait_for_selector(".viewing .viewer .lines")
    before = page_of(page)
    page.keyboard.press("t")
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    wait_for_turn(page, before)
    assert page.locator("#text").is_visible()
    assert "hit" not in told(page)


def test_suggestions_are_reached_by_the_down_arrow(page: Page, portal: RealPortal) -> None:
    page.goto(portal.address)
    page.keyboard.press("/")
    page.keyboard.type("көм")
    page.wait_for_selector(".suggestions a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{FOCUSED}.closest('.suggestions') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{FOCUSED}.type") == "search"
    assert not page.locator(".suggestions").is_visible()
