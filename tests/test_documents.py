"""Do the documents name only what exists: files, habits, settings, commands?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from storage.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
HABIT = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)")
SETTING = re.compile(rf"\b{PREFIX}[A-Z_]+\b")


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
class TestDocument:
    def test_links_lead_somewhere(self, document: Path) -> None:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), target

    def test_habits_are_in_the_makefile(self, document: Path) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        habits = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
        assert set(HABIT.findall(document.read_text(encoding="utf-8"))) <= habits

    def test_settings_are_settings(self, document: Path) -> None:
        known = {PREFIX + field.name.upper() for field in fields(Settings)}
        assert set(SETTING.findall(document.read_text(encoding="utf-8"))) <= known
