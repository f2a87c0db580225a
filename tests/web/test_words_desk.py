"""A word in, its streams and rules out: for the librarian who asks why it was not found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from archive.duties import Role
from archive.text import analyse_words
from archive.text.kazakh_rules import rules
from storage.settings import Settings
from tests.web.accessibility import (
    NARROW,
    WIDE,
    Sight,
    look_at,
    small_targets,
    violations,
)
from tests.web.browsing import served
from tests.web.people import PASSWORD, Portico, portico
from web.ending_labels import PLACES

WORDS = "/desk/words"
VIEWS: tuple[tuple[str, Sight, dict[str, str]], ...] = (
    ("kk", WIDE, {"word": "қалалардың", "other": "қала", "profile": "kk"}),
    ("ru", NARROW, {"word": "жазбағандардан әкімшілігіндегі", "other": "Алматы"}),
    ("en", Sight(320, dark=True), {}),
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portico]:
    made = portico(Settings(home=tmp_path_factory.mktemp("words") / "var", language="en"))
    made.opened(Role.DIRECTOR)
    yield made
    made.portal.storage.close()


@pytest.fixture(scope="module")
def client(here: Portico) -> FlaskClient:
    return here.signed_in()


def said(client: FlaskClient, **asked: str) -> str:
    """The page's text in English."""
    answer = client.get(WORDS, query_string={"lang": "en", **asked})
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub("<[^>]+>", " ", main)).split())


def test_the_terms_shown_are_those_that_search_compares(client: FlaskClient) -> None:
    term = analyse_words(["Çoldas"], "kk-latn-1929")[0].term
    assert term != analyse_words(["Çoldas"])[0].term
    assert (
        f"As written {term.exact} Kazakh stem {term.kk} Russian stem {term.ru} "
        f"The same in every script {term.skeleton}"
    ) in said(client, word="Çoldas", profile="kk-latn-1929")


def test_the_rules_of_a_noun_and_a_verb_are_told_in_words(client: FlaskClient) -> None:
    shown = said(client, word="кітаптарының жазбаған", profile="kk")
    assert "кітап + тар + ы + ның" in shown
    assert "тар — plural ы — possessive (my, your, its) ның — genitive case" in shown
    assert "жаз + ба + ған ба — negation ған — participle or verbal noun" in shown
    assert "The root stands in the list of known roots." in shown


def test_two_words_are_judged_both_ways(client: FlaskClient) -> None:
    found = said(client, word="қалалардың", other="қалаға")
    assert "Yes: they find each other." in found
    assert "қалаға : equal in Kazakh stem The same in every script" in found
    missed = said(client, word="мектеп", other="қала")
    assert "No: they do not find each other." in missed
    assert "archive/text/kazakh_roots.txt" in missed
    assert "No: they do not find each other." in said(client, word="қала", other="қала мектеп")
    alone = said(client, word="қала")
    assert "find each other" not in alone


def test_every_place_of_an_ending_has_a_name() -> None:
    assert {ending.place for ending in rules().endings} == set(PLACES)


@pytest.mark.parametrize(
    "typed",
    [
        "қ" * 10_000,
        "қалаларымыздағылардан" * 500,
        "а " * 5_000,
        "\x00\x01\x1b[2J\u202e\u200d\ufeff",
        "қа\x00ла\u00adлар",
        "\ud7ff\ue000\uffff\U0010ffff\U0001f600",
        "ﷺ" * 100,
        "'\"><script>&",
        "№ №№ ' -- ×",
        "ا\u0300\u0301" * 30,
    ],
    ids=range(10),
)
def test_nothing_that_can_be_typed_is_an_error(client: FlaskClient, typed: str) -> None:
    for asked in ({"word": typed}, {"word": typed, "other": typed}, {"word": "қ", "other": typed}):
        answer = client.get(WORDS, query_string={**asked, "profile": typed[:50]})
        assert answer.status_code == 200
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", answer.text)
        assert answer.text.count('class="panel seen-word"') <= 40
        assert "қ" * 101 not in answer.text


@pytest.mark.parametrize(
    ("typed", "is_cut"),
    [("қ" * 101, True), ("қ" * 100, False), ("а " * 21, True), ("а " * 20, False)],
    ids=range(4),
)
def test_what_is_not_shown_is_told(client: FlaskClient, typed: str, *, is_cut: bool) -> None:
    assert ("There was more" in said(client, word=typed)) == is_cut


def test_staff_is_led_there_and_a_reader_is_not(here: Portico, client: FlaskClient) -> None:
    reader = here.signed_in(here.opened(Role.READER, "reader").email or "")
    link = f'href="{WORDS}"'
    assert client.get("/desk").text.count(link) == 2  # among the desks, and below every page
    assert link in client.get("/desk/work").text
    assert link not in reader.get("/desk").text


def test_no_rule_of_accessibility_is_broken(chromium: Browser, here: Portico) -> None:
    found: dict[str, list[str]] = {}
    context = chromium.new_context()
    page = context.new_page()
    with served(here.app) as address:
        page.goto(f"{address}/sign-in")
        page.fill("#name", "aigul")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"{address}/desk")
        for language, sight, asked in VIEWS:
            look_at(page, sight)
            page.goto(f"{address}{WORDS}?{urlencode({'lang': language, **asked})}")
            page.wait_for_selector(".seen-word" if asked else ".ask-words")
            if broken := [*violations(page), *small_targets(page)]:
                found[language] = broken
    context.close()
    assert not found
