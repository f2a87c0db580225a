"""Does the portal start, and is everything but search there, while OpenSearch is away?"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storage.settings import Settings
from web.app import create_app


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of a portal whose search engine does not answer."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"opensearch://127.0.0.1:{nobody.getsockname()[1]}/sandyq"
        yield create_app(replace(settings, search=url)).test_client()


@pytest.mark.parametrize("page", ["/search?q=көмір&lang=en", "/?lang=en"])
def test_search_says_that_it_is_down_and_where_to_go_meanwhile(
    client: FlaskClient, page: str
) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Search is down. The books are open." in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("page", ["/collections", "/authors", "/help"])
def test_browsing_goes_on(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Search is down" not in answer.text
