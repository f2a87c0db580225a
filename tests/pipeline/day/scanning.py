"""The operator's part: forty pages over a bad line, their order, a blurred one replaced."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import expect

from tests.faults.workers_at_work import command_of, until
from tests.pipeline.day.line import Line
from tests.pipeline.day.person import PATIENCE, Person
from tests.pipeline.day.story import BLURRED, PAGES, SWAPPED, Story

FOLDED = 3000  # bytes of requests and their headers for one file, at most
AT_ONCE = 2  # files that are on their way at the same time


@dataclass
class Operator:
    """An operator with a folder of scans, behind a line that breaks."""

    who: Person
    line: Line
    story: Story
    folder: Path

    def begins(self) -> None:
        """Describe the book and go on to its files."""
        self.who.desk("Upload")
        form = self.who.page.locator("form").filter(has_text=self.who.words("Language of the text"))
        self.who.write("Title", self.story.title, form)
        self.who.choose(
            "Language of the text", {"kk": "Kazakh", "ru": "Russian"}[self.story.language]
        )
        self.who.choose("What it is", "Book")
        self.who.picture("01-which-book")
        self.who.press("Go on to the files")
        self.who.page.wait_for_url(re.compile(r"/desk/upload/\w+$"))

    def chooses_the_folder(self) -> None:
        chosen = self.who.page.get_by_label(self.who.words("Choose a folder"))
        chosen.set_input_files(self.folder)

    def loses_the_line(self) -> None:
        """Wait until the page says so."""
        self.who.sees("Connection lost.")

    def gets_the_line_back(self) -> None:
        """The page goes on by itself."""
        self.line.mend()
        told = self.who.words(
            "Connected again. Going on from page %(n)s. Nothing is lost, nothing needs to be done.",
            n=0,
        )
        restored = re.compile(re.escape(told).replace("0", r"\d+"))
        expect(self.who.page.get_by_text(restored)).to_be_visible(timeout=PATIENCE)

    def accepted(self) -> set[str]:
        """The names of the files that the page says are here."""
        words = self.who.words("Accepted")
        rows = self.who.page.get_by_role("listitem").filter(has_text=words)
        return {re.findall(r"\d{3}\.png", row)[0] for row in rows.all_inner_texts()}

    def sees_all_accepted(self) -> None:
        self.who.sees("%(n)s of %(m)s pages sent", n=PAGES, m=PAGES)

    def returns(self) -> set[str]:
        """Find the book that was begun; gives what is here already."""
        self.who.desk("Upload")
        self.who.sees("Go on with a book that was begun")
        self.who.picture("03-begun-before")
        self.who.page.get_by_role("link", name=self.story.title).click()
        self.who.page.wait_for_url(re.compile(r"/desk/upload/\w+$"))
        return self.accepted()

    def weight_without(self, here: set[str]) -> int:
        """Bytes of the files that are not here yet."""
        return sum(f.stat().st_size for f in self.folder.iterdir() if f.name not in here)

    def puts_in_order(self) -> None:
        """The two misnamed pages change places; then the book is registered."""
        self.who.follow("Go on to the check")
        moved = f"{SWAPPED + 1:03}.png"
        with self.who.page.expect_response(re.compile("/order$")):
            self.who.press("Move up: %(name)s", name=moved)
        self.who.sees("%(name)s: place %(n)s", name=moved, n=SWAPPED)
        self.who.picture("05-order")
        self.who.press("Register the book")
        self.who.sees("The book is registered. Pages: %(n)s.", n=PAGES)
        self.who.picture("06-registered")

    def checks_the_pages(self, better: Path) -> None:
        """The one page that the check names gets a new image; then all are accepted."""
        self.who.desk("Pages")
        self.who.page.get_by_role("link", name=self.story.title).click()
        self._waits_for_doubtful(1)
        self.who.picture("07-page-check")
        tile = self.who.page.get_by_role("listitem").filter(has_text=self.who.words("Blurred"))
        tile.get_by_role("link").click()
        panel = self.who.page.get_by_role("complementary")
        heading = panel.get_by_role("heading", name=self.who.words("Page %(page)s", page=BLURRED))
        expect(heading).to_be_visible()
        self.who.sees("The image is blurred.")
        self.who.picture("08-blurred")
        self.who.field("The new image of this page", panel).set_input_files(better)
        replacing = panel.get_by_role("group").filter(has_text=self.who.words("Replace the image"))
        with self.who.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.who.press("Send the file", replacing)  # to look again sooner would stop it
        self._waits_for_doubtful(0)
        self.who.picture("09-replaced")
        self.who.press("Accept %(n)s", n=PAGES)
        self.who.sees("All pages are accepted.")
        self.who.picture("10-accepted")

    def _waits_for_doubtful(self, count: int) -> None:
        """Every page has been looked at by the machine, and so many are to be seen by a person."""
        clean = self.who.words("Accept %(n)s", n=PAGES - count)
        self.who.reloads_until(self.who.page.get_by_role("button", name=clean, exact=True))
        doubtful = self.who.words("To look at %(n)s", n=count)
        expect(self.who.page.get_by_role("link", name=doubtful, exact=True)).to_be_visible()


def kill_the_browser() -> None:
    """The browser's process dies at once, and all its windows with it."""
    below = psutil.Process().children(recursive=True)
    mains = [each for each in below if _is_main(command_of(each))]
    assert mains
    for main in mains:
        main.send_signal(signal.SIGKILL)
    until(lambda: not any(command_of(main) for main in mains), "the browser's end")


def _is_main(started: Sequence[str]) -> bool:
    """Whether this is a browser's own process, or the script that started it."""
    named = any(part.startswith("--type=") for part in started)
    return "--remote-debugging-pipe" in started and not named
