"""What a person or a program is told when there is no answer: the one table of errors.

Pages get a page in the visitor's language, programs (IIIF, JSON) get
``application/problem+json`` (RFC 9457). A refusal by rights is 403 with its
reason; what does not exist is 404.
"""

from __future__ import annotations

import json
import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from schemas.image_request import BadImageRequest
from storage.errors import Broken, Failure, Refused, Transient
from storage.held_rows import HELD
from web import addresses
from web.forms import CSRFError
from web.language import gettext
from web.pages.browse import ErrorPage
from web.portal import Closed
from web.refusals import told
from web.refusing import refusal_page
from web.signed_in import NotSignedIn, NotYourDuty

log = logging.getLogger(__name__)

STATUS: dict[type[Failure], HTTPStatus] = {
    Refused: HTTPStatus.BAD_REQUEST,
    Transient: HTTPStatus.SERVICE_UNAVAILABLE,
    Broken: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_KINDS = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
    HTTPStatus.BAD_REQUEST: "bad-request",
}

# Addresses that programs read, not people.
_FOR_PROGRAMS = (
    "/health", "/iiif/", "/metrics", "/oai", "/ready", "/suggest", "/thumbnails/", "/upload/",
)  # fmt: skip


def install_errors(app: Flask) -> None:
    """Answer every failure by this module's table."""
    app.register_error_handler(Closed, _closed)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(NotYourDuty, _not_your_duty)
    app.register_error_handler(CSRFError, _not_our_form)
    app.register_error_handler(BadImageRequest, _bad_image)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Failure, _failure)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _closed(closed: Closed) -> Response:
    if _is_for_programs() or closed.work is None:
        return _problem(HTTPStatus.FORBIDDEN, closed.refusal.reason)
    page = render_template("refusal.html", page=refusal_page(closed))
    return _uncached(Response(page, HTTPStatus.FORBIDDEN))


def _not_signed_in(_error: NotSignedIn) -> AnyResponse:
    if _is_for_programs():
        return _problem(HTTPStatus.UNAUTHORIZED, "not-signed-in")
    next_ = request.full_path.rstrip("?") if request.method == "GET" else "/desk"
    return redirect(addresses.with_query("/sign-in", next=next_), HTTPStatus.SEE_OTHER)


def _not_your_duty(_error: NotYourDuty) -> Response:
    if _is_for_programs():
        return _problem(HTTPStatus.FORBIDDEN, "not-your-duty")
    page = render_template("error.html", page=ErrorPage(kind="not-your-duty"))
    return _uncached(Response(page, HTTPStatus.FORBIDDEN))


def _not_our_form(error: CSRFError) -> Response:
    """Mostly a page that lay open while its session ended."""
    if _is_for_programs():
        return _problem(HTTPStatus.BAD_REQUEST, "csrf")
    log.info("form refused: %s %s: %s", request.method, request.path, error.description)
    page = render_template("error.html", page=ErrorPage(kind="not-our-form"))
    return _uncached(Response(page, HTTPStatus.BAD_REQUEST))


def _bad_image(bad: BadImageRequest) -> Response:
    return _problem(bad.status, f"bad {bad.parameter}")


def _refused(refused: Refused) -> Response:
    """What was refused and what to do; what does not exist is 404 whoever noticed it."""
    if refused.reason == "not-found":
        return _said(HTTPStatus.NOT_FOUND, "", refused.reason)
    if _is_for_programs():
        return _problem(HTTPStatus.BAD_REQUEST, refused.reason)
    return _explained(refused, HTTPStatus.BAD_REQUEST)


def _explained(failure: Failure, status: HTTPStatus) -> Response:
    explained = told(failure.reason, failure.values, gettext)
    page = ErrorPage(kind="refused", fact=explained.fact, advice=explained.advice)
    return _uncached(Response(render_template("error.html", page=page), status))


def _failure(failure: Failure) -> Response:
    status = STATUS[type(failure)]
    if failure.reason in HELD and not _is_for_programs():
        return _explained(failure, status)  # no minute will help
    number = _written_down(failure) if status is HTTPStatus.INTERNAL_SERVER_ERROR else ""
    response = _said(status, number, failure.reason)
    if isinstance(failure, Transient):
        response.headers["Retry-After"] = "10"
    return response


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    response = _said(HTTPStatus(error.code), "", error.name)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    return _said(HTTPStatus.INTERNAL_SERVER_ERROR, _written_down(error), "unexpected")


def _written_down(error: Exception) -> str:
    """The number under which the log holds this error."""
    number = secrets.token_hex(3)
    log.error("message %s: %s %s", number, request.method, request.path, exc_info=error)
    return number


def _said(status: HTTPStatus, number: str, reason: str) -> Response:
    if _is_for_programs():
        return _problem(status, reason)
    kind = _KINDS.get(
        status, "our-fault" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad-request"
    )
    page = render_template("error.html", page=ErrorPage(kind=kind, number=number))
    return _uncached(Response(page, status))


def _is_for_programs() -> bool:
    return request.path.startswith(_FOR_PROGRAMS)


def _problem(status: HTTPStatus, title: str) -> Response:
    document = {"type": "about:blank", "title": title, "status": int(status)}
    response = Response(json.dumps(document), status, mimetype="application/problem+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _uncached(response)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
