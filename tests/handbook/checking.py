"""The pictures of the desk of pages: a thick book, some of whose pages are faulty."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageFilter
from sqlalchemy import select

from archive.representations import Page
from tests.handbook.studio import WIDTH, Camera, Studio
from tests.sample_home import SAMPLES
from tests.web.thick_book import OPERATOR, Pictures, ThickBook, thick_book

NAMES = (
    "pages-books", "pages-grid", "pages-blurred", "pages-missing", "pages-replace",
    "pages-again", "pages-turn", "pages-number", "pages-kind", "pages-move", "pages-split",
    "pages-out",
)  # fmt: skip
SHEET = (840, 1220)
SKEWED, BLURRED, CUT, TWIN, BLANK, SPREAD = 178, 180, 187, 189, 190, 196
PAGES, PLAIN = 212, 12
GRID_HEIGHT, PANEL_HEIGHT = 1000, 1600  # px: rows of the grid, and a panel without a scrollbar
REASONS = {"kk": "Екі рет сканерленген", "ru": "Отсканирована дважды"}
SKEW = 2.6  # degrees, as the facts of the thick book say
READY = "#grid[data-ready]"


def walk(studio: Studio, home: Path) -> None:
    with thick_book(home, PAGES, _pictures()) as book:
        _make_spread(book)
        with studio.window(book.address, OPERATOR) as camera:
            _grid(camera, book)
            _panels(camera, book)
            _out(camera, book, REASONS[studio.language])


def _pictures() -> Pictures:
    """Twelve pages of a sample, and each fault as it looks."""
    plain = [_sheet(number) for number in range(3, 3 + PLAIN)]
    spread = Image.new("RGB", (2 * SHEET[0], SHEET[1]))
    for side in (0, 1):
        spread.paste(plain[side], (side * SHEET[0], 0))
    paper = plain[0].getpixel((20, 600))
    faults = {
        SKEWED: plain[2].rotate(SKEW, fillcolor=paper),
        BLURRED: plain[4].filter(ImageFilter.GaussianBlur(5)),
        CUT: plain[6].crop((0, 0, SHEET[0] - 120, SHEET[1])).resize(SHEET),
        TWIN: plain[(TWIN - 1) % PLAIN],
        BLANK: Image.new("RGB", SHEET, paper),
        SPREAD: spread,
    }
    numbers = {place: PLAIN + number for number, place in enumerate(faults)}
    return Pictures([*plain, *faults.values()], lambda place: numbers.get(place, place % PLAIN))


def _sheet(number: int) -> Image.Image:
    return Image.open(SAMPLES / "komirli-olke" / f"{number:04}.jpg").convert("RGB").resize(SHEET)


def _make_spread(book: ThickBook) -> None:
    with book.portal.storage.rows.writing() as session:
        page = session.scalars(select(Page).where(Page.name == book.pages[SPREAD - 1])).one()
        page.width = 2 * SHEET[0]
        page.facts = {**(page.facts or {}), "gutter": 0.5}


def _grid(camera: Camera, book: ThickBook) -> None:
    camera.page.set_viewport_size({"width": WIDTH, "height": GRID_HEIGHT})
    camera.page.goto("/desk/pages")
    camera.take("pages-books", until=".books")
    camera.page.goto(f"/desk/pages/{book.work}")
    camera.page.wait_for_selector(READY)
    camera.take("pages-grid")


def _panels(camera: Camera, book: ThickBook) -> None:
    camera.page.set_viewport_size({"width": WIDTH, "height": PANEL_HEIGHT})
    for name, key, opened in (
        ("pages-blurred", f"p{BLURRED:05}", ""),
        ("pages-replace", f"p{BLURRED:05}", "file-replace"),
        ("pages-again", f"p{BLURRED:05}", "reject-reason"),
        ("pages-turn", f"p{SKEWED:05}", ""),
        ("pages-number", "p00005", "one-label"),
        ("pages-kind", "p00001", "kind"),
        ("pages-move", f"p{TWIN:05}", "move-place"),
        ("pages-split", f"p{SPREAD:05}", "gutter"),
    ):
        _panel(camera, book, key, opened)
        camera.take(name, of="#panel")
    camera.page.set_viewport_size({"width": WIDTH, "height": GRID_HEIGHT})
    camera.page.goto(f"/desk/pages/{book.work}")
    camera.page.click("#grid .gap")
    camera.page.wait_for_selector("#panel #file-insert")
    camera.take("pages-missing")


def _panel(camera: Camera, book: ThickBook, key: str, opened: str) -> None:
    """The page beside the grid; of what can be done with it the form with this field is open."""
    camera.page.goto(f"/desk/pages/{book.work}?page={key}")
    camera.page.wait_for_selector(READY)
    for each in camera.page.query_selector_all("#panel details[open] summary"):
        each.click()
    if opened:
        camera.page.click(f"#panel details:has(#{opened}) summary")


def _out(camera: Camera, book: ThickBook, reason: str) -> None:
    """A page is taken out of the book; it stays in a list below the grid."""
    _panel(camera, book, f"p{TWIN:05}", "withdraw-reason")
    camera.page.fill("#withdraw-reason", reason)
    camera.page.click("#panel details:has(#withdraw-reason) button")
    saved = camera.page.get_attribute("#grid", "data-saved")
    camera.page.locator("#said", has_text=saved).wait_for()
    camera.page.goto(f"/desk/pages/{book.work}")
    camera.page.wait_for_selector(".taken-out")
    camera.take("pages-out", of=".taken-out")
