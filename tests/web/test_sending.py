"""Does a station's command send a folder, with a token that an administrator gave it?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.settings import Settings
from tests.sample_home import asked, sandyq, settings_for
from tests.web.upload_desk import UploadDesk, picture, upload_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadDesk]:
    with upload_desk(settings_for(tmp_path_factory.mktemp("home"))) as desk:
        yield desk


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """The station's own settings: it has no library."""
    return settings_for(tmp_path / "station", library=None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "komir"
    place.mkdir()
    for number in (1, 2, 10):
        (place / f"{number}.png").write_bytes(picture(number, 200_000))
    (place / "book.yaml").write_text("title: Көмір\nyear: 1972\nlevel: everybody\n", "utf-8")
    return place


def send(desk: UploadDesk, elsewhere: Settings, folder: Path, *more: str, token: str = "") -> str:
    token = token or desk.token
    told = sandyq(
        elsewhere, "send", folder, "--to", desk.address, "--token", token, *more, check=False
    )
    assert told.returncode in {0, 3}, told.stderr
    return told.stdout + told.stderr


def test_a_folder_becomes_a_book_and_again_nothing(
    desk: UploadDesk, elsewhere: Settings, folder: Path
) -> None:
    assert "“Көмір” is registered" in send(desk, elsewhere, folder)
    assert [name for name, _ in desk.pages()] == ["1.png", "2.png", "10.png"]
    (folder / "3.png").write_bytes(picture(3, 200_000))
    send(desk, elsewhere, folder)
    assert [name for name, _ in desk.pages()] == ["1.png", "2.png", "3.png", "10.png"]
    assert desk.works() == ["Көмір"]
    # The station keeps nothing but digests, and opens no library of its own.
    assert {path.suffix for path in elsewhere.home.rglob("*") if path.is_file()} == {".json"}


def test_what_is_refused_is_told_and_the_rest_goes(
    desk: UploadDesk, elsewhere: Settings, folder: Path
) -> None:
    (folder / "letter.docx").write_bytes(b"PK" * 1000)
    told = send(desk, elsewhere, folder, "--title", "Хатпен")
    assert "letter.docx" in told
    assert "not an image" in told
    assert "Хатпен" in desk.works()


def test_a_token_is_given_listed_and_taken_back(
    desk: UploadDesk, elsewhere: Settings, folder: Path
) -> None:
    here = desk.portal.settings
    secret = asked(here, "token", "add", "--branch", "16", "--label", "foyer").stdout.strip()
    send(desk, elsewhere, folder, "--title", "Кілтпен", token=secret)
    listed = json.loads(asked(here, "token", "list").stdout)
    number = next(each["number"] for each in listed if each["label"] == "foyer")
    assert secret not in json.dumps(listed)
    asked(here, "token", "revoke", str(number))
    told = sandyq(elsewhere, "send", folder, "--to", desk.address, "--token", secret, check=False)
    assert told.returncode == 2
    assert "taken back" in told.stderr
    for wrong in (("add", "--branch", "16"), ("add", "--branch", "99", "--label", "x"),
                  ("revoke", "999")):  # fmt: skip
        assert asked(here, "token", *wrong, check=False).returncode == 2
