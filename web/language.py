"""In which language does the portal speak to this visitor, and what does it say?

Kazakh unless the visitor chose otherwise: by ``?lang=`` in an address, which is
then remembered in a cookie. The header Accept-Language is not asked: public
computers are set to Russian or English whoever sits at them.

The sentences are gettext catalogues whose message ids are the English sentences
(https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html).
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request

LANGUAGES = ("kk", "ru", "en")
DEFAULT = "kk"

# Each language by its own name, so that a lost visitor finds the way back.
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

COOKIE = "language"
YEAR_IN_SECONDS = 365 * 24 * 3600

_CATALOGUES = Path(__file__).parent / "translations"


def choose(asked: str | None, remembered: str | None) -> str:
    """The language of one answer: asked for now, or chosen before, or Kazakh."""
    return next((tag for tag in (asked, remembered) if tag in LANGUAGES), DEFAULT)


def current_language() -> str:
    """The language of the request being answered; Kazakh outside of any."""
    if not has_request_context():
        return DEFAULT
    language: str | None = g.get("language")  # asked some hundred times a page
    if language is None:
        language = g.language = choose(request.args.get("lang"), request.cookies.get(COOKIE))
    return language


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of one language.

    English has no catalogue: its sentences are the message ids.
    """
    return Translations.load(_CATALOGUES, [language])


def gettext(sentence: str) -> str:
    """The sentence in the language of the request."""
    return catalogue(current_language()).gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence in the form that this count takes, in the language of the request."""
    return catalogue(current_language()).ngettext(one, many, count)


def install_language(app: Flask) -> None:
    """Make gettext, `current_language` and the cookie work in an application."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    """Keep a language asked for by address; every page depends on the cookie."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = current_language()
        response.vary.add("Cookie")
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        remember_choice(response, COOKIE, asked)
    return response


def remember_choice(response: Response, name: str, value: str) -> None:
    """Keep a visitor's choice for a year; it identifies nobody."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR_IN_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
