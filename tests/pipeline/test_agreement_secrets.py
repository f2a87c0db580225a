"""Does anything of an agreement's personal data leave its desk?"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive.events import Event
from tests.pipeline.agreement_desk import PAPER, number_of, officer_of, two_heirs
from tests.pipeline.canaries import Secrets
from tests.pipeline.closed_library import WHEN_CLOSED, portal_on
from tests.pipeline.crawl import addresses, fetch, leaks
from tests.pipeline.inventory import portal_of, take_inventory
from tests.sample_home import CLOSED_BOOK

# A made-up word in every personal field.
CANARIES = {
    "party-0-name": "Zhylqyshabov",
    "party-0-contact": "quxovratel",
    "party-0-stands_for": "Vraxobelq",
    "party-1-name": "Druqhevasul",
    "party-1-contact": "plomvexari",
    "money": "novtraquel",
    "currency": "xuvrelant",
    "note": "gralvotexi",
}


@pytest.fixture
def app(own_sample_books: Path) -> Iterator[Flask]:
    app = portal_on(own_sample_books, WHEN_CLOSED)
    yield app
    portal_of(app).storage.close()


def test_no_public_answer_event_or_log_tells_of_a_person(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    inventory = take_inventory(app)
    closed = inventory.called(CLOSED_BOOK)
    first, second = officer_of(app, "first"), officer_of(app, "second")
    paper = PAPER + b" belqorvatix"
    number = number_of(first.draft(two_heirs(closed.work, **CANARIES), do="submit", paper=paper))
    assert second.deed(number, "confirm").status_code == 303
    assert first.deed(number, "suspend", reason="qelvorabix").status_code == 303
    assert first.deed(number, "resume").status_code == 303

    secrets = Secrets([*CANARIES.values(), "belqorvatix", "qelvorabix"])
    at_desk = first.client.get(f"/desk/agreements/{number}").text.casefold()
    assert set(CANARIES.values()) <= {
        each for each in CANARIES.values() if each.casefold() in at_desk
    }
    answers = list(fetch(app.test_client(), addresses(app, inventory, closely=closed)))
    assert leaks(answers, secrets) == []
    assert secrets.told_in(caplog.text.casefold().splitlines()) == frozenset()
    with portal_of(app).storage.rows.reading() as session:
        told = [str(event.detail).casefold() for event in session.scalars(select(Event))]
    assert secrets.told_in(told) == frozenset()
