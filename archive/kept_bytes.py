"""Which bytes do the rows name, and which book would lose a page with them?"""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from archive.agreements import AgreementPaper
from archive.catalogue_entries import CatalogueImport
from archive.deposits import DepositedFile
from archive.representations import Derivative, Representation, Scan
from archive.works import Item, Work


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


def scans_named(session: Session) -> dict[str, list[tuple[str, str]]]:
    """The scans behind each digest: the file's name and the title of its book.

    The rest of what is kept can be made anew of them.
    """
    asked = (
        select(Scan.content_key, Scan.original_name, Work.title)
        .join(Representation, Representation.id == Scan.representation_id)
        .join(Item, Item.id == Representation.item_id)
        .join(Work, Work.id == Item.work_id)
    )
    named: dict[str, list[tuple[str, str]]] = {}
    for key, name, title in session.execute(asked):
        named.setdefault(key, []).append((name, title))
    return named
