"""Somebody at a browser: reads, presses and writes by the words on the screen alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.faults.workers_at_work import until
from web.language import NAMES, catalogue

PASSWORD = "alty qyrdyn astynda"
PATIENCE = 60_000  # ms; the machine may be busy


@dataclass
class Person:
    """A browser window, and the language in which its person reads."""

    page: Page
    address: str
    language: str
    pictures: Path

    def words(self, sentence: str, **values: Any) -> str:
        """An English sentence of ours as this person reads it; it must be translated."""
        said = catalogue(self.language).gettext(sentence)
        assert said != sentence or self.language == "en", sentence
        return said % values if values else said

    def beginning(self, sentence: str, **values: Any) -> re.Pattern[str]:
        """What begins with the sentence: a label has its hint behind it."""
        return re.compile(rf"^\s*{re.escape(self.words(sentence, **values))}")

    def press(self, sentence: str, within: Locator | None = None, **values: Any) -> None:
        where = within or self.page
        where.get_by_role("button", name=self.words(sentence, **values), exact=True).click()

    def follow(self, sentence: str, **values: Any) -> None:
        self.page.get_by_role("link", name=self.words(sentence, **values), exact=True).click()

    def unfold(self, sentence: str) -> Locator:
        """Open a part of the page that is folded up; gives it."""
        part = self.page.get_by_role("group").filter(has_text=self.beginning(sentence))
        summary = part.get_by_text(self.words(sentence), exact=True).first
        if part.get_attribute("open") is None:
            summary.click()
        return part

    def field(self, sentence: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(self.beginning(sentence))

    def write(self, sentence: str, text: str, within: Locator | None = None) -> None:
        self.field(sentence, within).fill(text)

    def choose(self, sentence: str, choice: str, within: Locator | None = None) -> None:
        self.field(sentence, within).select_option(label=self.words(choice))

    def sees(self, sentence: str, **values: Any) -> None:
        """Wait until the sentence can be read."""
        shown = self.page.get_by_text(self.words(sentence, **values)).first
        expect(shown).to_be_visible(timeout=PATIENCE)

    def reloads_until(self, seen: Locator) -> None:
        """Look again and again, as somebody who waits does."""

        def is_there() -> bool:
            self.page.reload()
            return seen.first.is_visible()

        until(is_there, str(seen))

    def picture(self, name: str) -> None:
        """Keep what this person sees now."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def signs_in(self, name: str) -> None:
        """From the home page, in the person's own language."""
        self.open()
        self.page.get_by_role("link", name=NAMES[self.language]).first.click()
        self.page.get_by_role("link", name=self.words("Sign in"), exact=True).first.click()
        self.write("Name or e-mail", name)
        self.write("Password", PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url("**/desk")

    def desk(self, name: str) -> None:
        """Go to a desk by the menu."""
        menu = self.page.get_by_role("navigation", name=self.words("Desks"))
        menu.get_by_role("link", name=self.words(name), exact=True).click()


def person(chromium: Browser, address: str, language: str, pictures: Path) -> Person:
    """A visitor in a browser window of their own, whom nobody knows yet."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return Person(page, address, language, pictures)
