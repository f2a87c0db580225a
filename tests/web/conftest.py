"""The browser of the tests of pages: one for each module, since two cannot run at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browsing import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Headless Chromium; each test makes its own context."""
    with browser() as running:
        yield running
