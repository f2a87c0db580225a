"""A person who has no mouse: what Tab reaches, written, chosen, ticked and pressed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

MOST_TABS = 90


@dataclass(frozen=True)
class Keyboard:
    """The keys of one page; a `part` is a CSS selector."""

    page: Page

    def goes_to(self, part: str) -> None:
        """Press Tab until the focus is on this part, and no more often than a patient person."""
        for _ in range(MOST_TABS):
            if self.is_at(part):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not reach {part}")

    def is_at(self, part: str) -> bool:
        """Whether the focus is on the first such part."""
        asked = "(part) => document.activeElement === document.querySelector(part)"
        return bool(self.page.evaluate(asked, part))

    def writes(self, part: str, text: str) -> None:
        """Replace what stands in a field."""
        self.goes_to(part)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def chooses(self, part: str, label: str) -> None:
        """Walk down a list to this entry."""
        self.goes_to(part)
        entries = self.page.locator(f"{part} option").all_inner_texts()
        chosen = "(part) => document.querySelector(part).selectedIndex"
        for _ in range(entries.index(label) - int(self.page.evaluate(chosen, part))):
            self.page.keyboard.press("ArrowDown")
        assert entries[self.page.evaluate(chosen, part)] == label

    def ticks(self, part: str) -> None:
        """Tick a box."""
        self.goes_to(part)
        self.page.keyboard.press("Space")
        assert self.page.locator(part).is_checked()

    def presses(self, part: str) -> None:
        """Press a button or follow a link."""
        self.goes_to(part)
        self.page.keyboard.press("Enter")

    def picks(self, part: str, file: Path) -> None:
        """Open the window that chooses a file; the window itself is the system's."""
        with self.page.expect_file_chooser() as window:
            self.goes_to(part)  # takes its time: who asks for the window at once may miss it
            self.page.keyboard.press("Space")
        window.value.set_files(file)
