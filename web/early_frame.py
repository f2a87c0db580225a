"""The frame of a page at once, its content when it is known.

What a desk works on may take a tenth of a second to look through. The browser has the
head and the header of the page meanwhile, fetches the styles and paints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

from flask import Response, stream_template
from werkzeug.local import LocalProxy

FRAME_ENDS = "</header>"


def early_frame(template: str, content: Callable[[], object], **known: object) -> Response:
    """A page of two parts; `content` is asked for `page` when the first is under way.

    Whatever may be refused must be refused before: the answer is 200 by then. The
    first part is made here, so that a form in it can still set its cookie.
    """
    pieces = stream_template(template, page=LocalProxy(cache(content)), **known)
    frame = "".join(_up_to_the_end(pieces))
    return Response(chain([frame], map("".join, [pieces])), mimetype="text/html")


def _up_to_the_end(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece
        if FRAME_ENDS in piece:
            return
