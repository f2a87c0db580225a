"""Does the board say how the copies are, where copies are to be made?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.duties import Role
from storage.copies import Copy, CopyFolder
from storage.settings import Settings
from tests.web.people import Clock, portico

NOW = Clock().moment


def board(settings: Settings, folder: Path | None) -> str:
    here = portico(replace(settings, copies=folder))
    here.opened(Role.DIRECTOR)
    page: str = here.signed_in().get("/desk/work?lang=en").text
    here.portal.storage.close()
    return page


def copied(folder: Path, days_ago: int, *missing: str) -> None:
    at = NOW - timedelta(days=days_ago)
    copies = CopyFolder(folder)
    place = copies.begin(at)
    copies.finish(
        Copy(name=place.name, made_at=at, version="1", rows="rows.sqlite",
             rows_sha256="", names_sha256="", files=1, bytes=1, missing=missing)
    )  # fmt: skip


def test_without_the_setting_nothing_is_said(settings: Settings) -> None:
    page = board(settings, None)
    assert "Search works." in page
    assert "cop" not in page.replace("scope", "").replace("copyright", "").lower()


def test_a_disk_that_is_away_is_told(settings: Settings, tmp_path: Path) -> None:
    assert "The disk for copies is not connected." in board(settings, tmp_path / "away")


def test_that_there_is_none_yet_is_told(settings: Settings, tmp_path: Path) -> None:
    assert "There is no copy of the archive yet." in board(settings, tmp_path)


@pytest.mark.parametrize(
    ("days", "missing", "told"),
    [
        (1, (), "The archive is copied."),
        (3, (), "No copy has been made for days."),
        (1, ("ab12",), "Files are missing from the last copy."),
    ],
)
def test_the_last_copy_decides(
    settings: Settings, tmp_path: Path, days: int, missing: tuple[str, ...], told: str
) -> None:
    copied(tmp_path, 9, "an older one that lacks something")
    copied(tmp_path, days, *missing)
    page = board(settings, tmp_path)
    assert told in page
    assert "The last copy was made: " in page
