"""How long until a thick book's grid is painted, and until a page has moved in it?

Chromium with its processor slowed four times, 1,200 pages: the first paint beside that
of a bare static page as long as the grid's own HTML, in turns in the same run; and the
time from the key to the moved tile, and to the server's word. The static page says what
browser, server and machine cost by themselves.

    python -m tests.benchmarks.bench_page_grid
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from flask import Flask, Response
from playwright.sync_api import Browser

from tests.web.browsing import browser, served
from tests.web.test_page_grid import FIRST_PAINT, SLOWER, measured
from tests.web.thick_book import ThickBook, thick_book

ROUNDS = 5


def bare_page(length: int) -> Flask:
    """An application with one page of this many bytes, and nothing else to load."""
    app = Flask("bare")
    line = "<p>Қарағанды көмір бассейні</p>\n"
    body = "<!doctype html><title>x</title>" + line * (length // len(line.encode()))
    app.add_url_rule("/", view_func=lambda: Response(body), endpoint="page")
    return app


def first_paint(chromium: Browser, address: str) -> float:
    """ms until something of the page is painted, with the slowed processor."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    found = float(page.evaluate(FIRST_PAINT))
    context.close()
    return found


def length_of(chromium: Browser, book: ThickBook) -> int:
    context = book.context(chromium)
    found = len(context.request.get(f"{book.address}/desk/pages/{book.work}").body())
    context.close()
    return found


def main() -> None:
    """Print the medians and the ratio."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as chromium,
        thick_book(Path(folder) / "var") as book,
        served(bare_page(length_of(chromium, book))) as bare,
    ):
        rows = [(first_paint(chromium, bare), *measured(chromium, book)) for _ in range(ROUNDS)]
    bare_paint, paint, shown, confirmed = (
        statistics.median(each) for each in zip(*rows, strict=True)
    )
    sys.stdout.write(
        f"first paint {paint:.0f} ms, {paint / bare_paint:.1f} times a bare page of the same "
        f"size ({bare_paint:.0f} ms)\nreorder shown after {shown:.0f} ms, "
        f"saved after {confirmed:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
