"""Every answer says what may be loaded, and the pages live by it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.gallery import make_gallery
from tests.web.samples import SAMPLES
from web.security_headers import HEADERS, install_security_headers

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
LOADED = re.compile(r"""<(?:img|script|link|source)\b[^>]*?\b(?:src|href)="(?P<address>[^"]+)""")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_gallery().test_client()


@pytest.mark.parametrize("path", ["/gallery/home", "/static/now/sandyq.css", "/no-such-page"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)


def test_nothing_unsafe_is_allowed() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'")


def test_a_view_may_say_something_stricter() -> None:
    app = Flask("strict")
    install_security_headers(app)
    app.add_url_rule("/", view_func=lambda: ("", {"Referrer-Policy": "no-referrer"}))
    assert app.test_client().get("/").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", SAMPLES)
def test_no_page_holds_inline_style_or_script(client: FlaskClient, name: str) -> None:
    page = client.get(f"/gallery/{name}").text
    assert not INLINE.findall(page)
    scripts = list(SCRIPT.finditer(page))
    assert scripts
    assert all(
        script["body"] == "" and 'type="module"' in script["attributes"] for script in scripts
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_no_page_loads_anything_from_elsewhere(client: FlaskClient, name: str) -> None:
    addresses = LOADED.findall(client.get(f"/gallery/{name}").text)
    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
