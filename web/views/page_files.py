"""The desk's own pictures of pages, whatever their rights, and new files for pages.

The public doors ask for rights; whoever checks pages must see closed ones too. So these
have doors of their own, for the staff of the book's branch, kept by no cache.
"""

from __future__ import annotations

import random

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.duties import Duty
from archive.page_check import CheckedBook, page_called
from archive.page_images import insert_page, replace_page
from archive.page_order import places_behind
from archive.representations import Page
from schemas import pyramid
from schemas.image_plan import Limits, resolve
from schemas.image_request import parse
from storage.errors import Refused
from web.deposit import keep_opened
from web.image_rendering import Pyramid, render
from web.language import gettext
from web.page_actions import Done
from web.page_panels import panel_of
from web.portal import portal
from web.refusals import told
from web.signed_in import NotYourDuty, at_desk, on_duty
from web.views.page_check import follow, own_page

blueprint = Blueprint("page_files", __name__)

_PREVIEW = "!1200,1600"
_chance = random.SystemRandom()


@blueprint.get("/desk/pages/<page>/thumbnail")
@on_duty(Duty.CHECK_PAGES)
def thumbnail(page: str) -> Response:
    """The small picture in the grid."""
    with portal().reading() as session:
        found = _own(page_called(session, page))
        key = found.thumbnail.content_key if found.thumbnail else None
    if key is None:
        abort(404)
    return _uncached(portal().storage.blobs.read(key))


@blueprint.get("/desk/pages/<page>/preview")
@on_duty(Duty.CHECK_PAGES)
def preview(page: str) -> Response:
    """The picture in the panel, large enough to judge sharpness and edges."""
    blobs = portal().storage.blobs
    with portal().reading() as session:
        found = _own(page_called(session, page))
        key = found.access.content_key if found.access else None
    if key is None:
        abort(404)

    def read(offset: int, length: int) -> bytes:
        return blobs.read_range(key, offset, length)

    layout = pyramid.read_layout(read)
    wanted = parse("full", _size(layout), "0", "default", "jpg")
    content, _ = render(
        Pyramid(layout, read), resolve(wanted, layout.width, layout.height, Limits())
    )
    return _uncached(content)


def _size(layout: pyramid.Layout) -> str:
    across, down = (int(each) for each in _PREVIEW[1:].split(","))
    return _PREVIEW if layout.width > across or layout.height > down else "max"


def _own(found: tuple[Page, CheckedBook] | None) -> Page:
    if found is None:
        abort(404)
    if not at_desk().may_touch(found[1].item.branch_id):
        raise NotYourDuty
    return found[0]


def _uncached(content: bytes) -> Response:
    response = Response(content, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/desk/pages/<work>/file")
@on_duty(Duty.CHECK_PAGES)
def file(work: str) -> AnyResponse | tuple[str, int]:
    """A new file for a page: instead of its image, or as a page in front of it."""
    name, here = request.form.get("page", ""), portal()
    with here.reading() as session:
        own_page(session, work, name)  # before a byte is kept
    try:
        _take(work, name)
    except Refused as refusal:
        explanation = told(refusal.reason, refusal.values, gettext)
        with here.reading() as session:
            row, book = own_page(session, work, name)
            panel = panel_of(session, book, row, refusal=explanation)
        return render_template("desk-page.html", page=panel), 400
    return redirect(f"/desk/pages/{work}?page={name}", 303)


def _take(work: str, name: str) -> None:
    """Bytes first, rows after."""
    here, person, sent = portal(), at_desk(), request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused("no-pages")
    plain = sent.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    kept = keep_opened(here.storage.blobs, plain, sent.stream)  # type: ignore[arg-type]
    with here.transaction() as (session, wake):
        page, book = own_page(session, work, name)
        now, agent = here.now(), person.agent
        if request.form.get("as") == "insert":
            added, due = insert_page(session, page, kept, now=now, chance=_chance, agent=agent)
            done = Done(moved=places_behind(session, added), due=due)
        else:
            done = Done(due=replace_page(session, page, kept, now=now, agent=agent))
        follow(session, wake, book, done)
