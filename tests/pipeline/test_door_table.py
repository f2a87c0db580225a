"""Visitors × ways in which a book may stand × every public door, against a table by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.account_keeping import AccountDescription, open_account
from archive.branches import Branch, BranchAddressRange
from archive.duties import Role
from archive.rights import Facts
from archive.uses import Level
from tests.pipeline.closed_library import WHEN_CLOSED, Clock, give_rights, workshop_on
from tests.pipeline.crawl import GUARDED
from tests.pipeline.inventory import Book, portal_of, take_inventory
from tests.pipeline.test_opening import DOORS, EVERY_DOOR, PICTURES, is_open
from tests.quick_passwords import quick_hash
from tests.sample_home import CLOSED_BOOK, copy_of, settings_for
from tests.web.people import PASSWORD, sign_in
from web.app import create_app
from workers.workshop import Workshop

INSIDE = "10.16.4.77"
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
UNDETERMINED = "http://rightsstatements.org/vocab/UND/1.0/"

LEVELS = {
    "nobody": Level.NOBODY,
    "the premises": Level.PREMISES,
    "registered readers": Level.REGISTERED,
    "everybody": Level.EVERYBODY,
}
DAYS = {"yesterday": TODAY - DAY, "today": TODAY, "tomorrow": TODAY + DAY}
GIVEN = re.compile(r"given to (?P<level>.*?)(?: until (?P<day>\w+))?$")
STAFF = tuple(role.value for role in Role if role is not Role.READER)
VISITORS = ("visitor", "inside", "reader", "reader-inside", *STAFF)

FILE = Path(__file__).parent.parent / "data" / "public_doors.yaml"
TABLE: Mapping[str, list[str]] = yaml.safe_load(FILE.read_text("utf-8"))


def facts_of(way: str) -> Facts:
    """The facts that a row of the table names."""
    if way.startswith("nobody has"):
        return Facts()
    if way.startswith("undetermined"):
        return Facts(UNDETERMINED, Level.EVERYBODY)
    given = GIVEN.fullmatch(way)
    assert given is not None, way
    return Facts(IN_COPYRIGHT, LEVELS[given["level"]], DAYS.get(given["day"]))


@dataclass(frozen=True)
class Hall:
    """A portal, the rights officer's side of it, a book, and a browser of every visitor."""

    app: Flask
    workshop: Workshop
    book: Book
    browsers: Mapping[str, FlaskClient]

    def open_doors(self, visitor: str) -> set[str]:
        return {door for door in DOORS if self._is_open(self.browsers[visitor], door)}

    def _is_open(self, client: FlaskClient, door: str) -> bool:
        if door not in PICTURES:
            return is_open(client, door, self.book)
        leaf = self.book.leaves[0]
        path = DOORS[door].format(w=self.book.work, p=leaf.name, i=leaf.image, t=leaf.thumbnail)
        return client.get(path).status_code == 200


@pytest.fixture(scope="module")
def hall(sample_books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    home = copy_of(sample_books, tmp_path_factory.mktemp("hall") / "var")
    clock = Clock(WHEN_CLOSED)
    app = create_app(settings_for(home), now=clock)
    workshop = workshop_on(home, clock)
    _open_accounts(workshop)
    browsers = {visitor: _browser(app, visitor) for visitor in VISITORS}
    yield Hall(app, workshop, take_inventory(app).called(CLOSED_BOOK), browsers)
    workshop.storage.close()
    portal_of(app).storage.close()


def _open_accounts(workshop: Workshop) -> None:
    kept = quick_hash(PASSWORD)
    with workshop.storage.rows.writing() as session:
        branch = session.scalars(select(Branch).where(Branch.code == "16")).one()
        branch.address_ranges = [BranchAddressRange(network="10.16.0.0/16")]
        for role in Role:
            told = AccountDescription(
                role,
                f"Person {role.value}",
                name=role.value,
                email=f"{role.value}@example.org" if role is Role.READER else None,
                branch_id=branch.id,
            )
            open_account(session, told, kept, now=workshop.now(), agent="test")


def _browser(app: Flask, visitor: str) -> FlaskClient:
    client = app.test_client()
    if visitor.endswith("inside"):
        client.environ_base["REMOTE_ADDR"] = INSIDE
    name = visitor.removesuffix("inside").removesuffix("-")
    if name not in {"", "visitor"}:
        who = f"{name}@example.org" if name == Role.READER else name
        assert sign_in(client, who).status_code == 303
    return client


def test_every_guarded_route_has_its_door_here(hall: Hall) -> None:
    leaf = hall.book.leaves[0]
    names = {"w": hall.book.work, "p": leaf.name, "i": leaf.image, "t": leaf.thumbnail}
    routes = hall.app.url_map.bind("")
    reached = {routes.match(path.format(**names).partition("?")[0])[0] for path in DOORS.values()}
    # by_number only leads to the reader; the image's facts are behind the image's own door
    assert GUARDED - reached <= {"reader.by_number", "images.info"}


def test_the_table_names_visitors_that_there_are() -> None:
    assert {visitor for row in TABLE.values() for visitor in row} == set(VISITORS)


@pytest.mark.parametrize("way", TABLE)
def test_the_doors_are_open_to_whom_the_table_says(hall: Hall, way: str) -> None:
    give_rights(hall.workshop, CLOSED_BOOK, facts_of(way))
    opened = {visitor: hall.open_doors(visitor) for visitor in VISITORS}
    expected = {visitor: EVERY_DOOR if visitor in TABLE[way] else set() for visitor in VISITORS}
    assert opened == expected
