"""Can everybody sign in, register and keep accounts?

By keyboard, without JavaScript, and without breaking a rule of axe-core.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from archive.duties import Role
from tests.sample_home import settings_for
from tests.web.accessibility import SIGHTS, broken_rules, look_at, small_targets, violations
from tests.web.browsing import served
from tests.web.people import PASSWORD, Clock, Portico
from web.app import create_app
from web.language import LANGUAGES
from web.portal import utc_now

PUBLIC = ("/sign-in", "/register", "/forgotten", "/register/confirm?link=x", "/new-password?link=x")
INSIDE = ("/", "/desk", "/account", "/desk/accounts", "/desk/accounts/new", "/desk/accounts/1",
          "/desk/accounts/2", "/desk/accounts?q=nobody")  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("pages") / "var"
    # Nobody listens at that port: a letter cannot be sent.
    app = create_app(settings_for(home, smtp="smtp://127.0.0.1:9"), now=utc_now)
    here = Portico(app, Clock(utc_now()))
    here.opened(Role.ADMINISTRATOR, "root")
    here.opened(Role.READER, "dana", confirmed=False)
    with served(app) as serving:
        yield serving
    here.portal.storage.close()


@pytest.fixture
def plain(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    yield context
    context.close()


def sign_in(page: Page, address: str) -> None:
    """By keyboard alone."""
    page.goto(f"{address}/sign-in")
    page.focus("#name")
    page.keyboard.type("root")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def told(page: Page) -> list[str]:
    return violations(page) + small_targets(page)


def a_form_with_a_problem(page: Page, address: str) -> None:
    page.goto(f"{address}/register")
    page.fill("#display_name", "Дана")
    page.fill("#email", "new@example.org")
    page.fill("#password", "short")
    page.fill("#again", "short")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_breaks_a_rule(chromium: Browser, address: str, language: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sights = SIGHTS[language]
    page.goto(f"{address}/help?lang={language}")
    found = {
        path: broken_rules(page, partial(page.goto, f"{address}{path}"), sights, told)
        for path in PUBLIC
    }
    problem = partial(a_form_with_a_problem, page, address)
    found["a form with a problem"] = broken_rules(page, problem, sights, told)
    look_at(page, sights[0])
    sign_in(page, address)
    found |= {
        path: broken_rules(page, partial(page.goto, f"{address}{path}"), sights, told)
        for path in INSIDE
    }
    context.close()
    assert {path: broken for path, broken in found.items() if broken} == {}


def test_the_problem_has_the_focus_and_leads_to_its_field(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/register?lang=en")
    page.fill("#display_name", "Дана")
    page.fill("#email", "new@example.org")
    page.fill("#password", "short")
    page.fill("#again", "short")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "password"
    assert page.input_value("#email") == "new@example.org"
    context.close()


def test_an_account_is_opened_without_javascript(plain: BrowserContext, address: str) -> None:
    page = plain.new_page()
    page.goto(f"{address}/sign-in?lang=en")
    page.fill("#name", "root")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.click("text=Accounts >> nth=0")
    page.click("text=New account")
    page.fill("#display_name", "Ерлан")
    page.select_option("#role", "director")
    page.fill("#name", "erlan")
    page.click("text=Open the account")
    password = page.inner_text(".secret")
    page.click("text=Sign out >> nth=0")
    page.goto(f"{address}/sign-in")
    page.fill("#name", "erlan")
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert page.inner_text("h1") == "Ерлан"


def test_after_signing_out_the_way_back_shows_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/desk/accounts")
    page.click(".top > .wrap > .who button")
    page.wait_for_url(f"{address}/")
    page.go_back()
    assert "/sign-in" in page.url
    context.close()


def test_a_name_with_markup_is_shown_as_text(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    sign_in(page, address)
    page.goto(f"{address}/desk/accounts/2?lang=en")
    page.fill("#display_name", "<img src=x onerror=alert(1)>")
    page.click("text=Keep the changes")
    page.wait_for_url("**done=changed")
    page.goto(f"{address}/desk/accounts")
    assert "<img src=x onerror=alert(1)>" in page.inner_text(".people")
    assert said == []
    context.close()
