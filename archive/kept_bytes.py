"""Which bytes do the rows name, and what would be lost with one of them?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from archive.agreements import AgreementPaper
from archive.catalogue_entries import CatalogueImport
from archive.deposits import DepositedFile
from archive.representations import Derivative, Representation, Scan
from archive.works import Item, Work


@dataclass(frozen=True, slots=True)
class LostScan:
    """A scan whose bytes are not there: its file, and the book it is of."""

    file: str
    title: str


def content_keys(session: Session) -> set[str]:
    """The digests of all that is kept of books and of the catalogue."""
    named = (
        select(Scan.content_key),
        select(Derivative.content_key),
        select(CatalogueImport.content_key),
        select(DepositedFile.content_key).where(DepositedFile.content_key.is_not(None)),
    )
    return {key for key in session.scalars(union(*named)) if key}


def paper_keys(session: Session) -> set[str]:
    """The digests of signed papers, which have a store of their own."""
    return set(session.scalars(select(AgreementPaper.key)))


def lost_scans(session: Session, keys: set[str]) -> list[LostScan]:
    """Which scans lie behind these digests; what can be made anew is not listed."""
    asked = (
        select(Scan.content_key, Scan.original_name, Work.title)
        .join(Representation, Representation.id == Scan.representation_id)
        .join(Item, Item.id == Representation.item_id)
        .join(Work, Work.id == Item.work_id)
        .order_by(Work.title, Scan.original_name)
    )
    return [LostScan(name, title) for key, name, title in session.execute(asked) if key in keys]
