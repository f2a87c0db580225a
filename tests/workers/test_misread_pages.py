"""A Kazakh page handed in as Russian: is it on the list, and off it when it is read anew?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.doubts import doubts_by_book
from archive.ledger import PageStep
from archive.page_languages import pages_by_language
from archive.representations import PageText
from archive.text_language import PageLanguage
from archive.works import Work
from storage.settings import Settings
from tests.sample_home import asked
from tests.workers.worn_page import KAZAKH_LINES, pixels, printed
from web.cli.books import redo
from workers.page_steps import PAGE_STEPS
from workers.queue import open_queue
from workers.running import run_step
from workers.workshop import Workshop


@pytest.fixture
def workshop(settings: Settings, tmp_path: Path) -> Iterator[Workshop]:
    """A book of one Kazakh page that was handed in as Russian and is characterised."""
    folder = tmp_path / "scans"
    folder.mkdir()
    Image.fromarray(pixels(printed(*KAZAKH_LINES))).save(folder / "1.png", dpi=(300, 300))
    asked(settings, "ingest", folder, "--title", "Кітап", "--language", "ru")
    made = Workshop(settings, open_queue(settings))
    run(made, "characterise")
    yield made
    made.storage.close()


def run(workshop: Workshop, step: str) -> None:
    with workshop.storage.rows.reading() as session:
        due = session.scalars(select(PageStep.id).where(PageStep.step == step)).one()
    assert run_step(PAGE_STEPS[step], workshop, due)


def told(session: Session) -> tuple[str | None, list[str], dict[PageLanguage | None, int]]:
    """The profile of the newest text, the reasons to look at pages, the pages by language."""
    profile = session.scalars(select(PageText.profile).order_by(PageText.id.desc())).first()
    reasons = [reason for each in doubts_by_book(session).values() for reason in each.reasons]
    return profile, reasons, dict(pages_by_language(session))


def test_it_is_listed_until_the_book_is_called_kazakh_and_read_anew(workshop: Workshop) -> None:
    run(workshop, "recognise")
    with workshop.storage.rows.writing() as session:
        profile, reasons, pages = told(session)
        assert (profile, pages) == ("ru", {PageLanguage.KAZAKH: 1})
        assert "kazakh-misread" in reasons  # beside "poor-text": a wrong model is seldom sure
        work = session.scalars(select(Work)).one()
        work.language = "kk"
        assert redo(session, work.name, "recognise", now=workshop.now())
    run(workshop, "recognise")
    with workshop.storage.rows.reading() as session:
        assert told(session) == ("kk", [], {PageLanguage.KAZAKH: 1})
        text = session.scalars(select(PageText).order_by(PageText.id.desc())).first()
        assert text is not None
        assert text.language_runs == [["kk", text.word_count]]
