"""A work's description for other catalogues, and the way from a merged work's old address."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from archive.doors import work_door
from archive.merging import merged_into
from archive.published_records import published_records
from archive.rights import Act
from schemas.exported_record import RECORD_FORMATS
from schemas.marcxml import xml_bytes
from web import addresses
from web.portal import ask, portal

blueprint = Blueprint("records", __name__)


@blueprint.before_app_request
def to_the_work_that_stays() -> AnyResponse | None:
    """A name that was merged answers with the address of the work it is part of now."""
    arguments = request.view_args or {}
    if request.endpoint is None or "work" not in arguments or request.method != "GET":
        return None
    with portal().reading() as session:
        work = merged_into(session, arguments["work"])
        if work is None:
            return None
        return redirect(url_for(request.endpoint, **{**arguments, "work": work.name}), 301)


@blueprint.get("/works/<work>/record.<form>.xml")
def record(work: str, form: str) -> Response:
    """The description as MARCXML, MODS or Dublin Core."""
    if form not in RECORD_FORMATS:
        abort(404)
    with portal().reading() as session:
        door = work_door(session, work)
        if door is None:
            abort(404)
        ask(door.facts, Act.DISCOVER, door.work)
        (published,) = published_records(session, [door.work])
    url = f"{portal().settings.public_url}{addresses.work(published.name)}"
    root = RECORD_FORMATS[form](published.record, url=url, statement=published.facts.statement)
    answer = Response(xml_bytes(root), mimetype="application/xml")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
