"""The cataloguer's part: a file of records, three of them damaged, and one that has scans."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.pipeline.day.person import PATIENCE, Person
from tests.pipeline.day.story import DAMAGED, OWN_RECORD, PAGES, RECORDS, Story


@dataclass
class Cataloguer:
    """A cataloguer with the catalogue's file."""

    who: Person
    story: Story
    file: Path

    def takes_the_records_in(self) -> None:
        """Look at the file, take it in, and see which records were not."""
        self.who.desk("Catalogue")
        self.who.field("File from the catalogue").set_input_files(self.file)
        self.who.press("Look at the file")
        self.who.sees("Take the records in")
        self.who.picture("11-how-it-is-read")
        self.who.press("Take the records in")
        self.who.sees("Not taken in: %(damaged)s. All others are in.", damaged=len(DAMAGED))
        for number in DAMAGED:
            self.who.sees("Record %(number)s", number=number)
        new = self.who.page.get_by_role("definition").first
        assert new.inner_text() == str(RECORDS - len(DAMAGED))
        self.who.picture("12-taken-in")

    def links_the_scans(self) -> None:
        """The book's record and its scans become one work."""
        self.who.desk("Catalogue")
        search = self.who.words("Search the catalogue")
        self.who.page.get_by_role("searchbox", name=search).fill(self.story.title)
        self.who.press("Search")
        number = self.who.words("record no. %(number)s", number=f"KZ-{OWN_RECORD:06}")
        row = self.who.page.get_by_role("listitem").filter(has_text=number)
        row.get_by_role("link").click()
        self.who.sees("Nothing is scanned yet.")
        aside = self.who.page.get_by_role("complementary")
        self.who.write("Title, author, year or number", self.story.title, aside)
        self.who.press("Search", aside)
        self.who.sees("scanned: %(pages)s", pages=PAGES)
        self.who.picture("13-record")
        self.who.press("This is the same work: %(title)s", title=self.story.title)
        expect(aside).to_contain_text(str(PAGES), timeout=PATIENCE)
        self.who.sees("Joined with “%(title)s”.", title=self.story.title)
        self.who.picture("14-linked")
