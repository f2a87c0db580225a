"""What programs ask that look after the portal: does it live, may visitors come, how is the work?

None of them knows a session or leaves a cookie, and the log holds no line of them.
"""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST

from web.metrics import metrics as metrics_text
from web.portal import portal
from web.readiness import DISPENSABLE

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """The process answers; no engine is asked."""
    return _answer("ok\n", 200, "text/plain")


@blueprint.get("/ready")
def ready() -> Response:
    """Whether visitors may be sent here, and one word for each engine that does not answer."""
    down = portal().readiness.down()
    is_ready = not set(down) - DISPENSABLE
    told = json.dumps({"ready": is_ready, "down": down})
    return _answer(told + "\n", 200 if is_ready else 503, "application/json")


@blueprint.get("/metrics")
def metrics() -> Response:
    """The measures, for whoever knows the secret; to anybody else there is no such page."""
    here = portal()
    if not _knows(here.settings.metrics_token_file):
        abort(404)
    text = metrics_text(here.settings, here.storage, here.now())
    return _answer(text, 200, CONTENT_TYPE_LATEST)


def _knows(file: Path | None) -> bool:
    """Read anew each time, so that a secret can be changed while the portal runs."""
    try:
        secret = file.read_text(encoding="utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError):
        return False
    given = request.authorization.token if request.authorization else None
    if not secret or given is None or request.authorization is None:
        return False
    bears = request.authorization.type == "bearer"
    return bears and hmac.compare_digest(given.encode(), secret.encode())


def _answer(said: str | bytes, status: int, kind: str) -> Response:
    return Response(said, status, content_type=kind, headers={"Cache-Control": "no-store"})
