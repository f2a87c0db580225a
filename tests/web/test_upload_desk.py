"""Does an operator's browser bring a whole book in, whatever the line and the browser do?"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from archive.duties import Role
from tests.sample_home import settings_for
from tests.web.accessibility import SIGHTS, broken_rules
from tests.web.by_keyboard import Keyboard
from tests.web.upload_desk import UploadDesk, picture, signed_in_as, upload_desk
from web.cookies import SIGNED_IN
from web.language import LANGUAGES

SECONDS = 60_000  # ms; the machine may be busy
STATIC = Path(__file__).parents[2] / "web" / "static"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadDesk]:
    with upload_desk(settings_for(tmp_path_factory.mktemp("home"))) as desk:
        yield desk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Scans 1 to 12, of 300 kB each."""
    place = tmp_path / "Көмір"
    place.mkdir()
    for number in range(1, 13):
        (place / f"{number}.png").write_bytes(picture(number, 300_000))
    (place / "Thumbs.db").write_bytes(b"not a page")
    return place


def window(
    chromium: Browser, desk: UploadDesk, *, secret: str = "", **more: object
) -> BrowserContext:
    """A browser of its own, in which an operator is signed in."""
    context = chromium.new_context(base_url=desk.address, **more)  # type: ignore[arg-type]
    secret = secret or signed_in_as(desk.storage, Role.OPERATOR)
    told = {"language": "en", SIGNED_IN: secret}
    context.add_cookies([{"name": n, "value": v, "url": desk.address} for n, v in told.items()])
    return context


def begin(page: Page, title: str) -> str:
    """The address of the files' page."""
    page.goto("/desk/upload")
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_role("button", name="Go on to the files").click()
    page.wait_for_url(re.compile(r"/desk/upload/\w+$"))
    return page.url


def choose(page: Page, folder: Path) -> None:
    page.locator("#folder-input").set_input_files(folder)


def accepted(page: Page, count: int) -> None:
    expect(page.locator("#files .st.ok")).to_have_count(count, timeout=SECONDS)


def finish(page: Page) -> None:
    page.get_by_role("link", name="Go on to the check").click()
    page.get_by_role("button", name="Register the book").click()
    expect(page.get_by_text("The book is registered.")).to_be_visible()


