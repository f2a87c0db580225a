"""Is the real server as careful as the application? gunicorn has beliefs of its own."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from storage.settings import Settings
from web.cli.serving import portal_process


@pytest.fixture
def served(settings: Settings) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = replace(settings, port=port, processes=1, trusted_proxies="")
    with portal_process(own):
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(f"{address}/help", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the portal is silent")


@pytest.mark.parametrize("claim", ["X-Forwarded-Proto", "X-Forwarded-Ssl", "X-Forwarded-Protocol"])
def test_this_machine_is_no_trusted_proxy(served: str, claim: str) -> None:
    asked = Request(f"{served}/sign-in", headers={claim: "on" if "Ssl" in claim else "https"})
    with urlopen(asked, timeout=30) as answer:
        cookies = str(answer.headers.get_all("Set-Cookie"))
    assert "forms=" in cookies
    assert "Secure" not in cookies
    assert "__Host-" not in cookies
