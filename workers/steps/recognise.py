"""recognise: the words of a page with their places, hOCR being the master."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from archive.derivation import Made, Recognised, record_page_derivatives, record_text
from archive.ledger import BookBuild, PageStep
from archive.recipes.folios import folio_of
from archive.representations import Page
from archive.text import analyse_page
from archive.text_language import WordLanguages, language_of_words
from archive.text_layers import is_misread
from schemas.alto import write_alto
from schemas.hocr import write_hocr
from schemas.page_words import pack
from schemas.plain_text import write_plain_text
from workers.completion import builds_due
from workers.indexing import want_index
from workers.kept import keep
from workers.page_task import PageTask
from workers.recognise import Recognition, recognise_file
from workers.workshop import Workshop


@dataclass(frozen=True, slots=True)
class PageRead:
    """The recognition, the four files that follow from it, and in which language it is."""

    recognition: Recognition
    made: tuple[Made, ...]
    languages: WordLanguages
    misread: bool


def work(workshop: Workshop, task: PageTask) -> PageRead:
    """Recognise the page by its profile's ladder and write down what was read."""
    blobs = workshop.storage.blobs
    with blobs.path(task.source_key) as source:
        recognition = recognise_file(
            source,
            task.source_type,
            framing=task.framing,
            dpi=task.dpi,
            language=task.language,
            scratch=workshop.scratch,
            timeout=workshop.settings.recognition_seconds,
        )
    page = recognition.page
    terms = analyse_page(page, task.language)
    words = [word.text for word in page.words()]
    halves = {first: second for placed in terms for first, second in pairwise(placed.words)}
    return PageRead(
        recognition,
        (
            keep(blobs, "hocr", "text/vnd.hocr+html", write_hocr(page)),
            keep(blobs, "alto", "application/xml", write_alto(page, halves, source=task.file_name)),
            keep(blobs, "text", "text/plain", write_plain_text(page, halves).encode()),
            keep(
                blobs,
                "words",
                "application/octet-stream",
                pack(page, terms),
            ),
        ),
        language_of_words(words, task.language),
        is_misread(words, task.language),
    )


def record(
    workshop: Workshop, session: Session, task: PageTask, result: PageRead
) -> Iterable[PageStep | BookBuild]:
    """Show the text from now on; the index is next."""
    now = workshop.now()
    page = session.get_one(Page, task.page_id)
    recognition = result.recognition
    made = record_page_derivatives(
        session,
        page,
        result.made,
        input_key=task.input_key,
        now=now,
        agent=recognition.page.engine,
    )
    recognised = Recognised(
        profile=task.language,
        engine=recognition.page.engine,
        rung=recognition.rung,
        word_count=recognition.summary.words,
        mean_confidence=recognition.summary.mean_confidence,
        weak_share=recognition.summary.weak_share,
        folio=folio_of(recognition.page),
        language=result.languages.language,
        language_runs=[(run.language, run.words) for run in result.languages.runs],
        misread=result.misread,
    )
    record_text(session, page, made, recognised, input_key=task.input_key, now=now)
    session.flush()
    indexing = want_index(session, page, now)
    return [*([indexing] if indexing else []), *builds_due(workshop, session, page.id)]
