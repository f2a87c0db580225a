"""What the tests of `archive` share: rows that are being written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from storage.opening import Storage


@pytest.fixture
def session(storage: Storage) -> Iterator[Session]:
    with storage.rows.writing() as opened:
        yield opened
