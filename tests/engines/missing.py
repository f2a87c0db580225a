"""What happens to tests whose engine is not here: left out, or failed where none may be."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def engine_missing(reason: str) -> NoReturn:
    """Leave the test out, naming the engine; with ``REQUIRE_ENGINES=1`` it fails."""
    if os.environ.get("REQUIRE_ENGINES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
