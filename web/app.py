"""The portal as a Flask application: blueprints, templates, headers and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from storage.settings import Settings
from web.errors import install_errors
from web.own_words import site_of
from web.portal import Portal, install_portal, premises, utc_now
from web.security_headers import install_security_headers
from web.templating import install_templating
from web.views import (
    appearance,
    files,
    home,
    images,
    item,
    lists,
    presentation,
    reader,
    results,
    searching_inside,
    suggestions,
)

VIEWS = (
    home,
    results,
    item,
    reader,
    files,
    lists,
    appearance,
    suggestions,
    images,
    presentation,
    searching_inside,
)


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> Flask:
    """The portal over the engines that the settings name.

    Raises:
        Broken: ``missing-front-end`` when set-up has not run.
    """
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20  # nothing is uploaded here yet
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    storage = open_storage(settings, SEARCH_SCHEMA)
    upgrade(storage.rows)
    with storage.rows.reading() as session:
        networks = premises(session)
    install_portal(app.extensions, Portal(settings, storage, networks, now))
    install_templating(app, site_of(settings))
    install_security_headers(app)
    install_errors(app)
    for view in VIEWS:
        app.register_blueprint(view.blueprint)
    return app
