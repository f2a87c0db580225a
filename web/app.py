"""The portal as a Flask application: blueprints, templates, headers and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from storage.settings import Settings
from web import desks
from web.errors import install_errors
from web.own_words import site_of
from web.portal import Portal, install_portal, premises, utc_now
from web.secret_key import secret_key
from web.security_headers import install_security_headers
from web.signed_in import signed_in
from web.templating import install_templating
from web.views import (
    agreement_works,
    agreements,
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
    sign_in,
    suggestions,
)
from workers.queue import open_queue

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
    sign_in,
    agreements,
    agreement_works,
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
    here = Portal(settings, storage, open_queue(settings), networks, now)
    install_portal(app.extensions, here)
    app.config["SECRET_KEY"] = secret_key(settings.home)
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["WTF_CSRF_TIME_LIMIT"] = (
        None  # a form may lie open all day: it lives with its session
    )
    CSRFProtect(app)
    install_templating(app, site_of(settings))
    app.context_processor(_person)
    install_security_headers(app)
    install_errors(app)
    for view in VIEWS:
        app.register_blueprint(view.blueprint)
    return app


def _person() -> dict[str, object]:
    """Who is signed in and which desks are theirs, for the frame of every page."""
    person = signed_in()
    return {"person": person, "desks": lambda: desks.desks_of(person) if person else ()}
