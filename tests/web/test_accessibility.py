"""No template breaks a rule of WCAG 2.2 AA that axe-core can check, in any language.

Also at 320 px, where nothing may reach beyond the window (1.4.10 Reflow), and in
the dark colours. Rules: https://dequeuniversity.com/rules/axe/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browsing import served
from tests.web.gallery import make_gallery
from tests.web.samples import SAMPLES
from web.language import LANGUAGES

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`);
}"""
SMALL_TARGETS = """() => {
  const least = (part) => part.matches(".btn, .tool, input:not([type=radio])") ? 39.5 : 23.5;
  const high = (part) => part.getBoundingClientRect().height;
  return [...document.querySelectorAll("a[href], button, summary, input")]
    .filter((part) => part.offsetParent && !part.closest("[aria-hidden], .skip, .pick"))
    .filter((part) => high(part) < least(part))
    .map((part) => `${part.outerHTML.slice(0, 90)} ${high(part)}`);
}"""
LIVE_READER = "/works/coal/pages/p47?q=көмір&hit=1&"
VIEWS = (
    *((tag, 1280, "light") for tag in LANGUAGES),
    *((tag, 320, "light") for tag in LANGUAGES),
    ("kk", 390, "dark"),
)


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served(make_gallery()) as address:
        yield address


def violations(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the window"] if wide else found


@pytest.mark.parametrize(("language", "width", "scheme"), VIEWS)
def test_no_page_breaks_a_rule(
    chromium: Browser, gallery: str, language: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 860},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in (*SAMPLES, LIVE_READER):
        address = name if name.startswith("/") else f"/gallery/{name}?"
        page.goto(f"{gallery}{address}lang={language}")
        if name == LIVE_READER and width > 1000:
            page.wait_for_selector(".viewing .lines")
        if broken := violations(page):
            found[name] = broken
    context.close()
    assert not found


def test_the_check_itself_can_fail(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 860})
    page = context.new_page()
    page.goto(f"{gallery}/gallery/home")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x width=900><h4>a</h4>'")
    page.evaluate("document.querySelector('img').style.maxWidth = 'none'")
    found = violations(page)
    context.close()
    assert any(rule.startswith("image-alt") for rule in found)
    assert "wider than the window" in found


def test_targets_are_large_enough_to_hit(chromium: Browser, gallery: str) -> None:
    """Buttons and tools are at least 40 px, other links outside text at least 24."""
    context = chromium.new_context(viewport={"width": 390, "height": 860}, has_touch=True)
    page = context.new_page()
    small: dict[str, list[str]] = {}
    for name in SAMPLES:
        page.goto(f"{gallery}/gallery/{name}")
        found: list[str] = page.evaluate(SMALL_TARGETS)
        if found:
            small[name] = found
    context.close()
    assert not small
