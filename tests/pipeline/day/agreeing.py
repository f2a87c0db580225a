"""The rights officers' part: an agreement, a missing illustrator, a second pair of eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.pipeline.day.person import Person
from tests.pipeline.day.story import Story
from web.figures import long_date, short_date

NUMBER = "24/2026"
USES = (
    "Scan and keep", "Read in the library", "Read on the site by all",
    "Search and show the line", "Download PDF", "Print",
)  # fmt: skip


@dataclass
class Officer:
    """A rights officer on one day of the library's calendar."""

    who: Person
    story: Story
    today: date

    def enters_the_agreement(self, paper: Path) -> None:
        """Two heirs of the author, and what they consent to."""
        self.who.desk("Agreements")
        self.who.follow("New agreement")
        self.who.page.get_by_role("textbox", name=self.who.words("Number"), exact=True).fill(NUMBER)
        for name, share in zip(self.story.heirs, ("1/2", "50%"), strict=True):
            self._holder(self._spare_holder(), name, "Heir", "Text", share)
            self.who.press("Save the draft")
            self.who.page.get_by_role("group", name=name).wait_for()
        self._adds_the_work()
        for use in USES:
            self.who.page.get_by_role("checkbox", name=self.who.beginning(use)).check()
        self._writes_the_term()
        self.who.field("Scan of the signed agreement").set_input_files(paper)
        self.who.press("Save the draft")

    def _spare_holder(self) -> Locator:
        return self.who.page.get_by_role("group", name=self.who.words("One more holder")).first

    def _holder(self, row: Locator, name: str, kind: str, part: str, share: str) -> None:
        self.who.write("Name", name, row)
        self.who.choose("As whom", kind, row)
        self.who.choose("Of what", part, row)
        self.who.write("Share", share, row)

    def _adds_the_work(self) -> None:
        self.who.write("Add a work", self.story.title)
        self.who.press("Find")
        self.who.page.get_by_role(
            "button", name=f"{self.who.words('Add')} {self.story.title}", exact=True
        ).click()

    def _writes_the_term(self) -> None:
        self.who.write("Date of signing", short_date(self.today - timedelta(days=40)))
        self.who.write("From what day", short_date(self.today - timedelta(days=30)))
        self.who.write("Up to and including", short_date(self.today + timedelta(days=1800)))
        self.who.choose("Territory", "Whole world")

    def sees_who_is_missing(self) -> None:
        who = self.who.words("Illustrations")
        self.who.sees("Cannot be opened in full: no consent (%(who)s)", who=who)
        self.who.picture("15-illustrator-missing")

    def adds_the_illustrator(self) -> None:
        """The third holder; then the agreement is handed on."""
        name = self.story.illustrator.name
        self._holder(self._spare_holder(), name, "Illustrator", "Illustrations", "1")
        self.who.press("Hand on for checking")
        self.who.sees("You have handed it on, so another officer confirms it.")
        self.who.picture("16-handed-on")

    def confirms(self) -> None:
        """What another officer has written, compared with the paper."""
        self.opens_the_agreement()
        self.who.sees("Compare it with the signed paper, then confirm.")
        self.who.picture("17-second-officer")
        self.who.press("Confirm")
        self.who.sees("In force")
        self.who.picture("18-confirmed")

    def opens_the_agreement(self) -> None:
        self.who.desk("Agreements")
        self.who.follow("Agreement No. %(number)s", number=NUMBER)

    def ends_it_yesterday(self) -> date:
        """Bring the last day forward; gives that day."""
        yesterday = self.today - timedelta(days=1)
        self.opens_the_agreement()
        part = self.who.unfold("Bring the last day forward")
        self.who.write("Up to and including", short_date(yesterday), part)
        self.who.press("Change the last day", part)
        self.who.sees("The agreement is not in force today")
        today = long_date(self.today, self.who.language)
        ahead = self.who.words(
            "If not renewed, it closes by itself on %(day)s at 00:00.", day=today
        )
        expect(self.who.page.get_by_text(ahead)).to_have_count(0)  # it is closed already
        return yesterday
