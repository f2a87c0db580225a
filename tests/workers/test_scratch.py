"""What killed processes left in the scratch folder goes, whoever else is at work there."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import PosixPath
from typing import Self

import pytest

from workers.sweeping import clear_scratch


class Busy(PosixPath):
    """A folder of which a worker takes a file away just after it was listed."""

    def iterdir(self) -> Generator[Self, None, None]:
        yield self / "taken away"
        yield from super().iterdir()


@pytest.mark.parametrize("of", [PosixPath, Busy])
def test_what_is_old_goes_and_what_is_new_stays(of: type[PosixPath], tmp_path: PosixPath) -> None:
    for name, changed in (("old", 100), ("old folder", 100), ("new", 300)):
        entry = tmp_path / name
        entry.mkdir() if "folder" in name else entry.touch()
        os.utime(entry, (changed, changed))
    clear_scratch(of(tmp_path), before=200)
    assert [entry.name for entry in tmp_path.iterdir()] == ["new"]
