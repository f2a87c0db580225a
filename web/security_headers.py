"""What may a page of the portal load, and who may hold it? The answer's headers.

Everything comes from the portal itself: no inline script or style, no third
party, no frame around us (https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

from flask import Flask, Response

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{kind} {source}" for kind, source in _SOURCES.items())

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What closes today must not come out of any cache tomorrow: ask again each time.
ALL = {**HEADERS, "Cache-Control": "private, no-cache"}


def install_security_headers(app: Flask) -> None:
    """Put the headers on every answer, errors and files included."""
    app.after_request(_guard)


def _guard(response: Response) -> Response:
    # Each look-up in werkzeug's headers walks through all of them, and a tile is answered
    # in two milliseconds: one walk is enough.
    there = {name.lower() for name, _ in response.headers}
    for name, value in ALL.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    return response
