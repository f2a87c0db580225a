"""Does the portal say that it lives, and which engine keeps it from answering visitors?"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.migrations import upgrade
from storage.database import open_database
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode
from tests.engines.postgresql_server import OwnServer
from tests.engines.s3 import ACCESS_KEY, S3Server
from tests.sample_home import settings_for
from web.app import create_app
from web.portal import Portal
from web.readiness import Readiness


def client_of(settings: Settings) -> FlaskClient:
    """A program that asks a portal whose answers are not kept."""
    app = create_app(settings)
    here = app.extensions["sandyq"]
    assert isinstance(here, Portal)
    here.readiness = Readiness(here.storage, clock=Ticking())
    return app.test_client()


class Ticking:
    """A clock on which an hour passes between two looks."""

    def __init__(self) -> None:
        self.hours = 0

    def __call__(self) -> float:
        self.hours += 1
        return self.hours * 3600.0


def asked(client: FlaskClient) -> tuple[int, list[str]]:
    answer = client.get("/ready")
    told = json.loads(answer.data)
    assert told["ready"] is (answer.status_code == 200)
    return answer.status_code, told["down"]


def test_a_portal_whose_engines_answer_is_ready(settings: Settings) -> None:
    client = client_of(settings)
    assert asked(client) == (200, [])
    assert client.get("/health").text == "ok\n"


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_they_leave_no_cookie_and_no_line(
    settings: Settings, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = create_app(settings).test_client().get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert [each.name for each in caplog.records if each.name.startswith("web")] == []


def test_other_answers_have_their_line(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    create_app(settings).test_client().get("/help")
    assert [each.message for each in caplog.records if each.name == "web.request_lines"] == [
        "answered"
    ]


def test_search_being_down_alone_does_not_turn_visitors_away(
    settings: Settings, own_opensearch: OpenSearchNode
) -> None:
    with own_opensearch.own_index() as url:
        client = client_of(replace(settings, search=url))
        assert asked(client) == (200, [])
        own_opensearch.kill()
        assert asked(client) == (200, ["index"])
        own_opensearch.start()
        assert asked(client) == (200, [])


def test_a_store_of_bytes_that_does_not_answer_is_named(
    settings: Settings, s3: S3Server, tmp_path: Path
) -> None:
    gone = tmp_path / "secret"
    gone.write_text(s3.secret_file.read_text())
    there = replace(settings, blobs=f"s3://{s3.new_bucket()}", s3_endpoint=s3.endpoint,
                    s3_access_key=ACCESS_KEY, s3_secret_file=gone)  # fmt: skip
    assert asked(client_of(there)) == (200, [])
    nobody = replace(there, s3_endpoint="http://127.0.0.1:1")
    assert asked(client_of(nobody)) == (503, ["bytes"])


def test_a_disk_that_is_not_mounted_is_named(own_sample_books: Path) -> None:
    settings = settings_for(own_sample_books)
    client = client_of(settings)
    assert asked(client) == (200, [])
    shutil.move(own_sample_books / "blobs", own_sample_books / "elsewhere")
    (own_sample_books / "blobs").mkdir()
    assert asked(client) == (503, ["bytes"])


@pytest.fixture
def on_a_server(tmp_path: Path, own_postgresql: OwnServer) -> Settings:
    url = f"{own_postgresql.address}postgres"
    rows = open_database(url)
    upgrade(rows)
    rows.close()
    return settings_for(tmp_path / "var", database=url)


def test_rows_that_are_away_or_hang_are_named_in_time_and_nothing_secret_is_said(
    on_a_server: Settings, own_postgresql: OwnServer
) -> None:
    client = client_of(on_a_server)
    assert asked(client) == (200, [])
    main = int((own_postgresql.home / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(main, signal.SIGSTOP)
    try:
        own = children_of(main)
        for each in own:
            os.kill(each, signal.SIGSTOP)
        began = time.monotonic()
        assert asked(client) == (503, ["rows"])
        assert time.monotonic() - began < 5
        assert client.get("/health").status_code == 200
    finally:
        for each in [main, *own]:
            os.kill(each, signal.SIGCONT)
    own_postgresql.kill()
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert json.loads(answer.data) == {"ready": False, "down": ["rows"]}


def children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(each) for each in tasks.split()]


def test_a_thousand_questions_are_one_look(own_sample_books: Path) -> None:
    app = create_app(settings_for(own_sample_books))
    here = app.extensions["sandyq"]
    assert isinstance(here, Portal)
    client = app.test_client()
    here.readiness = Readiness(here.storage, clock=lambda: 5.0)
    assert asked(client) == (200, [])
    (own_sample_books / "blobs").rename(own_sample_books / "elsewhere")
    assert asked(client) == (200, [])
    here.readiness = Readiness(here.storage, clock=Ticking())
    assert asked(client) == (503, ["bytes"])
