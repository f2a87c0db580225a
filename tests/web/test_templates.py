"""What the templates promise in every state: structure, weight, no dead button."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from jinja2 import StrictUndefined
from lxml import html

from tests.web.gallery import WEB, make_gallery
from tests.web.sample_lists import HOME, RESULTS
from tests.web.sample_parts import TOTAL
from tests.web.sample_reading import reader
from tests.web.samples import SAMPLES
from web.addresses import with_query
from web.covers import LINE_LENGTH, MOST_LINES, cover_lines, cover_shade
from web.language import LANGUAGES
from web.pages.parts import Pages
from web.pages.reading import PageImage, strip_window
from web.pages.results import Asked

KILOBYTE = 1024
STYLES = gzip.compress((WEB / "static" / "sandyq.css").read_bytes())


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = make_gallery()
    app.jinja_env.undefined = StrictUndefined
    return app.test_client()


def shown(client: FlaskClient, name: str, language: str = "kk") -> html.HtmlElement:
    answer = client.get(f"/gallery/{name}?lang={language}")
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_skeleton_of_every_page(client: FlaskClient, name: str, language: str) -> None:
    page = shown(client, name, language)
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    assert page.xpath("string(//title)").strip()
    assert page.xpath("//body/a[1]/@href") == ["#main"]
    doubled = [name for name, count in Counter(page.xpath("//@id")).items() if count > 1]
    assert not doubled
    assert all(image.get("width") and image.get("height") for image in page.xpath("//img"))
    assert all(image.get("alt") is not None for image in page.xpath("//img"))


@pytest.mark.parametrize("name", SAMPLES)
def test_anchors_lead_to_something(client: FlaskClient, name: str) -> None:
    page = shown(client, name)
    known = set(page.xpath("//@id"))
    assert {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")} <= known


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_with_its_styles_weighs_less_than_25_kb(client: FlaskClient, name: str) -> None:
    page = gzip.compress(client.get(f"/gallery/{name}?lang=kk").data)
    assert len(page) + len(STYLES) < 25 * KILOBYTE


def test_the_scripts_weigh_what_the_brief_allows() -> None:
    sizes = {
        file.stem: len(gzip.compress(file.read_bytes())) for file in (WEB / "static").glob("*.js")
    }
    everywhere = sum(sizes[name] for name in ("site", "keys", "poll", "suggest", "fragment"))
    assert everywhere < 12 * KILOBYTE
    assert sum(sizes.values()) < 25 * KILOBYTE


def test_old_browsers_understand_the_styles() -> None:
    styles = (WEB / "static" / "sandyq.css").read_text("utf-8")
    assert not re.search(r":has\(|color-mix\(|@layer|@container|\s&", styles)


def test_titles_cannot_bring_markup(client: FlaskClient) -> None:
    answer = client.get("/works/coal/pages/p47", query_string={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


def test_a_closed_work_is_drawn_and_not_shown(client: FlaskClient) -> None:
    for name in ("refusal", "item-closed", "reader-closed"):
        page = shown(client, name)
        assert not page.xpath("//main//img")
        assert not page.xpath("//a[@download]")
        assert not page.xpath("//main//a[contains(@href, '/pages/')]")
    assert shown(client, "refusal").xpath("//svg[contains(@class, 'drawn')]")


def test_a_neutral_refusal_names_nothing(client: FlaskClient) -> None:
    page = client.get("/gallery/refusal-neutral?lang=kk").text
    assert "Оянған өлке" not in page
    assert "Бұл құжат көрсетілмейді" in page


def test_a_refusal_answers_four_questions(client: FlaskClient) -> None:
    page = shown(client, "refusal")
    assert [term.text_content() for term in page.xpath("//dl[@class='answers']//dt")] == [
        "Неліктен", "Қашанға дейін", "Қайда оқуға болады", "Қазір не істей аламын",
    ]  # fmt: skip
    assert "«Оянған өлке» кітабын үйден оқуға болмайды" in page.xpath("string(//h1)")


def test_a_withheld_page_says_until_when(client: FlaskClient) -> None:
    answers = shown(client, "refusal-page").xpath("string(//dl[@class='answers'])")
    assert "2055\u00a0жылғы\u00a031\u00a0желтоқсанға дейін." in answers


def test_a_restricted_result_has_no_extract(client: FlaskClient) -> None:
    cards = shown(client, "results").xpath("//article")
    closed = cards[2]
    assert "Оянған өлке" in closed.text_content()
    assert not closed.xpath(".//mark") + closed.xpath(".//img")
    assert len(cards) == len(RESULTS.found)
    assert all(card.xpath(".//mark") for card in (cards[0], cards[1], cards[4]))


def test_a_result_opens_the_page_at_its_hit(client: FlaskClient) -> None:
    href = shown(client, "results").xpath("//article[1]//h2/a/@href")[0]
    assert href == "/works/coal/pages/p47?q=%D0%BA%D3%A9%D0%BC%D1%96%D1%80&hit=1"


def test_a_facet_and_a_chip_change_one_thing_each(client: FlaskClient) -> None:
    page = shown(client, "results")
    chosen = page.xpath("//aside[@id='refine']//a[@aria-current]/@href")
    q = "q=%D0%BA%D3%A9%D0%BC%D1%96%D1%80"
    assert chosen == [f"/search?{q}"]
    assert f"/search?{q}&language=kk&type=book" in page.xpath("//aside//a/@href")
    assert page.xpath("//a[@class='chip on']/@href") == chosen


def test_search_down_leaves_the_books_open(client: FlaskClient) -> None:
    text = shown(client, "results-down").text_content()
    assert "Іздеу қазір істемей тұр. Кітаптар ашық." in text
    assert "кездеспеді" not in text


def test_home_counts_what_there_is(client: FlaskClient) -> None:
    text = shown(client, "home").text_content()
    assert f"{HOME.documents}\u00a0құжат, 39\u00a0195\u00a0бет." in text


def test_boxes_lie_over_the_image_in_its_own_pixels(client: FlaskClient) -> None:
    page = shown(client, "reader")
    overlay = page.xpath("//div[contains(@class, 'sheet')]//svg[@class='marks']")[0]
    # html.fromstring lowers the attribute's case; browsers do not.
    assert overlay.get("viewbox") == "0 0 1100 1600"
    assert len(overlay.xpath(".//rect")) == 3
    assert len(overlay.xpath(".//rect[@class='now']")) == 1


def test_prepared_pages_are_counted(client: FlaskClient) -> None:
    page = shown(client, "item-progress")
    assert "Дайын бет: 5, барлығы 12" in page.text_content()
    assert page.xpath("//progress/@value") == ["5"]
    assert page.xpath("//@data-poll") == ["/gallery/item-progress"]


@pytest.mark.parametrize(
    ("number", "total", "window"),
    [
        (1, 12, (1, 12)),
        (47, TOTAL, (40, 79)),
        (TOTAL, TOTAL, (173, TOTAL)),
        (1, 1, (1, 1)),
        (5, 41, (1, 40)),
    ],
)
def test_the_strip_holds_forty_pages_around_the_current(
    number: int, total: int, window: tuple[int, int]
) -> None:
    numbers = strip_window(number, total)
    assert (numbers[0], numbers[-1]) == window
    assert number in numbers


def test_links_of_the_reader_keep_what_was_chosen() -> None:
    page = replace(reader(show_text=False), part=2)
    q = "q=%D0%BA%D3%A9%D0%BC%D1%96%D1%80"
    assert page.href("p9", hit=3) == f"/works/coal/pages/p9?{q}&part=2&text=0&hit=3"
    assert reader(q="").href("p9") == "/works/coal/pages/p9"


def test_images_are_never_asked_larger_than_they_are() -> None:
    assert [size.width for size in PageImage("/s", 900, 1200).sizes()] == [480, 620, 800]
    assert [size.width for size in PageImage("/s", 300, 400).sizes()] == [300]
    small = PageImage("/s", 3000, 4000, save_data=True).sizes()
    assert small[-1].href == "/s/full/620,827/0/default.jpg"


@pytest.mark.parametrize(
    ("current", "last", "shown_numbers"),
    [
        (1, 1, (1,)),
        (3, 20, (1, 2, 3, 4, None, 20)),
        (10, 20, (1, None, 9, 10, 11, None, 20)),
        (4, 5, (1, 2, 3, 4, 5)),
    ],
)
def test_long_lists_offer_ends_and_neighbours(
    current: int, last: int, shown_numbers: tuple[int | None, ...]
) -> None:
    assert Pages(current, last).shown() == shown_numbers


def test_an_address_is_read_with_patience() -> None:
    asked = Asked.from_arguments(
        {
            "q": "  көмір   бассейні ",
            "from": "1960",
            "to": "x",
            "sort": "price",
            "page": "-3",
            "exact": "1",
        }
    )
    assert asked == Asked(q="көмір бассейні", first_year=1960, exact=True)
    assert Asked.from_arguments({"page": "²"}).page == 1


def test_an_address_holds_the_whole_question_and_comes_back() -> None:
    asked = Asked("а б", "kk", "book", 1960, 1969, "coal", "premises", "-year", exact=True, page=2)
    href = asked.href(page=3)
    assert href == (
        "/search?q=%D0%B0+%D0%B1&language=kk&type=book&from=1960&to=1969&collection=coal"
        "&access=premises&sort=-year&exact=1&page=3"
    )
    assert asked.href(language="").count("page=") == 0
    assert with_query("/search") == "/search"


def test_covers_hold_any_title() -> None:
    assert cover_lines("Оянған өлке") == ("Оянған өлке",)
    long = cover_lines("Орталықтандырылған кітапханалар жүйесінің жылдық есебі мен тарихы туралы")
    assert len(long) == MOST_LINES
    assert all(len(line) <= LINE_LENGTH for line in long)
    assert cover_shade("Оянған өлке") == cover_shade("Оянған өлке")
    assert len({cover_shade(str(n)) for n in range(50)}) == 5
