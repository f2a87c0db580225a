"""No template breaks a rule of WCAG 2.2 AA that axe-core can check, in any language.

Also at 320 px, where nothing may reach beyond the window (1.4.10 Reflow), and in
the dark colours. Rules: https://dequeuniversity.com/rules/axe/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.web.accessibility import (
    NARROW,
    SIGHTS,
    Sight,
    broken_rules,
    look_at,
    small_targets,
    violations,
)
from tests.web.browsing import served
from tests.web.gallery import make_gallery
from tests.web.samples import SAMPLES
from web.language import LANGUAGES

LIVE_READER = "/works/coal/pages/p47?q=көмір&hit=1&"
WIDE_READER = 1000  # px; narrower windows show the page's plain image first

# Every kind of page is looked at wide in all languages where it is real (test_real_pages and
# the desks' tests); its rarer states in other languages where long words have least room.
STATES = {"kk": SIGHTS["kk"], "ru": (NARROW,), "en": (NARROW,)}


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served(make_gallery()) as address:
        yield address


def _open(page: Page, address: str) -> None:
    page.goto(address)
    if LIVE_READER in address and page.evaluate("innerWidth") > WIDE_READER:
        page.wait_for_selector(".viewing .lines")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_breaks_a_rule(chromium: Browser, gallery: str, language: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in (*SAMPLES, LIVE_READER):
        address = name if name.startswith("/") else f"/gallery/{name}?"
        opening = partial(_open, page, f"{gallery}{address}lang={language}")
        reading = "reader" in name or name == LIVE_READER
        if broken := broken_rules(page, opening, STATES[language], anew=reading):
            found[name] = broken
    context.close()
    assert not found


def test_the_check_itself_can_fail(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 860})
    page = context.new_page()
    page.goto(f"{gallery}/gallery/home")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x width=900><h4>it</h4>'")
    page.evaluate("document.querySelector('img').style.maxWidth = 'none'")
    found = violations(page)
    look_at(page, Sight(390, dark=True))
    page.evaluate("document.querySelector('h4').style.color = 'rgb(60, 60, 60)'")
    in_the_dark = violations(page)
    context.close()
    assert any(rule.startswith("color-contrast") for rule in in_the_dark)
    assert any(rule.startswith("image-alt") for rule in found)
    assert "wider than the window" in found


def test_targets_are_large_enough_to_hit(chromium: Browser, gallery: str) -> None:
    """Buttons and tools are at least 40 px, other links outside text at least 24."""
    context = chromium.new_context(viewport={"width": 390, "height": 860}, has_touch=True)
    page = context.new_page()
    small: dict[str, list[str]] = {}
    for name in SAMPLES:
        page.goto(f"{gallery}/gallery/{name}")
        if found := small_targets(page):
            small[name] = found
    context.close()
    assert not small
