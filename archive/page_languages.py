"""How many pages are written in Kazakh, how many in Russian? What the annual table counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.representations import Page, PageText
from archive.text_language import PageLanguage


def pages_by_language(
    session: Session, representations: Collection[int] | None = None
) -> Mapping[PageLanguage | None, int]:
    """The pages in these books, or in all, by what they are written in.

    None are pages that nobody can tell: pictures, blank ones, such as wait for their
    recognition or were read before languages were told. A page in both languages is
    counted as mixed and in neither of the two.
    """
    query = (
        select(PageText.language, func.count())
        .select_from(Page)
        .outerjoin(PageText, Page.text_id == PageText.id)
        .where(Page.sequence > 0)
        .group_by(PageText.language)
    )
    if representations is not None:
        query = query.where(Page.representation_id.in_(representations))
    return {
        PageLanguage(language) if language else None: pages
        for language, pages in session.execute(query)
    }
