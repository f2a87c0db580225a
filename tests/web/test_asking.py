"""What a visitor sees of a question: the form that writes it, and what was made of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

from archive.vocabulary import add_words
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import OPEN, described, digitized, index_page, index_work, shown
from web.app import create_app
from web.portal import Portal


@pytest.fixture
def client(
    settings: Settings, storage: Storage, now: datetime, chance: random.Random
) -> Iterator[FlaskClient]:
    """A visitor of a portal with one open book, which was never printed."""
    with storage.rows.writing() as session:
        work = described(session, "Кітап", now=now, chance=chance, rights=OPEN, year=1937)
        index_work(storage.index, work)
        (page,) = digitized(session, work, ["1.jpg"], now=now, chance=chance)
        shown(session, page, now=now)
        index_page(storage.index, work, page, "қаланың")
        add_words(session, work.unit_id, {"қаланың": 5, "қалада": 2})
    app = create_app(settings)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    with closing(portal.storage):
        yield app.test_client()


def said(client: FlaskClient, **asked: str) -> str:
    answer = client.get("/search", query_string={"lang": "en", **asked})
    assert answer.status_code == 200
    return str(html.document_fromstring(answer.text).xpath("string(//main)"))


def test_the_form_leads_to_the_question_that_it_wrote(client: FlaskClient) -> None:
    form = {"words": "көмір", "author": "М.О. Әуезов", "from": "1930", "to": "1940"}
    answer = client.get("/search/form", query_string=form)
    assert answer.status_code == 303
    led = urlsplit(answer.location)
    assert led.path == "/search"
    assert parse_qs(led.query) == {"q": ['көмір author:"М.О. Әуезов" year:1930..1940']}
    assert client.get("/search/form", query_string={"words": " "}).status_code == 200


def test_what_was_not_understood_is_said_and_never_an_error(client: FlaskClient) -> None:
    assert "“year:abc” was not understood as a condition" in said(client, q="кітап year:abc")
    assert "was not understood" not in said(client, q="кітап year:1937")
    assert "this was left out: сөз16" in said(client, q=" ".join(f"сөз{n}" for n in range(17)))
    for odd in ('"', "author:", ":::", "year:..", "-year:1937", "*" * 300, "\x00", 'a"b:«c'):
        said(client, q=odd)


def test_other_forms_are_named_and_can_be_switched_off(client: FlaskClient) -> None:
    text = said(client, q="author:жоқ қалаға")
    assert "Also searched for: қаланың, қалада Show only “author:жоқ қалаға”" in text
    assert "Also searched for" not in said(client, q="author:жоқ қалаға", exact="1")


def test_the_word_that_was_perhaps_meant_is_a_link(client: FlaskClient) -> None:
    answer = client.get("/search", query_string={"lang": "en", "q": "кітабым қаалнынң"})
    page = html.document_fromstring(answer.text)
    links: Any = page.xpath("//p[@class='meant']/a")
    (link,) = links
    assert link.text == "кітабым қаланың"
    assert parse_qs(urlsplit(link.get("href")).query)["q"] == ["кітабым қаланың"]
    assert "Did you mean" not in said(client, q="жоқсөз")
