"""Does every door open and close on the next request, by a changed date and by the calendar?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import Client

from archive.branches import Branch, BranchAddressRange
from archive.rights import Facts, Level
from tests.pipeline.canaries import read_canaries, readings
from tests.pipeline.closed_library import WHEN_CLOSED, Clock, give_rights, workshop_on
from tests.pipeline.crawl import Address, fetch
from tests.pipeline.inventory import Book, portal_of, take_inventory
from tests.pipeline.pictures import drawn_on
from tests.sample_home import CLOSED_BOOK, SAMPLES, settings_for
from web.app import create_app
from workers.workshop import Workshop

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
ENDED = Facts(IN_COPYRIGHT, Level.EVERYBODY, date(2024, 12, 31))
EXTENDED = replace(ENDED, until=date(2030, 12, 31))

CANARIES = read_canaries(SAMPLES.parent / "canaries.yaml")
DRAWN, PRINTED = CANARIES.drawn[0], CANARIES.printed[0]


@dataclass(frozen=True)
class Desk:
    """A running portal, a clock, and the rights officer's side of the same library."""

    app: Flask
    clock: Clock
    workshop: Workshop
    book: Book

    def refused(self, **how: Any) -> set[str]:
        """The doors that stay shut; each of the others must show what it holds."""
        client = self.app.test_client()
        return {door for door in DOORS if not is_open(client, door, self.book, **how)}


@pytest.fixture
def desk(own_sample_books: Path) -> Iterator[Desk]:
    clock = Clock(WHEN_CLOSED)
    app = create_app(settings_for(own_sample_books), now=clock)
    workshop = workshop_on(own_sample_books, clock)
    yield Desk(app, clock, workshop, take_inventory(app).called(CLOSED_BOOK))
    workshop.storage.close()
    portal_of(app).storage.close()


# Each kind of door by an address of it; {p} is the first page.
DOORS = {
    "reader": "/works/{w}/pages/{p}",
    "text page": "/works/{w}/pages/{p}/text",
    "tile": "/iiif/image/3/{i}/0,0,1024,1024/max/0/default.jpg",
    "image": "/iiif/image/3/{i}/full/max/0/default.jpg",
    "thumbnail": "/thumbnails/{t}.jpg",
    "pdf": "/works/{w}/pdf",
    "small pdf": "/works/{w}/pdf-small",
    "whole text": "/works/{w}/text.txt",
    "plain text": "/pages/{p}/text.txt",
    "hocr": "/pages/{p}/hocr",
    "alto": "/pages/{p}/alto",
    "lines": "/iiif/annotations/{p}/lines.json",
    "manifest": "/iiif/presentation/3/{w}/manifest.json",
    "item": "/works/{w}",
    "search": f"/search?q={PRINTED}",
    "suggestion": f"/suggest?q={PRINTED[:-2]}",
    "search inside 2": f"/iiif/search/2/{{w}}?q={PRINTED}",
    "search inside 1": f"/iiif/search/1/{{w}}?q={PRINTED}",
    "autocomplete 2": f"/iiif/autocomplete/2/{{w}}?q={PRINTED[:-2]}",
    "autocomplete 1": f"/iiif/autocomplete/1/{{w}}?q={PRINTED[:-2]}",
}
EVERY_DOOR = set(DOORS)
PICTURES = {"image", "thumbnail"}
# What only an open door says; of all others it is the printed word itself.
SIGNS = {
    "search": "<mark",
    "search inside 2": "#xywh=",
    "search inside 1": "#xywh=",
    "manifest": "{i}",
    "item": "{t}",
}


def is_open(client: FlaskClient, door: str, book: Book, **how: Any) -> bool:
    """Whether a door shows what it holds."""
    leaf = book.leaves[0]
    names = {"w": book.work, "p": leaf.name, "i": leaf.image, "t": leaf.thumbnail}
    path = DOORS[door].format(**names)
    [answer] = fetch(client, [Address(door, path, scan_width=leaf.width)], **how)
    assert answer.status < 500
    if door == "tile":
        return answer.status == 200
    if door in PICTURES:
        return bool(drawn_on(answer.pictures(), [DRAWN]))
    sign = SIGNS.get(door, PRINTED).format(**names)
    return any(sign in text for text in readings(answer.body))


def test_a_changed_date_opens_and_closes_every_door_at_once(desk: Desk) -> None:
    assert desk.refused() == EVERY_DOOR
    give_rights(desk.workshop, CLOSED_BOOK, EXTENDED)
    assert desk.refused() == set()
    give_rights(desk.workshop, CLOSED_BOOK, ENDED)
    assert desk.refused() == EVERY_DOOR


def test_a_snapshot_that_outlives_a_change_is_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may search what is kept by revision; without it, words of a closed book are offered."""
    monkeypatch.setattr("web.engines.revision", lambda _session: 0)
    give_rights(desk.workshop, CLOSED_BOOK, EXTENDED)
    assert desk.refused() == set()
    give_rights(desk.workshop, CLOSED_BOOK, ENDED)
    assert "suggestion" in EVERY_DOOR - desk.refused()


def test_an_answer_that_outlives_its_request_is_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a cache would do that does not ask again."""
    monkeypatch.setattr(desk.app, "wsgi_app", Remembering(desk.app.wsgi_app))
    give_rights(desk.workshop, CLOSED_BOOK, EXTENDED)
    assert desk.refused() == set()
    give_rights(desk.workshop, CLOSED_BOOK, ENDED)
    assert desk.refused() == set()


