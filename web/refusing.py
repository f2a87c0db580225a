"""The refusal page's four answers: why, until when, where, what now."""

from __future__ import annotations

from sqlalchemy import select

from archive.rights import Refuse
from archive.rights_units import RightsUnit
from archive.works import Item, Work
from web.language import current_language
from web.pages.parts import Refusal
from web.pages.reading import RefusalPage
from web.portal import Closed, portal

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC"


def refusal_page(closed: Closed) -> RefusalPage:
    """The page for a door that stays shut."""
    assert closed.work is not None
    return RefusalPage(refusal_of(closed.refusal, closed.work, closed.page))


def refusal_of(refusal: Refuse, work: Work, page: str | None = None) -> Refusal:
    """What the refusal's sentences need to know."""
    return Refusal(
        reason=refusal.reason,
        work=work.name,
        title=work.title,
        language=work.language,
        type=work.type,
        author=work.author or "",
        until=refusal.until,
        on_premises=refusal.on_premises,
        in_copyright=is_in_copyright(work),
        copies=printed_copies(work),
        page=page,
    )


def printed_copies(work: Work) -> tuple[str, ...]:
    """The branches that hold the printed copy, as people call them."""
    with portal().reading() as session:
        items = session.scalars(select(Item).where(Item.work_id == work.id)).all()
        return tuple(
            item.branch.label(current_language()) for item in items if item.branch is not None
        )


def is_in_copyright(work: Work) -> bool:
    """Whether somebody has said so (RightsStatements.org InC and its kin)."""
    with portal().reading() as session:
        statement = session.get_one(RightsUnit, work.unit_id).statement
    return statement is not None and statement.startswith(IN_COPYRIGHT)
