"""What may every template use: icons, addresses, labels, figures, the page's frame.

Templates decide nothing and fetch nothing; what they call here turns values into
words and markup. Icons are lucide's (ISC), inlined, hidden from screen readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from schemas.language_tags import language_tag
from storage.errors import Broken
from web import addresses, figures, labels
from web.appearance import current_appearance, install_appearance
from web.covers import cover_lines, cover_shade
from web.language import LANGUAGES, NAMES, current_language, install_language
from web.pages.site import Site

_HERE = Path(__file__).parent
ICON_NAMES = _HERE / "icons.txt"
ICON_FOLDER = _HERE / "static" / "vendor" / "lucide"

_SVG = re.compile(r"<svg[^>]*>(?P<drawing>.*)</svg>", re.DOTALL)
_FRAME_ONLY = frozenset({"lang", "theme", "size", "keys"})


def install_templating(app: Flask, site: Site) -> None:
    """Give an application's templates their words, and every page its frame.

    Raises:
        Broken: ``missing-front-end`` when set-up has not fetched the icons.
    """
    install_language(app)
    install_appearance(app)
    icons = read_icons(ICON_NAMES, ICON_FOLDER)

    def icon(name: str) -> Markup:
        return icons[name]

    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=icon,
        address=addresses,
        labels=labels,
        cover_lines=cover_lines,
        cover_shade=cover_shade,
        here=here,
        csrf_field=csrf_field,
    )
    app.jinja_env.filters.update(_filters())
    app.context_processor(lambda: _frame(site))


def read_icons(names: Path, folder: Path) -> Mapping[str, Markup]:
    """The drawings of the icons named in a file, ready to be put into a page."""
    return {name: _inline(folder / f"{name}.svg") for name in names.read_text("utf-8").split()}


def language_links() -> list[dict[str, object]]:
    """This very page in each language, for the switch in the header."""
    kept = {name: value for name, value in request.args.items() if name not in _FRAME_ONLY}
    return [
        {
            "tag": tag,
            "name": NAMES[tag],
            "href": addresses.with_query(request.path, **{**kept, "lang": tag}),
            "current": tag == current_language(),
        }
        for tag in LANGUAGES
    ]


def here(**changes: addresses.Value) -> str:
    """The address of this very page with changed arguments."""
    kept: dict[str, addresses.Value] = {
        name: value for name, value in request.args.items() if name not in _FRAME_ONLY
    }
    return addresses.with_query(request.path, **{**kept, **changes})


def csrf_field() -> Markup:
    """The hidden field by which the portal knows its own forms again."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _frame(site: Site) -> dict[str, Any]:
    language = current_language()
    return {
        "language": language,
        "languages": language_links(),
        "site": site[language],
        "appearance": current_appearance(),
    }


def _filters() -> dict[str, Callable[..., object]]:
    def number(value: float) -> str:
        return figures.number(value, current_language())

    def long_date(day: date) -> str:
        return figures.long_date(day, current_language())

    def until_date(day: date) -> str:
        return figures.until_date(day, current_language())

    def file_size(length: int) -> str:
        return figures.size(length, current_language())

    return {
        "number": number,
        "long_date": long_date,
        "until_date": until_date,
        "short_date": figures.short_date,
        "file_size": file_size,
        "language_tag": language_tag,
        "direction": labels.direction,
        "language_label": labels.language_label,
        "in_language": labels.in_language,
        "type_label": labels.type_label,
        "types_label": labels.types_label,
        "audience_label": labels.audience_label,
        "download_label": labels.download_label,
        "sort_label": labels.sort_label,
    }


def _inline(file: Path) -> Markup:
    try:
        found = _SVG.search(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Broken("missing-front-end", file=file.name) from error
    if found is None:
        raise Broken("missing-front-end", file=file.name)
    drawing = " ".join(found["drawing"].split())
    return Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        Markup(drawing)  # noqa: S704  (a file of our own set-up)
    )
