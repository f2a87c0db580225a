"""IIIF Presentation 3.0 manifests and the annotation pages of lines."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, request

from archive.assembly import finished_build, open_variant
from archive.doors import page_door, work_door
from archive.rights import Act
from schemas.annotations import line_annotations
from schemas.hocr import read_hocr
from schemas.iiif_addresses import IiifAddresses
from schemas.language_tags import language_tag
from schemas.published import published_manifest
from storage.errors import Transient
from web.portal import ask, portal

blueprint = Blueprint("presentation", __name__)

_MANIFEST_TYPE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


@blueprint.get("/iiif/presentation/3/<work>/manifest.json")
def manifest(work: str) -> Response:
    """The manifest of the pages that are open; stored, said with this portal's address.

    Raises:
        Transient: ``being-prepared``.
    """
    with portal().reading() as session:
        door = work_door(session, work)
        if door is None or door.representation is None:
            abort(404)
        ask(door.facts, Act.VIEW)
        variant = open_variant(session, door.representation.id, portal().today())
        built = finished_build(session, door.representation.id, "manifest", variant.withheld_key)
    if built is None:
        raise Transient("being-prepared", name=work)
    # Weakly: a proxy that compresses makes the tag a weak one (RFC 9110, section 13.1.2).
    if request.if_none_match.contains_weak(built.content_key):
        return _linked(Response(status=304), built.content_key)
    stored = portal().storage.blobs.read(built.content_key)
    content = published_manifest(stored, portal().settings.public_url)
    return _linked(Response(content, content_type=_MANIFEST_TYPE), built.content_key)


@blueprint.get("/iiif/annotations/<page>/lines.json")
def lines(page: str) -> Response:
    """The printed lines of a page with their places."""
    with portal().reading() as session:
        door = page_door(session, page)
        if door is None:
            abort(404)
        ask(door.facts, Act.TEXT)
        if door.page.text is None:
            raise Transient("being-prepared", name=page)
        key = door.page.text.hocr.content_key
    if request.if_none_match.contains_weak(key):
        return _linked(Response(status=304), key)
    document = line_annotations(
        read_hocr(portal().storage.blobs.read(key)),
        door.work.name,
        page,
        language_tag(door.work.language),
        IiifAddresses(portal().settings.public_url),
    )
    return _linked(Response(json.dumps(document), content_type=_MANIFEST_TYPE), key)


def _linked(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
