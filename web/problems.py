"""What is a program told that sends files? A problem document (RFC 9457) with words in it.

The programs are our own page and our own station: `title` is the key, `detail` the
sentence and the advice that their person reads, in the language of the request.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Response

from storage.errors import Failure, Transient
from web.language import gettext
from web.refusals import told

_STATUS = {
    "storage-full": HTTPStatus.INSUFFICIENT_STORAGE,
    "upload-busy": HTTPStatus.LOCKED,
    "deposit-closed": HTTPStatus.GONE,
    "file-too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "deposit-incomplete": HTTPStatus.CONFLICT,
    "deposit-damaged": HTTPStatus.CONFLICT,
}
_FAMILIES = {
    "refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "transient": HTTPStatus.SERVICE_UNAVAILABLE,
    "broken": HTTPStatus.INTERNAL_SERVER_ERROR,
}


def problem(status: HTTPStatus, title: str, detail: str = "") -> Response:
    """The document."""
    document = {"type": "about:blank", "title": title, "status": int(status)}
    if detail:
        document["detail"] = detail
    response = Response(
        json.dumps(document, ensure_ascii=False), status, mimetype="application/problem+json"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def failure_problem(failure: Failure) -> Response:
    """The document for a failure."""
    said = told(failure.reason, failure.values, gettext)
    status = _STATUS.get(failure.reason, _FAMILIES[failure.family])
    response = problem(status, failure.reason, f"{said.fact} {said.advice}")
    if isinstance(failure, Transient):
        response.headers["Retry-After"] = "10"
    return response
