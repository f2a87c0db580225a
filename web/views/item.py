"""A work: what it is, who may read it, what can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask import Blueprint, abort, render_template
from sqlalchemy.orm import Session

from archive.assembly import finished_build, open_variant
from archive.doors import (
    UnitPages,
    WorkDoor,
    contents_of,
    cover_page,
    first_page,
    pages_by_unit,
    progress_of,
    work_door,
)
from archive.representations import Page
from archive.rights import Act, Refuse
from archive.works import Contribution, Work
from schemas.citation import Cited, Language, reference
from schemas.language_tags import language_tag
from web import addresses
from web.language import current_language
from web.pages.parts import ContentsLine, Download, Link, Progress, Refusal, Withheld
from web.pages.reading import ItemPage
from web.portal import decision, may, portal
from web.refusing import printed_copies, refusal_of
from web.showing import rights_line, thumbnail

blueprint = Blueprint("item", __name__)


@blueprint.get("/works/<work>")
def item(work: str) -> str:
    """The item page. A closed work is described too: that is how it is found."""
    with portal().reading() as session:
        door = work_door(session, work)
        if door is None:
            abort(404)
        return render_template("item.html", page=_page(session, door))


def _page(session: Session, door: WorkDoor) -> ItemPage:
    work, language = door.work, current_language()
    units = pages_by_unit(session, door.representation.id) if door.representation else ()
    readable = [unit for unit in units if may(unit.facts, Act.VIEW)]
    pages, shown = sum(unit.pages for unit in units), sum(unit.pages for unit in readable)
    has_text = any(unit.texts and may(unit.facts, Act.TEXT) for unit in units)
    first, cover = _first_page(session, door, readable), _cover(session, door, readable)
    return ItemPage(
        work=work.name,
        title=work.title,
        subtitle=work.subtitle or "",
        language=work.language,
        type=work.type,
        rights=rights_line(door.facts),
        authors=tuple(_author(each) for each in work.contributions if each.role == "aut"),
        source=work.source_title or "",
        published=", ".join(part for part in (work.place, work.publisher) if part),
        year=work.year,
        issued=work.issued,
        cover=thumbnail(cover) if cover else None,
        first_page=first.name if first else None,
        searchable=has_text and may(door.facts, Act.SEARCH),
        readable_as_text=has_text,
        pages=pages,
        withheld=Withheld(pages - shown) if 0 < shown < pages else None,
        progress=_progress(session, door),
        contents=contents_lines(session, door),
        collections=tuple(
            Link(each.title(language), addresses.collection(each.name)) for each in work.collections
        ),
        printed=printed_copies(work),
        scanned=_scanned(door),
        downloads=downloads(session, door, has_text=has_text),
        citation=reference(_cited(work, pages), cast("Language", language)),
        permalink=f"{portal().settings.public_url}{addresses.work(work.name)}",
        manifest=_manifest(session, door),
        refusal=_refusal(door),
    )


def _refusal(door: WorkDoor) -> Refusal | None:
    verdict = decision(door.facts, Act.VIEW)
    return refusal_of(verdict, door.work) if isinstance(verdict, Refuse) else None


def _first_page(session: Session, door: WorkDoor, readable: Sequence[UnitPages]) -> Page | None:
    if door.representation is None or not readable:
        return None
    return first_page(session, door.representation.id, [unit.unit_id for unit in readable])


def _cover(session: Session, door: WorkDoor, readable: Sequence[UnitPages]) -> Page | None:
    if door.representation is None or not readable:
        return None
    return cover_page(session, door.representation.id, [unit.unit_id for unit in readable])


def _scanned(door: WorkDoor) -> date | None:
    if door.representation is None:
        return None
    return door.representation.created_at.astimezone(portal().settings.zone).date()


def _author(contribution: Contribution) -> Link:
    agent = contribution.agent
    return Link(agent.preferred_form, addresses.author(agent.name))


def _progress(session: Session, door: WorkDoor) -> Progress | None:
    """None once the book is complete and nothing waits for a person."""
    if door.representation is None:
        return None
    progress = progress_of(session, door.representation.id)
    if progress.is_complete and not progress.refused:
        return None
    return Progress(progress.with_text, progress.pages, progress.refused)


def contents_lines(session: Session, door: WorkDoor, current: int = 0) -> tuple[ContentsLine, ...]:
    """The table of contents; a line whose page may not be read leads nowhere.

    `current` is the sequence of the page being read: the last line that begins
    there or before is the current chapter.
    """
    if door.representation is None or not may(door.facts, Act.VIEW):
        return ()
    lines = contents_of(session, door.representation.id)
    begun = [
        place
        for place, line in enumerate(lines)
        if line.page is not None and line.page.sequence <= current
    ]
    return tuple(
        ContentsLine(
            line.title,
            line.label,
            line.page.name if line.page and line.facts and may(line.facts, Act.VIEW) else None,
            current=bool(begun) and place == begun[-1],
        )
        for place, line in enumerate(lines)
    )


def downloads(session: Session, door: WorkDoor, *, has_text: bool) -> tuple[Download, ...]:
    """The files this visitor may take away, and that are built."""
    if door.representation is None or not may(door.facts, Act.DOWNLOAD):
        return ()
    variant = open_variant(session, door.representation.id, portal().today())
    found = []
    for kind in ("pdf-small", "pdf"):
        built = finished_build(session, door.representation.id, kind, variant.withheld_key)
        if built is not None:
            found.append(Download(kind, f"/works/{door.work.name}/{kind}", built.size))
    if has_text:
        found.append(Download("text", f"/works/{door.work.name}/text.txt"))
    return tuple(found)


def _manifest(session: Session, door: WorkDoor) -> str:
    if door.representation is None or not may(door.facts, Act.VIEW):
        return ""
    variant = open_variant(session, door.representation.id, portal().today())
    built = finished_build(session, door.representation.id, "manifest", variant.withheld_key)
    if built is None:
        return ""
    return f"{portal().settings.public_url}{addresses.manifest(door.work.name)}"


def _cited(work: Work, pages: int) -> Cited:
    return Cited(
        title=work.title,
        identifier=work.name,
        url=f"{portal().settings.public_url}{addresses.work(work.name)}",
        seen=portal().today(),
        type=work.type,
        authors=tuple(
            each.agent.preferred_form for each in work.contributions if each.role == "aut"
        ),
        subtitle=work.subtitle or "",
        source=work.source_title or "",
        place=work.place or "",
        publisher=work.publisher or "",
        year=work.year,
        issued=work.issued,
        pages=pages or None,
        language=language_tag(work.language),
    )
