"""Files to take away: PDFs, plain text, and a page's hOCR and ALTO."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from archive.assembly import finished_build, open_variant
from archive.doors import page_door, pages_with_facts, work_door
from archive.representations import Derivative, PageText
from archive.rights import Act
from storage.blob_reading import open_blob
from storage.errors import Transient
from web.portal import ask, may, portal

blueprint = Blueprint("files", __name__)


@blueprint.get("/works/<work>/pdf", defaults={"kind": "pdf"})
@blueprint.get("/works/<work>/pdf-small", defaults={"kind": "pdf-small"})
def pdf(work: str, kind: str) -> AnyResponse:
    """A whole book. A variant that no longer fits is never served, it is built anew.

    Raises:
        Transient: ``being-prepared``.
    """
    with portal().reading() as session:
        door = work_door(session, work)
        if door is None or door.representation is None:
            abort(404)
        ask(door.facts, Act.DOWNLOAD, door.work)
        variant = open_variant(session, door.representation.id, portal().today())
        built = finished_build(session, door.representation.id, kind, variant.withheld_key)
    if built is None:
        raise Transient("being-prepared", name=work)
    return _file(built, f"{work}-{kind}.pdf")


@blueprint.get("/works/<work>/text.txt")
def whole_text(work: str) -> Response:
    """The text of every page this visitor may have, in order."""
    with portal().reading() as session:
        door = work_door(session, work)
        if door is None or door.representation is None:
            abort(404)
        ask(door.facts, Act.DOWNLOAD, door.work)
        keys = [
            page.text.plain.content_key
            for page, facts in pages_with_facts(session, door.representation.id)
            if page.text is not None and may(facts, Act.TEXT) and may(facts, Act.DOWNLOAD)
        ]
    blobs = portal().storage.blobs
    pages = (blobs.read(key) + b"\n" for key in keys)
    # Read before the answer begins: a store that is away can then still be told.
    first = next(pages, b"")
    response = Response(chain([first], pages), mimetype="text/plain")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/pages/<page>/text.txt", defaults={"kind": "text"})
@blueprint.get("/pages/<page>/hocr", defaults={"kind": "hocr"})
@blueprint.get("/pages/<page>/alto", defaults={"kind": "alto"})
def page_file(page: str, kind: str) -> AnyResponse:
    """One page's text in one of its forms."""
    with portal().reading() as session:
        door = page_door(session, page)
        if door is None:
            abort(404)
        ask(door.facts, Act.TEXT, door.work, door.page.printed_label)
        if door.page.text is None:
            raise Transient("being-prepared", name=page)
        derivative = _form(door.page.text, kind)
    endings = {"text": "txt", "hocr": "hocr.html", "alto": "alto.xml"}
    return _file(derivative, f"{page}.{endings[kind]}")


def _form(text: PageText, kind: str) -> Derivative:
    return {"text": text.plain, "hocr": text.hocr, "alto": text.alto}[kind]


def _file(derivative: Derivative, name: str) -> AnyResponse:
    """A stored file: ranges and revalidation, so that a viewer can begin with page one."""
    response = send_file(
        open_blob(portal().storage.blobs, derivative.content_key),
        mimetype=derivative.media_type,
        download_name=name,
        conditional=False,
    )
    response.content_length = derivative.size
    response.set_etag(derivative.content_key)
    response.headers["Cache-Control"] = "private, no-cache"
    # What was opened in the browser must not run: hOCR is a page of its own.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if derivative.media_type == "application/pdf":
        del response.headers["Content-Security-Policy"]
    return response.make_conditional(request, accept_ranges=True, complete_length=derivative.size)
