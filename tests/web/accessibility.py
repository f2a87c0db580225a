"""Which rules of WCAG 2.2 AA does a page break, at which widths and in which colours?

axe-core's rules (https://dequeuniversity.com/rules/axe/), and 1.4.10 Reflow: nothing
reaches beyond the window, at 320 px too. A page is loaded once and looked at several
times: loading it and bringing the rules costs as much as the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

_AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
_ABSENT = "typeof axe === 'undefined'"
_RUN = """async () => {
  const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(moving.map((each) => each.finished));  // colours on their way
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const how = { runOnly: dark ? colours : tags, resultTypes: ["violations"], preload: false };
  const found = await axe.run(document, how);
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`);
}"""
_SMALL_TARGETS = """() => {
  const least = (part) => part.matches(".btn, .tool, input:not([type=radio])") ? 39.5 : 23.5;
  const high = (part) => part.getBoundingClientRect().height;
  return [...document.querySelectorAll("a[href], button, summary, input")]
    .filter((part) => part.offsetParent && !part.closest("[aria-hidden], .skip, .pick"))
    .filter((part) => high(part) < least(part))
    .map((part) => `${part.outerHTML.slice(0, 90)} ${high(part)}`);
}"""


class Sight(NamedTuple):
    """How a page is looked at: the width of the window in px, and its colours."""

    width: int
    dark: bool = False


WIDE, NARROW = Sight(1280), Sight(320)
SIGHTS = {"kk": (WIDE, NARROW, Sight(390, dark=True)), "ru": (WIDE, NARROW), "en": (WIDE, NARROW)}
"""How each kind of page is looked at, by the language it speaks."""


def violations(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    if page.evaluate(_ABSENT):
        page.context.add_init_script(_AXE)  # to bring it to each page anew costs twice as much
        page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the window"] if wide else found


def small_targets(page: Page) -> list[str]:
    """Buttons and tools lower than 40 px, and other links outside text lower than 24."""
    found: list[str] = page.evaluate(_SMALL_TARGETS)
    return found


def broken_rules(
    page: Page,
    open_page: Callable[[], object],
    sights: Sequence[Sight],
    told: Callable[[Page], list[str]] = violations,
    *,
    anew: bool = False,
) -> list[str]:
    """What `told` finds on a page at each sight.

    Args:
        open_page: loads the page; once, in the first sight's window.
        anew: load it at each sight: its script decides by the width what it builds.
    """
    found: list[str] = []
    for sight in sights:
        look_at(page, sight)
        if anew or sight is sights[0]:
            open_page()
        found += [f"{sight.width}: {each}" for each in told(page)]
    return found


def look_at(page: Page, sight: Sight) -> None:
    """Give the window its width and its colours."""
    page.set_viewport_size({"width": sight.width, "height": 860})
    page.emulate_media(color_scheme="dark" if sight.dark else "light")
