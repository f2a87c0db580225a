"""Whose are these bytes, and which step of the ledger would make them again?

A master (scan, file of a deposit, file of records, signed paper) is made by nobody. What
was made of a scan is made again by the step that has the same inputs, if it still counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from archive.agreements import AgreementPaper
from archive.catalogue_entries import CatalogueImport
from archive.deposits import DepositedFile
from archive.ledger import BookBuild, PageStep, StepState
from archive.representations import Derivative, Page, Representation, Scan
from archive.works import Item, Work

_TOGETHER = 400  # databases limit their parameters

# Which step makes a page's derivative of this role.
_STEPS = {
    "split": "characterise",
    "access": "derive",
    "thumbnail": "derive",
    **dict.fromkeys(("hocr", "alto", "text", "words"), "recognise"),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """What names a digest: the book, the page's place and the file, as far as there are any.

    `step` makes it again: the row `step_id` of the page steps, or of the builds if there is
    no `page_id`. An empty one means that only a copy has it. A scan of several pages has the
    first of them here.
    """

    key: str
    kind: str
    file: str
    work: str = ""
    title: str = ""
    page: str = ""
    sequence: int = 0
    representation_id: int = 0
    page_id: int | None = None
    step: str = ""
    step_id: int = 0


def owners_of(session: Session, keys: Collection[str]) -> Mapping[str, Owner]:
    """One owner of each of these digests; a master before what was made of one."""
    found: dict[str, Owner] = {}
    wanted = sorted(keys)
    for begin in range(0, len(wanted), _TOGETHER):
        part = wanted[begin : begin + _TOGETHER]
        for owner in (*_made(session, part), *_handed_in(session, part), *_scans(session, part)):
            before = found.get(owner.key)
            if before is None or not (owner.kind == "derivative" and before.step):
                found[owner.key] = owner
    return found


def _of_books(*columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401  (columns of many types)
    return (
        select(*columns, Work.name.label("work"), Work.title.label("title"))
        .select_from(Representation)
        .join(Item, Item.id == Representation.item_id)
        .join(Work, Work.id == Item.work_id)
    )


def _scans(session: Session, keys: Sequence[str]) -> Iterator[Owner]:
    query = (
        _of_books(
            Scan.content_key,
            Scan.original_name,
            Page.name,
            Page.sequence,
            Page.id,
            Representation.id,
        )
        .join(Scan, Scan.representation_id == Representation.id)
        .outerjoin(Page, Page.scan_id == Scan.id)
        .where(Scan.content_key.in_(keys))
        .order_by(Page.sequence.desc())
    )
    for key, file, name, place, page, book, work, title in session.execute(query):
        yield Owner(key, "scan", file, work, title, name or "", place or 0, book, page)


def _made(session: Session, keys: Sequence[str]) -> Iterator[Owner]:
    yield from _made_of_pages(session, keys)
    again = and_(
        BookBuild.representation_id == Derivative.representation_id,
        BookBuild.input_key == Derivative.input_key,
        BookBuild.derivative_id == Derivative.id,
        BookBuild.state != StepState.SUPERSEDED,
    )
    query = (
        _of_books(Derivative.content_key, Derivative.role, Representation.id, BookBuild.step,
                  BookBuild.id)
        .join(Derivative, Derivative.representation_id == Representation.id)
        .outerjoin(BookBuild, again)
        .where(Derivative.content_key.in_(keys))
    )  # fmt: skip
    for key, role, book, step, number, work, title in session.execute(query):
        yield Owner(key, "derivative", role, work, title, representation_id=book,
                    step=step or "", step_id=number or 0)  # fmt: skip


def _made_of_pages(session: Session, keys: Sequence[str]) -> Iterator[Owner]:
    again = and_(
        PageStep.page_id == Page.id,
        PageStep.input_key == Derivative.input_key,
        PageStep.state != StepState.SUPERSEDED,
    )
    query = (
        _of_books(Derivative.content_key, Derivative.role, Page.name, Page.sequence, Page.id,
                  Representation.id, PageStep.step, PageStep.id)
        .join(Page, Page.representation_id == Representation.id)
        .join(Derivative, Derivative.page_id == Page.id)
        .outerjoin(PageStep, again)
        .where(Derivative.content_key.in_(keys))
    )  # fmt: skip
    for key, role, name, place, page, book, step, number, work, title in session.execute(query):
        mine = step if step == _STEPS.get(role) else ""
        yield Owner(key, "derivative", role, work, title, name, place, book, page,
                    mine, number if mine else 0)  # fmt: skip


def _handed_in(session: Session, keys: Sequence[str]) -> Iterator[Owner]:
    for kind, key, file, table in (
        ("deposit", DepositedFile.content_key, DepositedFile.file_name, DepositedFile),
        ("import", CatalogueImport.content_key, CatalogueImport.file_name, CatalogueImport),
    ):
        query = select(key, file).select_from(table).where(key.in_(keys))
        yield from (Owner(found or "", kind, name) for found, name in session.execute(query))


def papers_of(session: Session, keys: Collection[str]) -> Mapping[str, Owner]:
    """The agreements whose signed papers these are."""
    query = select(AgreementPaper.key, AgreementPaper.agreement_id)
    return {
        key: Owner(key, "paper", str(agreement))
        for key, agreement in session.execute(query)
        if key in keys
    }
