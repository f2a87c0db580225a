"""How are the portal's own cookies kept from others' hands?

On https their names begin with ``__Host-``: a browser takes such a cookie only over https
and from this very host, so that no neighbour on a sister domain can plant one
(https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix).
"""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

SIGNED_IN = "signed-in"
_FORMS = "forms"


def own_name(name: str) -> str:
    """The name of a cookie of ours on this connection."""
    return f"__Host-{name}" if request.is_secure else name


def sign_in_secret() -> str:
    """The secret by which this browser is signed in; empty when it is not."""
    return request.cookies.get(own_name(SIGNED_IN), "")


def keep_secret(answer: Response, secret: str) -> None:
    """Give the browser its secret until it is closed."""
    answer.set_cookie(
        own_name(SIGNED_IN), secret, httponly=True, secure=request.is_secure, samesite="Lax"
    )


def forget_secret(answer: Response) -> None:
    """Take the secret away."""
    answer.delete_cookie(
        own_name(SIGNED_IN), httponly=True, secure=request.is_secure, samesite="Lax"
    )


class FormCookie(SecureCookieSessionInterface):
    """Flask's session, which here holds what our forms are known again by, and nothing else."""

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002  (Flask's signature)
        return own_name(_FORMS)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002
        return "Lax"
