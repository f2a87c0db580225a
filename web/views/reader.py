"""Reading: one page with its image, its text and what was found on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from archive.doors import (
    PageDoor,
    WorkDoor,
    page_door,
    pages_by_unit,
    pages_with_facts,
    place_of,
    work_door,
)
from archive.finding import Asking
from archive.inside import Inside, PageHits, find_inside
from archive.page_words import PageWords
from archive.representations import Page
from archive.rights import Act, Facts, Refuse
from storage.errors import Transient
from storage.query import Narrowing, Order, Query
from web import addresses
from web.hit_lists import hit_list, marks, rest_marks
from web.pages.parts import Download, Mark
from web.pages.reading import (
    PageImage,
    PageLink,
    ReaderPage,
    Strip,
    StripPage,
    TextPage,
    strip_window,
)
from web.paragraphs import marked_paragraphs
from web.portal import Closed, ask, decision, may, portal, requester
from web.refusing import refusal_of
from web.showing import image_service, rights_line, thumbnail
from web.views.item import contents_lines
from web.views.results import words_of

blueprint = Blueprint("reader", __name__)

POOR_CONFIDENCE = 80  # below it a person should look, as the recognition ladder says


@dataclass(frozen=True)
class _Opened:
    """A page of a book that this visitor may look into.

    `place` counts the pages before it, `total` all that have an image; `near` are
    the pages of the strip and one on either side, by their place.
    """

    door: PageDoor
    book: WorkDoor
    place: int
    total: int
    near: Mapping[int, tuple[Page, Facts]]


@blueprint.get("/works/<work>/pages")
def by_number(work: str) -> AnyResponse:
    """The page at place ``n`` of the book."""
    number = request.args.get("n", "")
    with portal().reading() as session:
        book = work_door(session, work)
        if book is None or book.representation is None:
            abort(404)
        ask(book.facts, Act.VIEW, book.work)
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        total = _total(session, book.representation.id)
        first = max(1, min(place, total)) - 1
        pages = pages_with_facts(session, book.representation.id, first=first, limit=1)
    if not pages:
        abort(404)
    return redirect(addresses.page(work, pages[0][0].name, q=request.args.get("q", "")), 303)


@blueprint.get("/works/<work>/pages/<page>")
def reader(work: str, page: str) -> Response:
    """The reader. A page withheld from an open book says why, inside the stage."""
    with portal().reading() as session:
        opened = _open(session, work, page)
        model = _reader_page(session, opened)
    status = 403 if model.refusal else 200
    return Response(render_template("reader.html", page=model), status)


@blueprint.get("/works/<work>/pages/<page>/text")
def text(work: str, page: str) -> str:
    """The plain text of a page: for reading aloud, for slow lines, for print."""
    with portal().reading() as session:
        opened = _open(session, work, page)
        ask(opened.door.facts, Act.TEXT, opened.book.work, opened.door.page.printed_label)
        return render_template("text.html", page=_text_page(session, opened))


def _open(session: Session, work: str, page: str) -> _Opened:
    """The page and its book.

    Raises:
        Closed: the whole work is closed to this visitor.
    """
    door = page_door(session, page)
    book = work_door(session, work)
    if door is None or book is None or door.work.id != book.work.id or book.representation is None:
        abort(404)
    ask(book.facts, Act.VIEW, book.work)
    if door.page.access_id is None and not may(door.facts, Act.VIEW):
        raise Closed(_refusal(door.facts), book.work, door.page.printed_label)
    place, total = place_of(session, door.page), _total(session, book.representation.id)
    if door.page.access_id is None:
        total += 1  # its image is being prepared; it has a place all the same
    window = strip_window(place + 1, total)
    first = max(0, window.start - 2)
    pages = pages_with_facts(
        session, book.representation.id, first=first, limit=window.stop - first
    )
    return _Opened(door, book, place, total, dict(enumerate(pages, start=first)))


def _total(session: Session, representation_id: int) -> int:
    return sum(unit.pages for unit in pages_by_unit(session, representation_id))


def _refusal(facts: Facts) -> Refuse:
    verdict = decision(facts, Act.VIEW)
    assert isinstance(verdict, Refuse)
    return verdict


def _reader_page(session: Session, opened: _Opened) -> ReaderPage:
    door, book = opened.door, opened.book
    page = door.page
    verdict = decision(door.facts, Act.VIEW)
    refusal = (
        refusal_of(verdict, book.work, page.printed_label) if isinstance(verdict, Refuse) else None
    )
    query = portal().parsed(request.args.get("q", "")).query
    inside = _inside(session, book, query)
    here = next((each for each in inside.pages if each.page.id == page.id), None)
    words, rest = _words(opened), inside.rests.get(page.id, ())
    contents = contents_lines(session, book, page.sequence)
    return ReaderPage(
        work=book.work.name,
        title=book.work.title,
        language=book.work.language,
        page=page.name,
        number=opened.place + 1,
        total=opened.total,
        label=page.printed_label,
        chapter=next((line.title for line in contents if line.current), ""),
        scan_width=page.width or 0,
        scan_height=page.height or 0,
        image=_image(opened) if refusal is None else None,
        refusal=refusal,
        marks=_marks(here, words, rest) if refusal is None else (),
        text=marked_paragraphs(words, here.hits if here else (), _hit_number(), rest)
        if words
        else None,
        text_state=_text_state(opened),
        show_text=request.args.get("text") != "0",
        q=" ".join(request.args.get("q", "").split()),
        hit=_hit_number(),
        part=_part(),
        zoom=_zoom(),
        hits=hit_list(inside, (page.id, _hit_number()), _part(), _part_address)
        if query.all_of
        else None,
        searchable=may(book.facts, Act.SEARCH),
        contents=contents,
        strip=_strip(opened, inside),
        previous=_link(opened, opened.place - 1),
        next=_link(opened, opened.place + 1),
        downloads=_downloads(opened),
    )


def _inside(session: Session, book: WorkDoor, query: Query) -> Inside:
    """What was found in this book; nothing while search is down: the book stays open."""
    if not query.all_of:
        return Inside((), 0)
    who = requester()
    rights = portal().rights(session, who, Act.SEARCH)
    asking = Asking(query, Narrowing(), Order.SEQUENCE, who, portal().today(), rights)
    try:
        return find_inside(
            session, portal().storage.index, asking, book.work.id, words_of, part=_part()
        )
    except Transient:
        return Inside((), 0)


def _marks(here: PageHits | None, words: PageWords | None, rest: Sequence[int]) -> tuple[Mark, ...]:
    """What was found here, and where a hit on the page before goes on."""
    return marks(here, _hit_number()) + (rest_marks(words, rest) if words else ())


def _part() -> int:
    part = request.args.get("part", "")
    return int(part) if part.isascii() and part.isdigit() and len(part) < 5 else 0


def _hit_number() -> int:
    hit = request.args.get("hit", "")
    return int(hit) if hit.isascii() and hit.isdigit() and len(hit) < 6 else 0


def _zoom() -> int:
    zoom = request.args.get("zoom", "")
    return int(zoom) if zoom in {"100", "150", "200", "300"} else 100


def _words(opened: _Opened) -> PageWords | None:
    page = opened.door.page
    if page.text is None or not may(opened.door.facts, Act.TEXT):
        return None
    return words_of(page)


def _text_state(opened: _Opened) -> str:
    page = opened.door.page
    if not may(opened.door.facts, Act.TEXT):
        return "refused"
    if page.text is None:
        return "preparing"
    if page.text.word_count == 0:
        return "none"
    return "poor" if page.text.mean_confidence < POOR_CONFIDENCE else "unchecked"


def _image(opened: _Opened) -> PageImage | None:
    page = opened.door.page
    if page.access is None or not page.width or not page.height:
        return None
    saving = request.headers.get("Save-Data", "").lower() == "on"
    return PageImage(image_service(page), page.width, page.height, save_data=saving)


def _part_address(part: int) -> str:
    kept = {name: value for name, value in request.args.items() if name not in {"part", "hit"}}
    return addresses.with_query(request.path, **kept, part=part or None)


def _strip(opened: _Opened, inside: Inside) -> Strip:
    counts = {each.page.id: len(each.hits) for each in inside.pages}
    window = strip_window(opened.place + 1, opened.total)
    pages = tuple(
        StripPage(
            page=page.name,
            number=place + 1,
            label=page.printed_label,
            thumbnail=thumbnail(page) if may(facts, Act.VIEW) else None,
            hits=counts.get(page.id, 0),
            current=page.id == opened.door.page.id,
        )
        for place, (page, facts) in opened.near.items()
        if place + 1 in window
    )
    return Strip(
        pages,
        before=_link(opened, window.start - 2),
        after=_link(opened, window.stop - 1),
    )


def _link(opened: _Opened, place: int) -> PageLink | None:
    if place not in opened.near:
        return None
    page = opened.near[place][0]
    return PageLink(page.name, place + 1, page.printed_label)


def _downloads(opened: _Opened) -> tuple[Download, ...]:
    page = opened.door.page
    if page.text is None or not may(opened.door.facts, Act.DOWNLOAD):
        return ()
    return (
        Download("text", f"/pages/{page.name}/text.txt", page.text.plain.size),
        Download("hocr", f"/pages/{page.name}/hocr", page.text.hocr.size),
        Download("alto", f"/pages/{page.name}/alto", page.text.alto.size),
    )


def _text_page(session: Session, opened: _Opened) -> TextPage:
    page, work, place = opened.door.page, opened.book.work, opened.place
    query = portal().parsed(request.args.get("q", "")).query
    inside = _inside(session, opened.book, query)
    here = next((each for each in inside.pages if each.page.id == page.id), None)
    words, rest = _words(opened), inside.rests.get(page.id, ())
    return TextPage(
        work=work.name,
        title=work.title,
        language=work.language,
        page=page.name,
        label=page.printed_label,
        text=marked_paragraphs(words, here.hits if here else (), 0, rest) if words else (),
        text_state=_text_state(opened),
        q=" ".join(request.args.get("q", "").split()),
        previous=_link(opened, place - 1),
        next=_link(opened, place + 1),
        rights=rights_line(opened.book.facts),
        permalink=f"{portal().settings.public_url}{addresses.text(work.name, page.name)}",
    )
