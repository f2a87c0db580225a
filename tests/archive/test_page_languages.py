"""How many pages are in which language, and does recognising a page again tell it anew?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from archive.derivation import record_text
from archive.page_languages import pages_by_language
from archive.representations import Page, PageText
from archive.text_language import PageLanguage
from tests.archive.shelf import SOME_TEXT, described, digitized, shown

LANGUAGES = ("kk", "kk", "kk", "ru", "mixed", None)


@pytest.fixture
def pages(session: Session, now: datetime, chance: random.Random) -> list[Page]:
    """Six pages in `LANGUAGES`, a seventh that waits for its text, an eighth taken out."""
    work = described(session, "Кітап", now=now, chance=chance)
    made = digitized(session, work, [f"{n}.jpg" for n in range(8)], now=now, chance=chance)
    for page, language in zip(made, (*LANGUAGES, None, "kk"), strict=True):
        shown(session, page, now=now)
        session.get_one(PageText, page.text_id).language = language
    made[6].text_id = None
    made[7].sequence = -8
    session.flush()
    return made


def test_pages_are_counted_by_language(session: Session, pages: list[Page]) -> None:
    counted = {PageLanguage.KAZAKH: 3, PageLanguage.RUSSIAN: 1, PageLanguage.MIXED: 1, None: 2}
    assert pages_by_language(session) == counted
    assert pages_by_language(session, [pages[0].representation_id]) == counted
    assert pages_by_language(session, [pages[0].representation_id + 1]) == {}


def test_the_same_text_again_tells_its_language_anew(
    session: Session, pages: list[Page], now: datetime
) -> None:
    session.expire_all()  # whoever recognises begins a session of his own
    page = pages[5]
    text = session.get_one(PageText, page.text_id)
    derivatives = {"hocr": text.hocr, "alto": text.alto, "text": text.plain, "words": text.words}
    told = replace(SOME_TEXT, language="ru", language_runs=(("ru", 3),), misread=True)
    again = record_text(session, page, derivatives, told, input_key="made", now=now)
    assert (again.id, again.revision) == (text.id, 1)
    assert (text.language, text.language_runs, text.misread) == ("ru", [["ru", 3]], True)
