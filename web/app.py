"""The portal as a Flask application: blueprints, templates, headers and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from archive.migrations import upgrade
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from storage.settings import Settings
from web import desks
from web.chance import CHANCE
from web.cookies import FormCookie
from web.errors import install_errors
from web.forms import csrf
from web.larger_forms import let_files_in
from web.letters import check_mail_server
from web.own_words import names_of, site_of
from web.portal import Portal, install_portal, utc_now
from web.request_lines import install_request_lines
from web.secret_key import secret_key
from web.security_headers import install_security_headers
from web.signed_in import install_signed_in, signed_in
from web.static_files import install_static_files
from web.templating import install_templating
from web.views import (
    account,
    accounts,
    agreement_works,
    agreements,
    appearance,
    catalogued_works,
    cataloguing,
    deposits,
    files,
    harvesting,
    health,
    history,
    home,
    images,
    item,
    lists,
    page_check,
    page_files,
    presentation,
    query_form,
    reader,
    records,
    registering,
    results,
    searching_inside,
    sign_in,
    suggestions,
    tus,
    upload,
    words,
    work,
)
from web.visitors import TrustedProxies, read_networks
from workers.queue import open_queue

VIEWS = (
    home,
    results,
    query_form,
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
    registering,
    account,
    accounts,
    work,
    words,
    history,
    records,
    harvesting,
    cataloguing,
    catalogued_works,
    tus,
    deposits,
    upload,
    page_check,
    page_files,
    agreements,
    agreement_works,
    health,
)

# A harvest changes nothing, and its protocol wants POST to be answered too. A station that
# sends files brings a secret of its own, and of a person these views ask the token themselves.
WITHOUT_A_TOKEN = (harvesting.blueprint, tus.blueprint, deposits.blueprint)


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> Flask:
    """The portal over the engines that the settings name.

    Raises:
        Broken: ``missing-front-end`` when set-up has not run.
        Refused: ``bad-setting``.
    """
    app = Flask("web", static_folder=None, template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20  # files come in by web.views.tus
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    check_mail_server(settings)
    trusted = read_networks(settings.trusted_proxies)
    app.wsgi_app = TrustedProxies(app.wsgi_app, trusted)  # type: ignore[method-assign]
    storage = open_storage(settings, SEARCH_SCHEMA)
    upgrade(storage.rows)
    names = names_of(settings)
    install_portal(app.extensions, Portal(settings, storage, open_queue(settings), now, names))
    app.config["SECRET_KEY"] = secret_key(settings.home)
    # A form may lie open all day: it lives with its session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.session_interface = FormCookie()
    install_request_lines(app, CHANCE)
    app.before_request(let_files_in)  # before the form is read for its token
    csrf.init_app(app)
    for exempt in WITHOUT_A_TOKEN:
        csrf.exempt(exempt)
    install_signed_in(app)
    install_templating(app, site_of(settings))
    app.context_processor(_person)
    install_static_files(app)
    install_security_headers(app)
    install_errors(app)
    for view in VIEWS:
        app.register_blueprint(view.blueprint)
    return app


def _person() -> dict[str, object]:
    """Who is signed in and which desks are theirs, for the frame of every page."""
    person = signed_in()
    return {"person": person, "desks": lambda: desks.desks_of(person) if person else ()}
