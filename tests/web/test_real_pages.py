"""Every kind of page of the portal over the sample books, in a real browser.

WCAG 2.2 AA by axe-core in three languages, wide and at 320 px (1.4.10 Reflow); no
error in the console, so no breach of the Content-Security-Policy; no request to
another host; nothing left untranslated; reading without JavaScript; and weights.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.web.accessibility import SIGHTS, broken_rules, violations
from tests.web.real_portal import RealPortal, real_portal
from web.language import LANGUAGES

STATIC = Path(__file__).parents[2] / "web" / "static"
KB = 1000
SCREEN = 860
WIDE_READER = 1000  # px; narrower windows show the page's plain image first

BROKEN_IMAGES = """() => [...document.images]
  .filter((image) => image.complete && !image.naturalWidth && image.offsetParent)
  .map((image) => image.src)"""
SAID = """() => {
  const spoken = ["alt", "aria-label", "placeholder", "title"];
  const parts = [...document.querySelectorAll(spoken.map((name) => `[${name}]`).join())];
  const told = parts.flatMap((part) => spoken.map((name) => part.getAttribute(name) || ""));
  return [document.title, document.body.textContent, ...told].join("\\n");
}"""
# Names that are the same in every language: formats, keys, the third language.
SAME_EVERYWHERE = {
    *("English", "IIIF", "PDF", "hOCR", "ALTO", "URL", "MARCXML", "MODS", "Dublin", "Core"),
    *("Home", "End", "Shift", "Esc"),
}
LATIN_WORD = re.compile(r"\b[A-Za-z]{3,}\b")
ADDRESS = re.compile(r"https?://\S+")


@pytest.fixture(scope="module")
def portal(sample_books: Path) -> Iterator[RealPortal]:
    with real_portal(sample_books) as running:
        yield running


class Watched:
    """A page whose console and requests are listened to."""

    def __init__(self, context: BrowserContext, portal: RealPortal) -> None:
        self.portal = portal
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note_request)

    def _note_console(self, said: ConsoleMessage) -> None:
        """The browser reports the status of a refusal or of an absent page as an error."""
        if said.type in {"error", "warning"} and not re.search("status of 40[34]", said.text):
            self.complaints.append(said.text)

    def _note_request(self, request: Request) -> None:
        if request.url.startswith("data:"):
            return
        if urlsplit(request.url).netloc != urlsplit(self.portal.address).netloc:
            self.complaints.append(f"left for {request.url}")

    def open(self, address: str) -> None:
        self.page.goto(self.portal.address + address)
        width = (self.page.viewport_size or {"width": 0})["width"]
        if width > WIDE_READER and self.page.query_selector("#stage"):
            self.page.wait_for_selector(".viewing .lines")

    def take_complaints(self) -> list[str]:
        told, self.complaints = self.complaints, []
        return told


def in_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def unsound(page: Page) -> list[str]:
    return [*violations(page), *page.evaluate(BROKEN_IMAGES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(chromium: Browser, portal: RealPortal, language: str) -> None:
    context = chromium.new_context()
    watched = Watched(context, portal)
    found: dict[str, list[str]] = {}
    for kind, address in portal.kinds().items():
        opening = partial(watched.open, in_language(address, language))
        reading = kind.startswith("reader")
        broken = broken_rules(watched.page, opening, SIGHTS[language], unsound, anew=reading)
        if language != "en":
            broken += untranslated(watched.page, portal.names())
        if complaints := [*broken, *watched.take_complaints()]:
            found[kind] = complaints
    context.close()
    assert not found


def untranslated(page: Page, names: frozenset[str] = frozenset()) -> list[str]:
    """Latin words where there should be none; `names` are the works' own."""
    said = ADDRESS.sub(" ", page.evaluate(SAID))
    return sorted({*LATIN_WORD.findall(said)} - SAME_EVERYWHERE - names)


def test_the_checks_themselves_can_fail(chromium: Browser, portal: RealPortal) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": SCREEN})
    watched = Watched(context, portal)
    watched.open(in_language("/help", "kk"))
    watched.page.evaluate("""() => {
      const image = document.createElement("img");
      image.src = "https://elsewhere.invalid/a.png";
      const style = document.createElement("style");
      style.textContent = "main { width: 900px }";
      document.querySelector("h1").append(image, style, " Untranslated");
    }""")
    watched.page.wait_for_timeout(100)
    told = " ".join(watched.take_complaints())
    assert "img-src" in told
    assert "style-src" in told
    assert "Untranslated" in untranslated(watched.page)
    context.close()


