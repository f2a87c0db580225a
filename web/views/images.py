"""Page images: IIIF Image API 3.0 level 2, and the stored thumbnails."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from archive.doors import ImageDoor, image_door, thumbnail_door
from archive.rights import Act, Degrade
from schemas import pyramid
from schemas.iiif_addresses import IMAGE_VERSION_LENGTH
from schemas.image_info import CONTENT_TYPE, PLAIN_CONTENT_TYPE, PROFILE_LINK, image_info
from schemas.image_plan import Limits, canonical, finest_scale, resolve
from schemas.image_request import parse
from schemas.pyramid import Layout
from storage.blobs import Blobs
from web import image_rendering
from web.image_rendering import Pyramid, render
from web.portal import ask, is_everybodys, portal

blueprint = Blueprint("images", __name__)


_MOST_LAYOUTS = 2048

# Every answer is asked about again: what closes today must not come out of a cache.
_REVALIDATE = "private, no-cache"

# To our own proxy (.ci/compose/nginx.conf), which tells it to nobody: keep this, and as it was
# out of date in 1970 already, ask about it each time (docs/decisions/0043). The header:
# https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid
_KEEP_AND_ASK = {"X-Accel-Expires": "@1"}


@blueprint.get("/iiif/image/3/<image>")
def base(image: str) -> AnyResponse:
    """The image's base address leads to its information (section 2.1)."""
    return redirect(url_for("images.info", image=image), 303)


@blueprint.get("/iiif/image/3/<image>/info.json")
def info(image: str) -> Response:
    """What can be asked of this image."""
    door = _open(image)
    limits = _limits(door)
    document = image_info(
        f"{portal().settings.public_url}/iiif/image/3/{image}",
        door.width,
        door.height,
        gray=_layout(portal().storage.blobs, door.content_key).gray,
        limits=limits,
    )
    response = Response(json.dumps(document))
    wants_linked_data = "application/ld+json" in request.headers.get("Accept", "")
    response.headers["Content-Type"] = CONTENT_TYPE if wants_linked_data else PLAIN_CONTENT_TYPE
    response.vary.add("Accept")
    return _shared(response)


@blueprint.get("/iiif/image/3/<image>/<region>/<size>/<rotation>/<quality>.<file_format>")
def image(  # noqa: PLR0917  (the five parameters of the specification)
    image: str, region: str, size: str, rotation: str, quality: str, file_format: str
) -> Response:
    """Pixels, as asked for."""
    door = _open(image)
    wanted = parse(region, size, rotation, quality, file_format)
    rendering = resolve(wanted, door.width, door.height, _limits(door))
    tag = image_rendering.etag(door.content_key, rendering)
    if request.if_none_match.contains(tag):
        return _stamped(Response(status=304), tag)
    blobs = portal().storage.blobs
    content, media_type = render(_pyramid(blobs, door.content_key), rendering)
    response = Response(content, mimetype=media_type)
    address = f"{portal().settings.public_url}/iiif/image/3/{image}/{canonical(rendering)}"
    response.headers["Link"] = f'<{address}>;rel="canonical",{PROFILE_LINK}'
    return _kept(_stamped(_shared(response), tag), door)


@blueprint.get("/thumbnails/<image>.jpg")
def thumbnail(image: str) -> Response:
    """The small picture of a page, as it was made."""
    name, _, version = image.rpartition("-")
    with portal().reading() as session:
        door = thumbnail_door(session, name, version)
    if door is None:
        abort(404)
    ask(door.facts, Act.VIEW)
    if request.if_none_match.contains(door.content_key):
        return _stamped(Response(status=304), door.content_key)
    content = portal().storage.blobs.read(door.content_key)
    return _kept(_stamped(Response(content, mimetype="image/jpeg"), door.content_key), door)


def _open(image: str) -> ImageDoor:
    name, _, version = image.rpartition("-")
    if len(version) != IMAGE_VERSION_LENGTH:
        abort(404)
    with portal().reading() as session:
        door = image_door(session, name, version)
    if door is None:
        abort(404)
    return door


def _limits(door: ImageDoor) -> Limits:
    """What this requester may get of the image; asked of `decide` each time."""
    verdict = ask(door.facts, Act.VIEW)
    if isinstance(verdict, Degrade):
        finest = finest_scale(door.width, door.height, verdict.max_pixels)
        return Limits(max_area=verdict.max_pixels, finest=finest)
    return Limits()


def _pyramid(blobs: Blobs, key: str) -> Pyramid:
    def read(offset: int, length: int) -> bytes:
        return blobs.read_range(key, offset, length)

    return Pyramid(_layout(blobs, key), read)


def _layout(blobs: Blobs, key: str) -> Layout:
    """Where the tiles of an access image lie; immutable like the bytes themselves."""
    kept = portal().layouts
    if key not in kept:
        if len(kept) >= _MOST_LAYOUTS:
            kept.clear()
        kept[key] = pyramid.read_layout(
            lambda offset, length: blobs.read_range(key, offset, length)
        )
    return kept[key]


def _shared(response: Response) -> Response:
    """Other libraries' viewers may show our images (IIIF Image API 3.0, section 7.1)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _stamped(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = _REVALIDATE
    return response


def _kept(response: Response, door: ImageDoor) -> Response:
    """Our proxy may keep the bytes of what is everybody's, so that we need not make them again."""
    if is_everybodys(door.facts, Act.VIEW):
        response.headers.update(_KEEP_AND_ASK)
    return response
