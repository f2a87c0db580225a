"""What a page step needs to know, read in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.assembly import language_of
from archive.ledger import PageStep
from archive.recipes.framing import Framing
from archive.representations import Derivative, Page, Scan
from workers.workshop import Workshop


@dataclass(frozen=True, slots=True)
class PageTask:
    """One page and its present scan.

    `source_key` and `source_type` are the bytes to work on: the scan itself, or
    the frame that was split out of a container; `framing` says which part of them
    the page is, and which way up.
    """

    step: str
    input_key: str
    page_id: int
    page_name: str
    representation_id: int
    file_name: str
    frame: int
    scan_key: str
    scan_type: str
    source_key: str
    source_type: str
    language: str
    dpi: int | None
    framing: Framing


def read_page_task(_workshop: Workshop, session: Session, step_id: int) -> PageTask:
    """The task of a step that has just been claimed."""
    step = session.get_one(PageStep, step_id)
    page = session.get_one(Page, step.page_id)
    scan = session.get_one(Scan, page.scan_id)
    split = _split_of(session, page)
    return PageTask(
        step=step.step,
        input_key=step.input_key,
        page_id=page.id,
        page_name=page.name,
        representation_id=page.representation_id,
        file_name=scan.original_name,
        frame=page.frame,
        scan_key=scan.content_key,
        scan_type=scan.media_type,
        source_key=split.content_key if split else scan.content_key,
        source_type=split.media_type if split else scan.media_type,
        language=language_of(session, page.representation_id),
        dpi=page.dpi,
        framing=page.framing,
    )


def _split_of(session: Session, page: Page) -> Derivative | None:
    return session.scalars(
        select(Derivative)
        .where(
            Derivative.page_id == page.id,
            Derivative.role == "split",
            Derivative.scan_id == page.scan_id,
        )
        .order_by(Derivative.id.desc())
    ).first()
