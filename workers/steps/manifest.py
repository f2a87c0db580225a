"""manifest: the book for IIIF viewers, stored and said with the portal's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from archive.derivation import Made
from archive.handover import WorkType
from archive.ledger import PageStep
from schemas.iiif_addresses import IiifAddresses, image_identifier
from schemas.language_tags import language_tag
from schemas.manifest_description import (
    CanvasDescription,
    LabelledValue,
    ManifestDescription,
    Provider,
    Rendering,
)
from schemas.presentation import manifest
from schemas.published import PLACEHOLDER
from workers.book_task import BookPage, BookTask
from workers.kept import keep
from workers.steps.book import record_build
from workers.workshop import Workshop

_AUTHOR = {"kk": "Авторы", "ru": "Автор", "en": "Author"}
_YEAR = {"kk": "Жылы", "ru": "Год", "en": "Year"}
_HELD_BY = {"kk": "Сақтаушы", "ru": "Хранится", "en": "Held by"}
_ARCHIVE = {"kk": "Сандық мұрағаты", "ru": "Архив «Сандық»", "en": "Sandyq archive"}
_PDF = {"kk": "PDF, түпнұсқа сапасы", "ru": "PDF, исходное качество", "en": "PDF, original quality"}
_SMALL_PDF = {"kk": "PDF, шағын", "ru": "PDF, небольшой", "en": "PDF, small"}


def work(workshop: Workshop, task: BookTask) -> Made:
    """The manifest of the variant's pages."""
    document = manifest(
        describe(task), [_canvas(page) for page in task.pages], IiifAddresses(PLACEHOLDER)
    )
    return keep(workshop.storage.blobs, "manifest", "application/ld+json", document)


def record(workshop: Workshop, session: Session, task: BookTask, made: Made) -> Iterable[PageStep]:
    """Offer the manifest from now on."""
    record_build(workshop, session, task, made)
    return ()


def describe(task: BookTask) -> ManifestDescription:
    """What the manifest says of the book; nothing of agreements or people's data."""
    language = language_tag(task.language)
    pairs: list[tuple[Mapping[str, str], str]] = []
    if task.authors:
        pairs.append((_AUTHOR, ", ".join(task.authors)))
    if task.year is not None:
        pairs.append((_YEAR, str(task.year)))
    return ManifestDescription(
        work=task.work,
        label={language: task.title},
        language=language,
        provider=Provider(PLACEHOLDER, _ARCHIVE, PLACEHOLDER),
        metadata=[LabelledValue(label, {"none": value}) for label, value in pairs],
        rights=task.statement,
        required_statement=LabelledValue(_HELD_BY, _ARCHIVE),
        nav_date=datetime.combine(task.issued, time(), UTC) if task.issued else None,
        viewing_direction="right-to-left" if task.language == "kk-arab" else "left-to-right",
        paged=task.type == WorkType.BOOK,
        renderings=[
            Rendering(f"{PLACEHOLDER}/works/{task.work}/pdf-small", _SMALL_PDF),
            Rendering(f"{PLACEHOLDER}/works/{task.work}/pdf", _PDF),
        ],
        contents=task.contents,
    )


def _canvas(page: BookPage) -> CanvasDescription:
    return CanvasDescription(
        page=page.name,
        sequence=page.sequence,
        label=page.label,
        width=page.width,
        height=page.height,
        image=image_identifier(page.name, page.access_key),
        has_text=page.hocr_key is not None,
    )
