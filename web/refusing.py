"""The refusal page's four answers: why, until when, where, what now."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from sqlalchemy import select

from archive.rights import Reason, Refuse
from archive.rights_units import RightsUnit
from archive.works import Item, Work
from web.agreement_labels import PARTS, named
from web.language import current_language
from web.pages.parts import Refusal
from web.pages.reading import RefusalPage
from web.portal import Closed, portal

RESULTS = "/search"
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC"


def refusal_page(closed: Closed) -> RefusalPage:
    """The page for a door that stays shut."""
    assert closed.work is not None
    described = closed.refusal.reason is not Reason.TAKEN_DOWN
    return RefusalPage(refusal_of(closed.refusal, closed.work, closed.page), described=described)


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
        missing=tuple(named(PARTS, part) for part in refusal.missing),
        back=results_before(request.referrer, request.host),
    )


def results_before(referrer: str | None, host: str) -> str | None:
    """The results page that the visitor came from, as an address of this site.

    A referrer is only words of the visitor's browser: of it just the question is
    taken, so that the link leads nowhere but to our own results.
    """
    try:
        came_from = urlsplit(referrer or "")
    except ValueError:
        return None
    if came_from.netloc != host or came_from.path != RESULTS:
        return None
    return f"{RESULTS}?{came_from.query}" if came_from.query else RESULTS


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