def keys(folder: Path) -> list[str]:
    files = sorted(folder.glob("*.png"), key=lambda path: int(path.stem))
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def test_a_line_that_breaks_and_a_browser_that_is_closed(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    before = len(desk.pages())
    secret = signed_in_as(desk.storage, Role.OPERATOR)
    context = window(chromium, desk, secret=secret)
    page = context.new_page()
    address = begin(page, "Үзіліс")
    choose(page, folder)
    page.locator("#files .st.ok").first.wait_for(timeout=SECONDS)
    context.set_offline(True)
    expect(page.locator("#line-lost")).to_be_visible(timeout=SECONDS)
    context.set_offline(False)
    expect(page.locator("#line-restored")).to_be_visible(timeout=SECONDS)
    page.locator("#files .st.ok").nth(4).wait_for(timeout=SECONDS)
    context.close()

    begun = [file.name for file in desk.files(address.rpartition("/")[2]).values()]
    again = window(chromium, desk, secret=secret).new_page()
    sent: list[str] = []
    again.on("request", lambda asked: sent.append(asked.url) if asked.method == "PATCH" else None)
    again.goto(address)
    assert again.locator("#files .st.ok").count() >= 5
    choose(again, folder)
    accepted(again, 12)
    assert len(sent) <= 12 - 5  # what was here was not sent again
    assert {file.name for file in desk.files(address.rpartition("/")[2]).values()} >= set(begun)
    finish(again)
    assert [key for _, key in desk.pages()[before:]] == keys(folder)
    again.context.close()


def test_two_browsers_make_one_book(chromium: Browser, desk: UploadDesk, folder: Path) -> None:
    before = len(desk.pages())
    windows = [window(chromium, desk).new_page() for _ in range(2)]
    addresses = {begin(page, "Екі терезе") for page in windows}
    assert len(addresses) == 1
    for page in windows:
        choose(page, folder)
    for page in windows:
        accepted(page, 12)
    for page in windows:
        page.get_by_role("link", name="Go on to the check").click()
    for page in windows:
        page.get_by_role("button", name="Register the book").click()
        expect(page.get_by_text("The book is registered. Pages: 12.")).to_be_visible()
        page.context.close()
    assert [key for _, key in desk.pages()[before:]] == keys(folder)
    assert desk.works().count("Екі терезе") == 1


def test_a_book_is_brought_in_and_put_in_order_by_keyboard_alone(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    before = len(desk.pages())
    context = window(chromium, desk)
    page = context.new_page()
    keyboard = Keyboard(page)
    page.goto("/desk/upload")
    keyboard.writes("#title", "Пернетақта")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/upload/\w+$"))
    keyboard.picks("#folder-input", folder)
    accepted(page, 12)
    keyboard.presses('main a[href$="/order"]')
    page.wait_for_url("**/order")
    with page.expect_response(re.compile("/order$")):
        keyboard.presses('[aria-label="Move up: 3.png"]')
    assert page.locator("#moved").inner_text() == "3.png: place 2"
    with page.expect_response(re.compile("/order$")):
        page.keyboard.press("Enter")  # the focus went with the page
    page.reload()
    names = page.locator(".order li b").all_inner_texts()
    assert names[:4] == ["3.png", "1.png", "2.png", "4.png"]
    keyboard.presses("[name=finish]")
    expect(page.get_by_text("The book is registered.")).to_be_visible()
    assert [name for name, _ in desk.pages()[before:]] == names
    context.close()


def test_the_order_is_put_right_by_dragging(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    context = window(chromium, desk)
    page = context.new_page()
    begin(page, "Сүйреу")
    choose(page, folder)
    accepted(page, 12)
    page.get_by_role("link", name="Go on to the check").click()
    with page.expect_response(re.compile("/order$")):
        page.locator(".order li").nth(3).drag_to(
            page.locator(".order li").nth(0), target_position={"x": 60, "y": 2}
        )
    assert page.locator(".order li b").first.inner_text() == "4.png"
    context.close()


def test_the_place_for_files_stays_under_the_hand(chromium: Browser, desk: UploadDesk) -> None:
    context = window(chromium, desk)
    page = context.new_page()
    begin(page, "Папка")
    place = page.locator(".drop")
    before = place.bounding_box()
    place.dispatch_event("dragover")
    expect(place).to_have_class(re.compile("over"))
    assert place.bounding_box() == before
    context.close()


def test_what_is_wrong_is_told_in_the_row(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    (folder / "letter.png").write_bytes(b"Dear reader " * 500)
    (folder / "7b.png").write_bytes((folder / "7.png").read_bytes())
    (folder / "<b>bold.png").write_bytes(picture(500))
    context = window(chromium, desk)
    page = context.new_page()
    begin(page, "Қате")
    choose(page, folder)
    row = page.locator("#files li")
    expect(row.filter(has_text="letter.png")).to_contain_text("not an image", timeout=SECONDS)
    expect(row.filter(has_text="7b.png")).to_contain_text(
        "already here: page 7. It is not stored twice", timeout=SECONDS
    )
    expect(row.filter(has_text="<b>bold.png")).to_contain_text("Accepted")
    page.get_by_role("link", name="Go on to the check").click()
    left_out = page.get_by_role("status").filter(has_text="No page is made of these files: 2.")
    expect(left_out).to_contain_text("7b.png")
    expect(left_out).to_contain_text("letter.png")
    page.get_by_role("link", name="Back to the files").click()
    row.filter(has_text="letter.png").get_by_role("button", name="Take out letter.png").click()
    expect(row.filter(has_text="letter.png")).to_have_count(0)
    context.close()


def test_without_javascript(chromium: Browser, desk: UploadDesk, folder: Path) -> None:
    before = len(desk.pages())
    context = window(chromium, desk, java_script_enabled=False)
    page = context.new_page()
    begin(page, "Қарапайым")
    page.get_by_label("Choose files").set_input_files(sorted(folder.glob("*.png")))
    page.get_by_role("button", name="Send", exact=True).click()
    accepted(page, 12)
    page.get_by_role("link", name="Go on to the check").click()
    page.get_by_role("button", name="Move down: 1.png").click()
    assert page.locator(".order li b").all_inner_texts()[:2] == ["2.png", "1.png"]
    page.get_by_role("button", name="Register the book").click()
    expect(page.get_by_text("The book is registered.")).to_be_visible()
    assert [name for name, _ in desk.pages()[before:]][:2] == ["2.png", "1.png"]
    context.close()


def test_files_chosen_before_the_script_is_there_are_sent(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    """A slow line: the form is there, the script is still on its way."""
    context = window(chromium, desk)
    page = context.new_page()
    address = begin(page, "Баяу желі")
    held: list[Route] = []
    page.route("**/static/*/upload.js", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(address, wait_until="commit")
    page.locator("#files-input").set_input_files(sorted(folder.iterdir()))
    assert page.locator("#files li").count() == 0
    held[0].continue_()
    accepted(page, 12)
    context.close()


def test_a_record_of_the_catalogue_is_chosen(
    chromium: Browser, desk: UploadDesk, folder: Path
) -> None:
    desk_page = window(chromium, desk).new_page()
    begin(desk_page, "Каталогтағы кітап")
    choose(desk_page, folder)
    accepted(desk_page, 12)
    finish(desk_page)
    before = len(desk.pages())
    (folder / "13.png").write_bytes(picture(13, 300_000))
    desk_page.goto("/desk/upload")
    desk_page.get_by_role("searchbox").fill("каталогт")
    desk_page.get_by_role("button", name="Search").click()
    desk_page.get_by_role("button", name="Choose: Каталогтағы кітап").click()
    choose(desk_page, folder)
    accepted(desk_page, 13)
    finish(desk_page)
    assert len(desk.pages()) == before + 1  # the twelve are here already
    assert desk.works().count("Каталогтағы кітап") == 1
    desk_page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_breaks_a_rule(
    chromium: Browser, desk: UploadDesk, folder: Path, language: str
) -> None:
    context = window(chromium, desk, bypass_csp=True)
    page = context.new_page()
    address = begin(page, f"Ережелер {language}")
    choose(page, folder)
    accepted(page, 12)
    found = {}
    for place in ("/desk/upload?q=Ереже", address, f"{address}/order"):
        opening = partial(page.goto, f"{place}{'&' if '?' in place else '?'}lang={language}")
        found[place] = broken_rules(page, opening, SIGHTS[language])
    context.close()
    assert not any(found.values()), found


def test_the_scripts_are_small() -> None:
    """What the page with the files loads, compressed: 40 KB at most."""
    names = ["upload*.js", "site.js", "keys.js", "poll.js", "suggest.js", "fragment.js"]
    scripts = [path for name in names for path in STATIC.glob(name)]
    scripts += [*STATIC.glob("vendor/tus/*.js"), *STATIC.glob("vendor/noble-hashes/*.js")]
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts)
    print(f"{size} bytes")
    assert 30_000 < size < 40 * 1024
