"""The board in a real browser: accessible for each role, live without reloading, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from archive.duties import Role
from archive.ledger import PageStep, StepState
from tests.web.accessibility import small_targets, violations
from tests.web.browsing import served
from tests.web.work_at_desk import DAMAGED, PASSWORD, WorkingLibrary, working_library
from web import desks

VIEWS = (
    ("kk", 1280, Role.ADMINISTRATOR, "light"),
    ("ru", 1280, Role.RIGHTS_OFFICER, "dark"),
    ("en", 1280, Role.DIRECTOR, "light"),
    ("kk", 390, Role.OPERATOR, "dark"),
    ("ru", 390, Role.CATALOGUER, "light"),
    ("kk", 320, Role.OPERATOR, "light"),
    ("ru", 320, Role.ADMINISTRATOR, "light"),
    ("en", 320, Role.OPERATOR, "light"),
)
PERIOD = 11_000  # ms, a little more than the time between two looks


@pytest.fixture
def library(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WorkingLibrary]:
    made = working_library(tmp_path_factory.mktemp("board") / "var")
    monkeypatch.setattr(desks, "DESKS", made.with_all_desks())
    yield made
    made.portal.storage.close()


def sign_in(page: Page, address: str, role: Role, language: str = "en") -> None:
    page.goto(f"{address}/sign-in?lang={language}")
    page.fill("#name", role.value)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/desk")


def test_no_rule_is_broken(chromium: Browser, library: WorkingLibrary) -> None:
    found: dict[str, list[str]] = {}
    with served(library.app) as address:
        for language, width, role, scheme in VIEWS:
            context = chromium.new_context(
                viewport={"width": width, "height": 860},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            sign_in(page, address, role, language)
            for path in ("/desk/work", f"/desk/history/works/{library.works[DAMAGED]}"):
                page.goto(address + path)
                for told in page.query_selector_all("details.told summary"):
                    told.click()
                broken = violations(page) + small_targets(page)
                if broken:
                    found[f"{path} {language} {width}"] = broken
            context.close()
    assert not found


def mend(library: WorkingLibrary) -> None:
    """The damaged book loses its set-aside page behind the browser's back."""
    with library.portal.storage.rows.writing() as session:
        for step in session.scalars(
            select(PageStep).where(PageStep.state == StepState.QUARANTINED)
        ):
            step.state = StepState.PENDING


def test_the_board_changes_without_reloading(chromium: Browser, library: WorkingLibrary) -> None:
    with served(library.app) as address:
        page = chromium.new_page()
        page.clock.install()
        sign_in(page, address, Role.OPERATOR)
        page.goto(f"{address}/desk/work")
        page.evaluate("window.stayed = true; window.region = document.getElementById('sums')")
        page.click("details.told summary >> nth=0")
        page.focus(".btn:text('Send these pages again')")
        assert page.is_visible("text=Start again")
        mend(library)
        page.clock.fast_forward(PERIOD)
        page.wait_for_selector("text=Start again", state="detached")
        assert page.evaluate("window.stayed")
        assert page.evaluate("window.region === document.getElementById('sums')")
        assert page.evaluate("document.activeElement.textContent") == "Send these pages again"
        assert page.evaluate("document.querySelector('details.told').open")
        page.close()


def test_the_button_is_pressed_by_keyboard(chromium: Browser, library: WorkingLibrary) -> None:
    with served(library.app) as address:
        page = chromium.new_page()
        sign_in(page, address, Role.OPERATOR)
        page.goto(f"{address}/desk/work")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Start again":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Start again", state="detached")
        assert page.url == f"{address}/desk/work"
        page.close()
