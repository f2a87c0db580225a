"""Works and pages as the templates' parts: cards, covers, thumbnails, rights lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy.orm import Session

from archive.browsing import first_pages
from archive.representations import Page
from archive.rights import Act, Facts, Refuse, audience_of
from archive.rights_units import facts_by_unit
from archive.works import Work
from schemas.iiif_addresses import image_identifier
from web.pages.parts import Card, Image, RightsLine
from web.portal import decision, may, portal
from web.refusing import IN_COPYRIGHT

NOTHING_KNOWN: Mapping[int, Facts] = MappingProxyType({})
THUMBNAIL_SIDE = 400  # px of the longer side, as workers.derive makes them


def image_id(page: Page) -> str:
    """The identifier of a page's image: it changes when the image does."""
    assert page.access is not None
    return image_identifier(page.name, page.access.content_key)


def image_service(page: Page) -> str:
    """The address of a page's IIIF image service."""
    return f"/iiif/image/3/{image_id(page)}"


def thumbnail(page: Page) -> Image | None:
    """The page's small picture, if it is made."""
    if page.thumbnail is None or not page.width or not page.height:
        return None
    scale = min(1.0, THUMBNAIL_SIDE / max(page.width, page.height))
    return Image(
        f"/thumbnails/{image_identifier(page.name, page.thumbnail.content_key)}.jpg",
        max(1, round(page.width * scale)),
        max(1, round(page.height * scale)),
    )


def cards(
    session: Session, works: Sequence[Work], known: Mapping[int, Facts] = NOTHING_KNOWN
) -> tuple[Card, ...]:
    """Works as lists show them; a cover only where this visitor may see it.

    `known` are facts, by unit, that this very request has already read.
    """
    if not works:
        return ()
    firsts = first_pages(session, [work.id for work in works])
    units = {work.unit_id for work in works} | {page.unit_id for page, _ in firsts.values()}
    unknown = frozenset(units - known.keys())
    facts = {**known, **(facts_by_unit(session, unknown) if unknown else {})}
    return tuple(_with_cover(work, firsts.get(work.id), facts) for work in works)


def _with_cover(work: Work, first: tuple[Page, int] | None, facts: Mapping[int, Facts]) -> Card:
    plain = plain_card(work, facts[work.unit_id])
    if first is None:
        return plain
    page, pages = first
    cover = thumbnail(page) if may(facts[page.unit_id], Act.VIEW) else None
    return replace(plain, pages=pages, cover=cover)


def plain_card(work: Work, facts: Facts) -> Card:
    """A work as a list shows it that has a picture of its own beside it."""
    return Card(
        work=work.name,
        title=work.title,
        language=work.language,
        type=work.type,
        byline=work.author or work.source_title or "",
        year=work.year,
        issued=work.issued,
        audience=audience(facts),
    )


def audience(facts: Facts) -> str:
    """Who may read a work today, whoever is asking."""
    return audience_of(facts, Act.VIEW, portal().today())


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
