"""Does a book whose bytes lie in S3 come in, get read, and wait when S3 is away?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from archive.ledger import PageStep, StepState
from archive.representations import Page
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from storage.settings import Settings
from tests.engines.s3 import ACCESS_KEY, S3Server
from tests.faults.small_pages import print_pages
from tests.sample_home import SAMPLES, sandyq, settings_for
from tests.storage.broken_line import Line
from web.app import create_app
from web.portal import portal
from web.showing import image_id, thumbnail
from web.system_words import system_facts
from workers.app import tasks_of
from workers.queue import open_queue
from workers.workshop import Workshop, utc_now


def in_s3(s3: S3Server, home: Path, port: int) -> Settings:
    return settings_for(
        home,
        blobs=f"s3://{s3.new_bucket()}/archive",
        s3_endpoint=f"http://127.0.0.1:{port}",
        s3_access_key=ACCESS_KEY,
        s3_secret_file=s3.secret_file,
    )


@pytest.fixture(scope="module")
def line(s3: S3Server) -> Iterator[Line]:
    line = Line(s3.port)
    yield line
    line.cut()


@dataclass(frozen=True)
class Newspaper:
    """The sample newspaper, its bytes in S3."""

    settings: Settings
    app: Flask
    work: str
    page: str
    image: str
    thumbnail: str

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()


@pytest.fixture(scope="module")
def newspaper(s3: S3Server, line: Line, tmp_path_factory: pytest.TempPathFactory) -> Newspaper:
    settings = in_s3(s3, tmp_path_factory.mktemp("library") / "var", line.port)
    told = sandyq(settings, "ingest", SAMPLES / "industrialnaya-karaganda", "--wait", "--json")
    (answer,) = json.loads(told.stdout)
    storage = open_storage(settings, SEARCH_SCHEMA)
    with storage.rows.reading() as session:
        page = session.scalars(select(Page).order_by(Page.sequence)).first()
        assert page is not None
        shown = thumbnail(page)
        assert shown is not None
        names = page.name, image_id(page), shown.href
    storage.close()
    return Newspaper(settings, create_app(settings), answer["work"], *names)


def test_every_byte_of_the_book_is_in_s3_and_none_beside_it(newspaper: Newspaper) -> None:
    storage = open_storage(newspaper.settings, SEARCH_SCHEMA)
    keys = list(storage.blobs.keys())
    assert len(keys) > 2 * 6
    assert all(storage.blobs.is_intact(key) for key in keys)
    assert list(storage.private.keys()) == []
    storage.close()
    assert not (newspaper.settings.home / "blobs").exists()


def test_tiles_text_and_pdf_are_read_through_the_portal(newspaper: Newspaper) -> None:
    client = newspaper.client
    tile = client.get(f"/iiif/image/3/{newspaper.image}/0,0,512,512/512,512/0/default.jpg")
    assert tile.status_code == 200
    assert Image.open(BytesIO(tile.data)).size == (512, 512)
    assert client.get(newspaper.thumbnail).status_code == 200
    assert "КАРАГАНДА" in client.get(f"/pages/{newspaper.page}/text.txt").text.upper()
    assert "шахт" in client.get(f"/works/{newspaper.work}/text.txt").text.lower()
    assert client.get("/search?q=шахтёр").status_code == 200
    whole = client.get(f"/works/{newspaper.work}/pdf")
    assert whole.content_length == len(whole.data)
    with pikepdf.open(BytesIO(whole.data)) as pdf:
        assert len(pdf.pages) == 2
    part = client.get(f"/works/{newspaper.work}/pdf", headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.data) == (206, whole.data[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(whole.data)}"


def test_the_portal_says_so_while_s3_is_away(newspaper: Newspaper, line: Line) -> None:
    client = newspaper.client
    tile = f"/iiif/image/3/{newspaper.image}/512,0,512,512/512,512/0/default.jpg"
    needing = [
        tile,
        newspaper.thumbnail,
        f"/pages/{newspaper.page}/text.txt",
        f"/works/{newspaper.work}/pdf",
        f"/works/{newspaper.work}/text.txt",
    ]
    line.cut()
    try:
        for address in needing:
            answer = client.get(address)
            assert (address, answer.status_code) == (address, 503)
            assert answer.headers["Retry-After"] == "10"
        for address in ("/", f"/works/{newspaper.work}", "/newspapers"):
            assert client.get(address).status_code == 200
        # A portal that is started meanwhile answers as well.
        assert create_app(newspaper.settings).test_client().get("/").status_code == 200
    finally:
        line.mend()
    assert [client.get(address).status_code for address in needing] == [200] * len(needing)


def test_the_desk_does_not_guess_how_much_room_is_left(newspaper: Newspaper) -> None:
    with newspaper.app.test_request_context("/?lang=en"), portal().reading() as session:
        told = [fact.fact for fact in system_facts(session)]
    assert any("store on another server" in fact for fact in told), told


def test_a_step_waits_while_s3_is_away_and_is_then_done(
    s3: S3Server, line: Line, tmp_path: Path
) -> None:
    """What waits is no attempt: with a cap of one it would be set aside at once."""
    settings = replace(in_s3(s3, tmp_path / "var", line.port), attempt_cap=1)
    print_pages(tmp_path / "scans", 1)
    sandyq(settings, "ingest", tmp_path / "scans", "--title", "S3")
    late = timedelta()
    workshop = Workshop(settings, open_queue(settings), lambda: utc_now() + late)

    def step() -> PageStep:
        with workshop.storage.rows.reading() as session:
            return session.scalars(select(PageStep).where(PageStep.step == "characterise")).one()

    line.cut()
    try:
        for _ in range(2):
            tasks_of(["pages"])["characterise"](workshop, step().id)
            assert (step().state, step().attempts) == (StepState.PENDING, 0)
            assert (step().error or {})["reason"] == "storage-unavailable"
            late += workshop.rules.lease
    finally:
        line.mend()
    tasks_of(["pages"])["characterise"](workshop, step().id)
    assert (step().state, step().attempts) == (StepState.DONE, 1)
    workshop.storage.close()
