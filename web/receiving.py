"""How is the body of a large request read: in pieces, as it comes, for as long as it comes?

Elsewhere a request may have 1 MiB; here what counts is what the file may still have.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Request
from werkzeug.exceptions import ClientDisconnected

from archive.deposits import LARGEST_FILE

SILENCE_SECONDS = 30
"""After this long without a byte the line is dead; the next request may go on at once."""


class CutOff(Exception):
    """The connection ended or fell silent before the body did."""


def body_of(request: Request, *, at_most: int) -> tuple[int, Callable[[int], bytes]]:
    """How long the body is at most, and how to read it.

    Reading raises `CutOff` when the line breaks; what was read before is good.
    """
    request.max_content_length = LARGEST_FILE
    for name in ("gunicorn.socket", "werkzeug.socket"):
        if name in request.environ:
            request.environ[name].settimeout(SILENCE_SECONDS)
    stream = request.stream
    length = at_most if request.content_length is None else request.content_length

    def read(size: int) -> bytes:
        try:
            return stream.read(size)
        except (OSError, ClientDisconnected) as error:
            raise CutOff from error

    return length, read
