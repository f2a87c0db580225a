"""The reader's part: finds the book, reads it, and later sees why it is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Locator, expect

from tests.pipeline.day.doors import Doors, doors_of
from tests.pipeline.day.person import PATIENCE, Person
from tests.pipeline.day.story import PAGES, Story

FILES_OF_PAGE = {
    "plain text": "Text",
    "hocr": "Text with places on the page (hOCR)",
    "alto": "Text with places on the page (ALTO)",
}
FILES_OF_BOOK = {
    "pdf": "PDF, original quality",
    "small pdf": "PDF, small",
    "whole text": "Text",
}
"""What can be downloaded of a page and of its book, by what it is called there."""


@dataclass
class Reader:
    """Somebody at home, without an account."""

    who: Person
    story: Story

    def chooses_the_language(self) -> None:
        self.who.open(f"/?lang={self.who.language}")

    def searches(self, question: str) -> None:
        """From the home page."""
        self.who.open()
        box = self.who.page.get_by_role("searchbox", name=self.who.words("Search the archive"))
        box.fill(question)
        box.press("Enter")
        self.who.page.wait_for_url("**/search?**")

    def finds_the_description_alone(self) -> None:
        """The title is found; the book is closed, and its page says so."""
        self.searches(self.story.title)
        self.who.sees("Found by its description.")
        self.who.page.get_by_role("heading", name=self.story.title).get_by_role("link").click()
        self.who.sees("Closed for now.")
        expect(self._link("Read")).to_have_count(0)

    def finds_the_word(self) -> None:
        """The word on its page, and the page with the word marked."""
        self.searches(self.story.word)
        mark = self.who.page.locator("mark")
        self.who.reloads_until(mark)
        self.who.picture("19-found")
        self.who.page.get_by_role("heading", name=self.story.title).get_by_role("link").click()
        image = self.who.page.get_by_role("region", name=self.who.words("Page image"))
        expect(image.locator(".marks .now:visible").first).to_be_visible(timeout=PATIENCE)
        text = self.who.page.get_by_role("complementary", name=self.who.words("Page text"))
        expect(text).to_contain_text(self.story.word)
        self.who.picture("20-read")

    def notes_every_door(self) -> Doors:
        """The addresses that the open page and its book show to anybody."""
        page = self.who.page
        found = {"reader": page.url}
        image = page.get_by_role("region", name=self.who.words("Page image"))
        found["image"] = self._whole(image.locator("#page-image"), "src")
        strip = page.get_by_role("navigation", name=self.who.words("Pages"), exact=True)
        current = strip.locator("[aria-current=page]").get_by_role("presentation")
        found["thumbnail"] = self._whole(current, "src")
        found["text page"] = self._whole(self._link("Open apart"), "href")
        page.get_by_label(self.who.words("Download"), exact=True).click()
        for door, label in FILES_OF_PAGE.items():
            found[door] = self._whole(self._file(label), "href")
        self.who.follow("Back to the description")
        found["item"] = page.url
        for door, label in FILES_OF_BOOK.items():
            found[door] = self._whole(self._file(label), "href")
        manifest = self._link("IIIF manifest for other viewers")
        found["manifest"] = self._whole(manifest, "href")
        self.who.picture("21-description")
        return doors_of(self.who.address, found, self.story.word)

    def waits_for_the_whole_book(self) -> None:
        """Until all pages are ready and the book's files are made."""
        self.who.reloads_until(self._file("PDF, original quality"))
        expect(self._link("Read")).to_be_visible()
        expect(self.who.page.get_by_text(str(PAGES)).first).to_be_visible()

    def sees_why_it_is_closed(self, page: str, day: str) -> None:
        """On the page that was read before, when it is opened again."""
        self.who.page.goto(page)
        self.who.sees("This is not an error and not about you.")
        self.who.sees("The permission to show it ended on %(day)s.", day=day)
        self.who.picture("23-why-closed")

    def _link(self, sentence: str) -> Locator:
        return self.who.page.get_by_role("link", name=self.who.words(sentence), exact=True)

    def _file(self, sentence: str) -> Locator:
        """A file to be downloaded: what it is called, perhaps with its size behind it."""
        called = re.compile(rf"^\s*{re.escape(self.who.words(sentence))}( — |\s*$)")
        return self.who.page.get_by_role("link", name=called)

    def _whole(self, element: Locator, name: str) -> str:
        told = element.first.get_attribute(name)
        assert told, element
        # The portal's public address is another one than that at which the test asks it.
        place = urlsplit(told)
        return urljoin(self.who.page.url, place._replace(scheme="", netloc="").geturl())
