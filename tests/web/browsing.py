"""A real browser on a real server, for tests that must see what a reader sees."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

# The first is the same engine without the windows and menus that nobody sees here: a
# test costs less than half of the processor's time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def whole(app: Flask) -> WSGIApplication:
    """The application, each answer read before the server begins to send it.

    Werkzeug's server forgets to close a file when a browser hangs up on it, even the file
    of an answer without a body (304). What is 200 and of unknown length is sent as it comes.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told.extend((status, *(name.lower() for name, _ in headers)))
            return start_response(status, headers, *more)

        parts = app(environ, start)
        if told[0].startswith("200") and "content-length" not in told:
            return parts
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which an application answers while the block runs."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium; the set-up of the tests installs it."""
    program = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    assert program is not None, "no Chromium: `make setup-test` installs it"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            yield running
        finally:
            running.close()
