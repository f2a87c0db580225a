"""What becomes due when a page step has ended, well or badly."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from archive.assembly import want_builds_if_complete
from archive.ledger import BookBuild
from archive.representations import Page
from workers.workshop import Workshop


def builds_due(workshop: Workshop, session: Session, page_id: int) -> Sequence[BookBuild]:
    """The files of the page's book, if this was the last page waited for.

    One bad page never blocks its book: a page that was refused or set aside is
    no longer waited for.
    """
    page = session.get_one(Page, page_id)
    return want_builds_if_complete(
        session, page.representation_id, today=workshop.today(), now=workshop.now()
    )
