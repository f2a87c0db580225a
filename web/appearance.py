"""How does the visitor want to see the portal: type size, colours, keyboard letters?

A choice is made by ``?theme=``, ``?size=`` and ``?keys=`` in any address (the view
page is a form that does just this), and kept in one cookie. It works without
JavaScript: the page's root element carries the choice as data attributes, which
the stylesheet and the scripts read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, g, request

from web.language import remember_choice

THEMES = ("system", "light", "dark")
SIZES = ("normal", "large", "larger", "largest")
KEYS = ("on", "off")

COOKIE = "view"


@dataclass(frozen=True, slots=True)
class Appearance:
    """`keys` is off when single letters shall do nothing (WCAG 2.2, 2.1.4)."""

    theme: str = "system"
    size: str = "normal"
    keys: str = "on"

    @property
    def smaller(self) -> str | None:
        """The next smaller type size, None at the smallest."""
        place = SIZES.index(self.size)
        return SIZES[place - 1] if place else None

    @property
    def larger(self) -> str | None:
        """The next larger type size, None at the largest."""
        place = SIZES.index(self.size)
        return SIZES[place + 1] if place + 1 < len(SIZES) else None

    def as_cookie(self) -> str:
        return f"{self.theme}.{self.size}.{self.keys}"


def choose_appearance(asked: Mapping[str, str], cookie: str) -> Appearance:
    """What was asked for now, or chosen before; anything unknown is left out."""
    before = dict(zip(("theme", "size", "keys"), cookie.split("."), strict=False))
    known = {"theme": THEMES, "size": SIZES, "keys": KEYS}
    chosen: dict[str, str] = {}
    for name, values in known.items():
        for value in (asked.get(name), before.get(name)):
            if value in values:
                chosen.setdefault(name, value)
    return Appearance(**chosen)


def current_appearance() -> Appearance:
    """The appearance of the page being answered."""
    if "appearance" not in g:
        g.appearance = choose_appearance(request.args, request.cookies.get(COOKIE, ""))
    chosen: Appearance = g.appearance
    return chosen


def install_appearance(app: Flask) -> None:
    """Keep every choice made by address in the cookie."""
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    if any(name in request.args for name in ("theme", "size", "keys")):
        remember_choice(response, COOKIE, current_appearance().as_cookie())
    return response
