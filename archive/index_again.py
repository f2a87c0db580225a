"""What must the search index hear, when the pages of a book have changed their places?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.assembly import description_revision
from archive.ledger_batches import want_page_steps
from archive.recipes.keys import input_key
from archive.representations import Page

CALLED_TOGETHER = 50
"""One call indexes up to a hundred pages that are due; half of them may be another's."""


def index_key(page: Page, revision: int, schema: str) -> str:
    """The key of what an index of this schema should hold of a page, its work being in
    this revision."""
    return input_key(
        "index",
        {
            "text": page.text_id,
            "unit": page.unit_id,
            "sequence": page.sequence,
            "work": revision,
            "schema": schema,
        },
    )


def want_index_again(
    session: Session, page_ids: Collection[int], schema: str, now: datetime
) -> Sequence[int]:
    """Make indexing due for those of these pages, all of one book, that an index knows.

    Returns the steps to call; the others are taken along.
    """
    known = select(Page).where(
        Page.id.in_(page_ids), or_(Page.text_id.is_not(None), Page.indexed_text_id.is_not(None))
    )
    pages = session.scalars(known).all()
    if not pages:
        return ()
    revision = description_revision(session, pages[0].representation_id)
    keys = {page.id: index_key(page, revision, schema) for page in pages}
    return want_page_steps(session, "index", keys, now)[::CALLED_TOGETHER]
