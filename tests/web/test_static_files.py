"""Style, scripts and type: kept by the browser for good, at addresses that change with them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import request
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests.web.browsing import served
from tests.web.gallery import make_gallery
from web.static_files import FOLDER, KEPT, version_of

ADDRESS = re.compile(r'"(/static/[^"]+)"')
NAMED = re.compile(r"""(?:from|import|url\()\s*["']?(\.?/?[\w./-]+\.(?:js|woff2))""")


@pytest.fixture
def client() -> FlaskClient:
    return make_gallery().test_client()


def _addresses(client: FlaskClient, name: str) -> list[str]:
    return ADDRESS.findall(client.get(f"/gallery/{name}").text)


def test_every_file_that_a_page_names_is_kept_for_good(client: FlaskClient) -> None:
    todo, seen = [a for page in ("home", "reader") for a in _addresses(client, page)], set()
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        with client.get(address) as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, KEPT), address
            assert "Set-Cookie" not in answer.headers
            if address.endswith((".js", ".css")) and "/vendor/" not in address:
                todo += [
                    urljoin(address, named)
                    for named in NAMED.findall(answer.get_data(as_text=True))
                ]
    assert {"reader.js", "viewer.js", "sandyq.css"} <= {a.rpartition("/")[2] for a in seen}
    assert any(address.endswith(".woff2") for address in seen)


def test_a_page_from_before_an_upgrade_gets_the_file_of_now_and_keeps_it_not(
    client: FlaskClient,
) -> None:
    with client.get("/static/of-the-last-version/sandyq.css") as answer:
        assert answer.data == (FOLDER / "sandyq.css").read_bytes()
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["no-such.css", "../app.py", "%2e%2e/app.py"])
def test_what_is_not_there_is_not_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{version_of(FOLDER)}/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


def test_the_version_is_that_of_all_files(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "changed", "renamed")]
    for folder in folders:
        (folder / "fonts").mkdir(parents=True)
        (folder / "fonts" / "golos.woff2").write_bytes(b"type")
    (folders[2] / "fonts" / "golos.woff2").write_bytes(b"typo")
    shutil.move(folders[3] / "fonts" / "golos.woff2", folders[3] / "fonts" / "other.woff2")
    versions = [version_of(folder) for folder in folders]
    assert versions[0] == versions[1]
    assert len({*versions}) == 3


def test_a_second_page_asks_for_none_of_them(chromium: Browser) -> None:
    gallery = make_gallery()
    asked: list[str] = []

    @gallery.before_request
    def _note() -> None:
        asked.append(request.path)

    context = chromium.new_context()
    page = context.new_page()
    with served(gallery) as address:
        page.goto(f"{address}/gallery/home", wait_until="networkidle")
        first = [path for path in asked if path.startswith("/static/")]
        page.goto(f"{address}/gallery/text", wait_until="networkidle")
        second = [path for path in asked if path.startswith("/static/")][len(first) :]
    context.close()
    assert len(first) >= 8
    assert not second