class Remembering:
    """A cache before the portal: what it has once seen it answers for ever."""

    def __init__(self, portal: WSGIApplication) -> None:
        self._ask = Client(portal)
        self._kept: dict[str, tuple[str, list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The answer from before; else the portal's, which is kept."""
        asked = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if asked not in self._kept:
            with self._ask.open(environ.copy()) as got:
                self._kept[asked] = (got.status, list(got.headers), got.data)
        status, headers, body = self._kept[asked]
        start(status, headers)
        return [body]


def test_the_calendar_alone_closes_every_door(desk: Desk) -> None:
    """The last day is open to its end, as the library's own calendar counts it."""
    almaty = ZoneInfo("Asia/Almaty")
    desk.clock.moment = datetime(2024, 12, 31, 23, 59, 59, tzinfo=almaty)
    assert desk.clock.moment.astimezone(UTC).date() == date(2024, 12, 31)
    assert desk.refused() == set()
    desk.clock.moment += timedelta(seconds=1)
    # In London it is still the last day.
    assert desk.clock.moment.astimezone(UTC).date() == date(2024, 12, 31)
    assert desk.refused() == EVERY_DOOR


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (ENDED, "ended"),
        (replace(EXTENDED, level=Level.NOBODY), "nobody"),
        (replace(EXTENDED, level=Level.PREMISES), "premises-only"),
        (replace(EXTENDED, statement=None), "no-basis"),
        (replace(EXTENDED, statement="http://rightsstatements.org/vocab/CNE/1.0/"), "no-basis"),
    ],
    ids=["ended", "nobody", "premises", "no statement", "not evaluated"],
)
def test_every_reason_closes_every_door(desk: Desk, facts: Facts, reason: str) -> None:
    give_rights(desk.workshop, CLOSED_BOOK, facts)
    assert desk.refused() == EVERY_DOOR
    image = f"/iiif/image/3/{desk.book.leaves[0].image}/info.json"
    refusal = desk.app.test_client().get(image)
    assert (refusal.status_code, refusal.json) == (403, problem(reason))


def problem(reason: str) -> dict[str, object]:
    return {"type": "about:blank", "title": reason, "status": 403}


# --- on the premises --------------------------------------------------------------

INSIDE, OUTSIDE = "10.16.4.77", "10.17.4.77"


@pytest.fixture
def reading_room(desk: Desk) -> Iterator[Desk]:
    """The book may be read in a branch; the portal has been started since it has a network."""
    with desk.workshop.storage.rows.writing() as session:
        branch = session.scalars(select(Branch).where(Branch.code == "16")).one()
        branch.address_ranges = [
            BranchAddressRange(network="10.16.0.0/16"),
            BranchAddressRange(network="2001:db8:16::/48"),
        ]
    give_rights(desk.workshop, CLOSED_BOOK, replace(EXTENDED, level=Level.PREMISES))
    app = create_app(portal_of(desk.app).settings, now=desk.clock)
    yield replace(desk, app=app)
    portal_of(app).storage.close()


def test_on_the_premises_every_door_is_open(reading_room: Desk) -> None:
    assert reading_room.refused(environ_base={"REMOTE_ADDR": INSIDE}) == set()
    assert reading_room.refused(environ_base={"REMOTE_ADDR": OUTSIDE}) == EVERY_DOOR


@pytest.mark.parametrize("address", ["2001:db8:16::7", INSIDE])
def test_any_network_of_a_branch_is_its_premises(reading_room: Desk, address: str) -> None:
    client = reading_room.app.test_client()
    assert is_open(client, "hocr", reading_room.book, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("address", ["2001:db8:17::7", "127.0.0.1", "::1", "", "nonsense"])
def test_any_other_address_is_not(reading_room: Desk, address: str) -> None:
    client = reading_room.app.test_client()
    assert not is_open(client, "hocr", reading_room.book, environ_base={"REMOTE_ADDR": address})


def test_no_header_moves_a_visitor_into_the_building(reading_room: Desk) -> None:
    headers = dict.fromkeys(CLAIMS, INSIDE) | {"Forwarded": f"for={INSIDE}"}
    outside = {"REMOTE_ADDR": OUTSIDE}
    assert reading_room.refused(environ_base=outside, headers=headers) == EVERY_DOOR


CLAIMS = ("X-Forwarded-For", "X-Real-IP", "Client-IP", "True-Client-IP", "X-Client-IP")


def test_a_visitor_outside_is_told_where_it_can_be_read(reading_room: Desk) -> None:
    client = reading_room.app.test_client()
    outside = {"REMOTE_ADDR": OUTSIDE}
    leaf = reading_room.book.leaves[0]
    refused = client.get(f"/iiif/image/3/{leaf.image}/info.json", environ_base=outside)
    assert refused.json == problem("premises-only")
    path = f"/works/{reading_room.book.work}/pages/{leaf.name}?lang=en"
    page = client.get(path, environ_base=outside)
    assert page.status_code == 403
    assert "Central library, computers in the foyer" in page.text


def test_what_one_visitor_may_see_is_not_kept_for_another(reading_room: Desk) -> None:
    for address, shut in ((OUTSIDE, EVERY_DOOR), (INSIDE, set()), (OUTSIDE, EVERY_DOOR)):
        assert reading_room.refused(environ_base={"REMOTE_ADDR": address}) == shut
