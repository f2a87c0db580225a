"""What does the log say of a request? Which route answered what, how fast; not who asked what.

A line names the route, never the address: what somebody searches for or reads is theirs.
Every other line written while the request is answered carries the same request id.
"""

from __future__ import annotations

import logging
import random
import time

from flask import Flask, Response, g, request

from storage.log_lines import about, begin_with

log = logging.getLogger(__name__)

# Asked every few seconds by programs, or many times for every page.
SILENT = frozenset({"static", "health.health", "health.ready", "health.metrics"})


def install_request_lines(app: Flask, chance: random.Random) -> None:
    """Give every request an id, and every answer its line. To be installed first."""

    def begin() -> None:
        g.began = time.perf_counter()
        begin_with(request=f"{chance.getrandbits(64):016x}")

    app.before_request(begin)
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    if request.endpoint not in SILENT and log.isEnabledFor(logging.INFO):
        taken = round((time.perf_counter() - g.began) * 1000)
        route = request.url_rule.rule if request.url_rule else None
        with about(method=request.method, route=route, status=response.status_code,
                   duration_ms=taken):  # fmt: skip
            log.info("answered")
    return response
