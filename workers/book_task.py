"""What a book's build needs to know, read in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import open_variant, work_of
from archive.doors import contents_of
from archive.ledger import VARIANT_CHANGED, BookBuild
from archive.recipes.framing import Framing
from archive.representations import Derivative, Page, Scan
from archive.rights_units import RightsUnit
from archive.works import Work
from storage.errors import Refused
from workers.workshop import Workshop


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page as a build needs it; keys are content keys."""

    name: str
    sequence: int
    label: str
    width: int
    height: int
    dpi: int | None
    image_key: str
    access_key: str
    hocr_key: str | None
    framing: Framing


@dataclass(frozen=True, slots=True)
class BookTask:
    """A book's description and the pages of one variant; `contents` by page sequence."""

    step: str
    input_key: str
    representation_id: int
    work: str
    title: str
    type: str
    language: str
    year: int | None
    issued: date | None
    authors: tuple[str, ...]
    statement: str | None
    pages: tuple[BookPage, ...]
    contents: tuple[tuple[str, int], ...]
    created_at: datetime


def read_book_task(workshop: Workshop, session: Session, build_id: int) -> BookTask:
    """The task of a build that has just been claimed.

    Raises:
        Refused: ``variant-changed``: other pages are withheld than when it was wanted;
            the variant of today has been wanted by whoever changed that.
    """
    build = session.get_one(BookBuild, build_id)
    work = work_of(session, build.representation_id)
    variant = open_variant(session, build.representation_id, workshop.today())
    if variant.withheld_key != build.withheld_key:
        raise Refused(VARIANT_CHANGED)
    return BookTask(
        step=build.step,
        input_key=build.input_key,
        representation_id=build.representation_id,
        work=work.name,
        title=work.title,
        type=work.type,
        language=work.language,
        year=work.year,
        issued=work.issued,
        authors=_authors(work),
        statement=session.get_one(RightsUnit, work.unit_id).statement,
        pages=tuple(_book_page(session, page) for page in variant.pages),
        contents=_contents(session, build.representation_id, variant.pages),
        created_at=build.created_at,
    )


def _authors(work: Work) -> tuple[str, ...]:
    return tuple(c.agent.preferred_form for c in work.contributions if c.role == "aut")


def _book_page(session: Session, page: Page) -> BookPage:
    scan = session.get_one(Scan, page.scan_id)
    split = session.scalars(
        select(Derivative.content_key)
        .where(
            Derivative.page_id == page.id,
            Derivative.role == "split",
            Derivative.scan_id == page.scan_id,
        )
        .order_by(Derivative.id.desc())
    ).first()
    assert page.access is not None
    return BookPage(
        name=page.name,
        sequence=page.sequence,
        label=page.printed_label,
        width=page.width or 0,
        height=page.height or 0,
        dpi=page.dpi,
        image_key=split or scan.content_key,
        access_key=page.access.content_key,
        hocr_key=page.text.hocr.content_key if page.text else None,
        framing=page.framing,
    )


def _contents(
    session: Session, representation_id: int, pages: Sequence[Page]
) -> tuple[tuple[str, int], ...]:
    shown = {page.id for page in pages}
    return tuple(
        (line.title, line.page.sequence)
        for line in contents_of(session, representation_id)
        if line.page is not None and line.page.id in shown
    )
