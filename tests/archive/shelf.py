"""Books on a shelf of rows: what the archive's tests describe, digitize and index.

The rows are made by the use-cases themselves; only the bytes are missing, which
the archive never looks at: a content key here is the digest of a name.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.derivation import Made, Recognised, record_page_derivatives, record_text
from archive.descriptions import describe_work
from archive.handover import Description
from archive.ingest import ReceivedFile, receive_scan, representation_of
from archive.ledger import BookBuild, PageStep, StepState
from archive.recipes.formats import natural_order
from archive.representations import Page, Representation
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.text import analyse_words
from archive.works import Work
from schemas.search_document import STREAMS, Described
from storage.query import Kind
from storage.search import Document, SearchIndex

OPEN = Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY)
ENDED = Facts(PUBLIC_DOMAIN_MARK, Level.EVERYBODY, until=date(2020, 1, 1))
TODAY = date(2026, 11, 23)

SOME_TEXT = Recognised("kk", "tesseract 5", 1, word_count=3, mean_confidence=95.0, weak_share=0.0)


def key_of(name: str) -> str:
    """The content key of bytes that nobody needs."""
    return hashlib.sha256(name.encode()).hexdigest()


def described(
    session: Session,
    title: str,
    *,
    now: datetime,
    chance: random.Random,
    folder: str = "folder",
    rights: Facts | None = OPEN,
    authors: tuple[str, ...] = (),
    collections: tuple[str, ...] = (),
    year: int | None = None,
    work_type: str = "book",
    agent: str = "tester",
) -> Work:
    """A work, described as when it is handed in."""
    description = Description(
        title=title,
        rights=rights,
        authors=authors,
        collections=collections,
        year=year,
        type=work_type,
    )
    return describe_work(session, description, folder=folder, now=now, chance=chance, agent=agent)


def digitized(
    session: Session, work: Work, files: Sequence[str], *, now: datetime, chance: random.Random
) -> list[Page]:
    """The work's pages after these files have come in, in order."""
    representation = representation_of(session, work, now)
    for name in files:
        receive_scan(
            session,
            representation,
            ReceivedFile(name, key_of(f"{work.name}/{name}"), 1000, "image/jpeg"),
            unit_id=work.unit_id,
            order=natural_order,
            now=now,
            chance=chance,
            agent="tester",
        )
    return pages_of(session, representation)


def pages_of(session: Session, representation: Representation) -> list[Page]:
    """Pages in their order."""
    query = select(Page).where(Page.representation_id == representation.id).order_by(Page.sequence)
    return list(session.scalars(query))


def shown(session: Session, page: Page, *, now: datetime) -> None:
    """Give a page its images and its text, as `derive` and `recognise` would."""
    roles = ("access", "thumbnail", "hocr", "alto", "text", "words")
    made = tuple(Made(role, key_of(f"{page.name}/{role}"), "x/y", 10) for role in roles)
    rows = record_page_derivatives(session, page, made, input_key="made", now=now, agent="tester")
    page.width, page.height = 1000, 1500
    page.access_id, page.thumbnail_id = rows["access"].id, rows["thumbnail"].id
    record_text(session, page, rows, SOME_TEXT, input_key="made", now=now)
    session.flush()


def end_steps(session: Session, page: Page, now: datetime) -> None:
    """Let every step of a page be done."""
    for step in session.scalars(select(PageStep).where(PageStep.page_id == page.id)):
        step.state, step.finished_at = StepState.DONE, now
    session.flush()


def builds_of(session: Session, representation_id: int) -> dict[str, BookBuild]:
    """The builds that are not superseded, by step."""
    query = select(BookBuild).where(
        BookBuild.representation_id == representation_id, BookBuild.state != StepState.SUPERSEDED
    )
    return {build.step: build for build in session.scalars(query)}


def index_work(index: SearchIndex, work: Work) -> None:
    """Let a work be found by its title."""
    index.write([_document(Kind.WORK, work.id, work, unit=work.unit_id, words=work.title)])


def index_page(index: SearchIndex, work: Work, page: Page, words: str) -> None:
    """Let a page be found by these words, as the rows have it now."""
    document = _document(
        Kind.PAGE, page.id, work, unit=page.unit_id, words=words, sequence=page.sequence
    )
    index.write([document])
    page.indexed_text_id, page.indexed_unit_id = page.text_id, page.unit_id


def _document(
    kind: Kind, key: int, work: Work, *, unit: int, words: str, sequence: int = 0
) -> Document:
    terms = [placed.term for placed in analyse_words(words.split())]
    names = [form.form for each in work.contributions for form in each.agent.forms]
    facts = Described(work.id, work.language, work.type, work.year, (), [work.title], names)
    return Document(
        kind=kind,
        key=key,
        revision=1,
        work=work.id,
        unit=unit,
        streams={stream: " ".join(getattr(term, stream) for term in terms) for stream in STREAMS},
        sequence=sequence,
        language=work.language,
        type=work.type,
        year=work.year,
        collections=[collection.id for collection in work.collections],
        fields=facts.fields(),
    )
