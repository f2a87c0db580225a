"""Works and pages as the templates' parts: cards, covers, thumbnails, rights lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from archive.representations import Page, Representation
from archive.rights import Act, Facts, Level, Refuse
from archive.rights_units import facts_by_unit
from archive.works import Item, Work
from web.pages.parts import Card, Image, RightsLine
from web.portal import decision, may
from web.refusing import IN_COPYRIGHT

THUMBNAIL_SIDE = 400  # px of the longer side, as workers.derive makes them
VERSION_LENGTH = 8


def image_id(page: Page) -> str:
    """The identifier of a page's image: it changes when the image does."""
    assert page.access is not None
    return f"{page.name}-{page.access.content_key[:VERSION_LENGTH]}"


def image_service(page: Page) -> str:
    """The address of a page's IIIF image service."""
    return f"/iiif/image/3/{image_id(page)}"


def thumbnail(page: Page) -> Image | None:
    """The page's small picture, if it is made."""
    if page.thumbnail is None or not page.width or not page.height:
        return None
    scale = min(1.0, THUMBNAIL_SIDE / max(page.width, page.height))
    return Image(
        f"/thumbnails/{page.name}-{page.thumbnail.content_key[:VERSION_LENGTH]}.jpg",
        max(1, round(page.width * scale)),
        max(1, round(page.height * scale)),
    )


def cards(session: Session, works: Sequence[Work]) -> tuple[Card, ...]:
    """Works as lists show them; a cover only where this visitor may see it."""
    firsts = _first_pages(session, [work.id for work in works])
    units = {work.unit_id for work in works} | {page.unit_id for page, _ in firsts.values()}
    facts = facts_by_unit(session, frozenset(units))
    return tuple(_card(work, firsts.get(work.id), facts) for work in works)


def _card(work: Work, first: tuple[Page, int] | None, facts: Mapping[int, Facts]) -> Card:
    cover = None
    if first is not None and may(facts[first[0].unit_id], Act.VIEW):
        cover = thumbnail(first[0])
    return Card(
        work=work.name,
        title=work.title,
        language=work.language,
        type=work.type,
        byline=work.author or work.source_title or "",
        year=work.year,
        issued=work.issued,
        pages=first[1] if first else None,
        audience=audience(facts[work.unit_id]),
        cover=cover,
    )


def audience(facts: Facts) -> str:
    """Who may read a work today, whoever is asking."""
    if may(facts, Act.VIEW):
        return Level.PREMISES if facts.level is Level.PREMISES else Level.EVERYBODY
    refused = decision(facts, Act.VIEW)
    helped = isinstance(refused, Refuse) and refused.on_premises
    return Level.PREMISES if helped else Level.NOBODY


def rights_line(facts: Facts) -> RightsLine:
    """What this visitor may do with a work."""
    verdict = decision(facts, Act.VIEW)
    refused = verdict if isinstance(verdict, Refuse) else None
    return RightsLine(
        audience=audience(facts),
        allowed=refused is None,
        download=may(facts, Act.DOWNLOAD),
        reason=refused.reason if refused else "",
        until=refused.until if refused else None,
        in_copyright=bool(facts.statement and facts.statement.startswith(IN_COPYRIGHT)),
        statement=facts.statement,
    )


def _first_pages(session: Session, works: Sequence[int]) -> dict[int, tuple[Page, int]]:
    """For each work its first page with an image, and how many pages it has."""
    counted = (
        select(
            Item.work_id,
            func.min(Page.sequence).label("first"),
            func.count(Page.id).label("pages"),
            Page.representation_id,
        )
        .join(Representation, Page.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id.in_(works), Page.access_id.is_not(None))
        .group_by(Item.work_id, Page.representation_id)
        .order_by(Page.representation_id)
        .subquery()
    )
    query = (
        select(counted.c.work_id, counted.c.pages, Page)
        .join(
            Page,
            (Page.representation_id == counted.c.representation_id)
            & (Page.sequence == counted.c.first),
        )
        .options(joinedload(Page.access), joinedload(Page.thumbnail))
        .order_by(counted.c.representation_id)
    )
    return {work: (page, pages) for work, pages, page in session.execute(query)}
