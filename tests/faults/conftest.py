"""A library whose workers give up and look again quickly."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.settings import Settings
from tests.sample_home import settings_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty library: lease 5 s, a sweep every second, ten attempts."""
    return settings_for(
        tmp_path / "var",
        lease_seconds=5,
        sweep_seconds=1,
        index_wait_seconds=1,
        attempt_cap=10,
        processes=2,
    )
