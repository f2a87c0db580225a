"""A book of small pages, handed in and waiting for a worker."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from storage.opening import Storage
from storage.settings import Settings
from tests.faults.invariants import Lost, breaches
from tests.faults.small_pages import print_pages
from tests.sample_home import sandyq


def hand_in(settings: Settings, tmp_path: Path, pages: int) -> None:
    """A book of so many small pages, waiting for a worker."""
    print_pages(tmp_path / "pages", pages)
    sandyq(settings, "ingest", tmp_path / "pages", "--title", "Шағын беттер")


def found(storage: Storage, pages: int, lost: Lost = MappingProxyType({})) -> list[str]:
    """What is not as it must be now."""
    return breaches(storage, pages, datetime.now(UTC), lost)