def test_the_kinds_of_page_are_what_they_are_called(portal: RealPortal, chromium: Browser) -> None:
    """A check of a page that is not what its name says would prove nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": SCREEN})
    page = context.new_page()
    marks = {
        "home": ".fragment .marks .now",
        "results": ".hit .line .marks .now",
        "results, facets chosen": ".chip.on + .chip.on",
        "results, found by description": ".hit .tag.warn",
        "results, empty": ".ways",
        "item": "a[href$='/pdf-small'], a[href$='/pdf']",
        "item, closed": "#where .answers",
        "reader with hits": "#inside .hits [aria-current]",
        "reader": "#inside .contents-list",
        "text": "article.text mark",
        "refusal": ".answers",
        "collection": ".works",
        "newspapers": ".works",
        "author": ".works",
    }
    kinds = portal.kinds()
    absent = []
    for kind, mark in marks.items():
        page.goto(portal.address + kinds[kind])
        if page.query_selector(mark) is None:
            absent.append(kind)
    context.close()
    assert not absent


def test_reading_works_without_javascript(chromium: Browser, portal: RealPortal) -> None:
    context = chromium.new_context(
        viewport={"width": 1280, "height": SCREEN}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(portal.address)
    page.fill("form[role=search] input", "көмір")
    page.click("form[role=search] button")
    page.click(".hit h2 a")
    image, box = page.locator("#page-image"), page.locator(".sheet .marks .now").first
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    around, inside = image.bounding_box(), box.bounding_box()
    assert around is not None
    assert inside is not None
    assert around["x"] < inside["x"] < inside["x"] + inside["width"] < around["x"] + around["width"]
    assert inside["height"] > 5
    before = page.url
    page.click("#next-page")
    assert page.url != before
    page.click("#text a[href*='/text']")
    assert page.locator("article.text p").count() > 0
    page.click(".crumbs a")
    address = page.get_attribute("a[href$='/pdf-small']", "href")
    answered = context.request.get(f"{portal.address}{address}")
    assert answered.headers["content-type"] == "application/pdf"
    assert answered.body().startswith(b"%PDF-")
    context.close()


def test_turning_pages_without_javascript_keeps_the_question(
    chromium: Browser, portal: RealPortal
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": SCREEN}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(portal.address + portal.kinds()["reader with hits"])
    page.click("#foldbar a:last-child")
    kept = page.locator(".sheet .marks rect").count()
    context.close()
    assert kept > 0


def test_a_refusal_leads_back_to_the_results_it_came_from(
    chromium: Browser, portal: RealPortal
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": SCREEN})
    page = context.new_page()
    results = portal.address + portal.kinds()["results, found by description"]
    refused = f"{portal.address}/works/{portal.closed}/pages"
    page.goto(refused, referer=results)
    back = page.locator("main .acts a").first.get_attribute("href")
    assert back is not None
    page.goto(portal.address + back)
    assert page.url == results
    for elsewhere in ("https://elsewhere.invalid/search?q=a", f"{portal.address}/works?q=a"):
        page.goto(refused, referer=elsewhere)
        assert page.locator("main .acts a").count() == 1
    context.close()


def test_turning_pages_keeps_the_part_of_the_hit_list(portal: RealPortal) -> None:
    with urlopen(f"{portal.address}{portal.kinds()['reader with hits']}&part=1") as answer:
        links = re.findall(r'<a class="turn[^>]*href="([^"]*)"', answer.read().decode())
    assert links
    assert all("part=1" in link for link in links)


def weight(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))


def scripts(*names: str) -> int:
    return sum(weight((STATIC / f"{name}.js").read_bytes()) for name in names)


def test_pages_are_light(portal: RealPortal) -> None:
    style = weight((STATIC / "sandyq.css").read_bytes())
    heavy = {}
    for kind, address in portal.kinds().items():
        if kind not in {"refusal", "not found"}:  # answered with an error status, and short
            with urlopen(portal.address + address) as answer:
                heavy[kind] = weight(answer.read()) + style
    assert max(heavy.values()) <= 25 * KB


def test_scripts_are_light() -> None:
    everywhere = ("site", "keys", "poll", "fragment", "suggest")
    assert scripts(*everywhere) <= 12 * KB
    assert scripts(*everywhere, "reader", "viewer") <= 25 * KB


@pytest.mark.parametrize("pixels", [2, 3])
def test_the_page_image_is_light_on_a_phone(
    chromium: Browser, portal: RealPortal, pixels: int
) -> None:
    """Measured on a grainy page, which is the heaviest of the book."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=pixels, is_mobile=True
    )
    page = context.new_page()
    sizes: list[int] = []
    page.on(
        "response",
        lambda answer: sizes.append(len(answer.body())) if "/iiif/image/" in answer.url else None,
    )
    page.goto(portal.address + portal.kinds()["reader with hits"])
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(sizes) == 1
    assert sizes[0] <= 110 * KB


@pytest.mark.parametrize("width", [390, 1280])
def test_the_home_page_brings_its_fragment_once(
    chromium: Browser, portal: RealPortal, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    brought: list[int] = []
    page.on(
        "response",
        lambda answer: brought.append(len(answer.body())) if "/iiif/image/" in answer.url else None,
    )
    page.goto(portal.address)
    page.wait_for_load_state("networkidle")
    context.close()
    assert len(brought) == 1
    assert brought[0] <= (20 if width == 390 else 70) * KB


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_in_another_language_say_so(
    chromium: Browser, portal: RealPortal, language: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": SCREEN})
    page = context.new_page()
    page.goto(portal.address + in_language(portal.kinds()["item, newspaper"], language))
    spoken = page.get_attribute("h1", "lang"), page.get_attribute("html", "lang")
    context.close()
    assert spoken == ("ru", language)
