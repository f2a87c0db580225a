"""Which pages' texts should a person doubt? Asked of the rows, so that nothing is walked over."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, and_, or_

from archive.recipes.recognition import PROFILES
from archive.representations import Page, PageText


@cache
def text_is_poor() -> ColumnElement[bool]:
    """`needs_a_person` of the rows; the ink of a page without words is that of its image."""
    ink = Page.facts["ink"].as_float()
    return or_(
        *(
            and_(
                PageText.profile == profile.code,
                or_(
                    and_(
                        PageText.word_count > 0,
                        PageText.mean_confidence < profile.limits.hopeless_confidence,
                    ),
                    and_(PageText.word_count == 0, ink > profile.limits.ink),
                ),
            )
            for profile in PROFILES.values()
        )
    )


def text_is_misread() -> ColumnElement[bool]:
    """Whether the page's Kazakh letters were lost; false where there is no text."""
    return PageText.misread.is_(True)
