"""Are the settings read as they are documented, and is nonsense refused by name?"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from storage.errors import Refused
from storage.opening import open_storage
from storage.search import SearchSchema
from storage.settings import PREFIX, Settings


def read(**given: str) -> Settings:
    return Settings.from_environment({PREFIX + name: value for name, value in given.items()})


class TestReading:
    def test_nothing_given_needs_no_server(self) -> None:
        settings = Settings.from_environment({"PATH": "/bin", "HOME": "/root"})
        assert settings == Settings()
        assert settings.database_url == f"sqlite:///{Path('var/sandyq.sqlite').absolute()}"
        assert settings.blobs_url == f"file://{Path('var/blobs').absolute()}"
        assert settings.search_url == f"tantivy://{Path('var/index').absolute()}"
        assert settings.broker == "filesystem://"
        assert settings.public_url == "http://127.0.0.1:8000"

    def test_everything_follows_home(self, tmp_path: Path) -> None:
        settings = read(HOME=str(tmp_path))
        places = (settings.database_url, settings.blobs_url, settings.search_url)
        assert all(str(tmp_path) in place for place in places)
        assert settings.queue_folder == tmp_path / "queue"

    @pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
    def test_each_setting_can_be_given(self, field: object) -> None:
        name = field.name  # type: ignore[attr-defined]
        default = getattr(Settings(), name)
        given = "77" if isinstance(default, int) else "given"
        value = getattr(read(**{name.upper(): given}), name)
        assert str(value) == given
        assert value != default
        wanted = Path if "Path" in str(field.type) else type(default)  # type: ignore[attr-defined]
        assert isinstance(value, wanted)

    def test_an_empty_value_is_not_given(self) -> None:
        assert read(PORT="", DATABASE="") == Settings()

    def test_an_address_has_no_slash_at_its_end(self) -> None:
        assert read(BASE_URL="https://archive.example/").public_url == "https://archive.example"

    def test_settings_are_frozen(self) -> None:
        with pytest.raises(FrozenInstanceError):
            Settings().port = 1  # type: ignore[misc]


class TestRefusing:
    def test_a_misspelt_name(self) -> None:
        with pytest.raises(Refused, match="unknown-setting") as told:
            read(BASEURL="http://a")
        assert told.value.values == {"name": "SANDYQ_BASEURL"}

    @pytest.mark.parametrize("value", ["many", "0", "-1", "1.5", "8 000"])
    def test_what_is_no_number(self, value: str) -> None:
        with pytest.raises(Refused, match="bad-setting") as told:
            read(PORT=value)
        assert told.value.values == {"name": "SANDYQ_PORT", "value": value}

    @pytest.mark.parametrize("value", ["Almaty", "../../etc/passwd", "/etc/localtime"])
    def test_a_zone_that_is_none(self, value: str) -> None:
        with pytest.raises(Refused, match="bad-setting"):
            _ = read(TIME_ZONE=value).zone

    def test_the_default_zone_is_known(self) -> None:
        assert str(Settings().zone) == "Asia/Almaty"

    @pytest.mark.parametrize("name", ["BLOBS", "SEARCH"])
    def test_an_engine_that_nobody_answers_to(self, tmp_path: Path, name: str) -> None:
        settings = read(HOME=str(tmp_path), **{name: "ftp://somewhere/else"})
        with pytest.raises(Refused, match="unknown-engine"):
            open_storage(settings, SearchSchema("1"))

    def test_a_place_with_a_blank_and_letters_of_ours(self, tmp_path: Path) -> None:
        folder = tmp_path / "сандық 1"
        storage = open_storage(read(HOME=str(folder)), SearchSchema("1"))
        key = storage.blobs.put([b"bytes"])
        storage.close()
        with storage.blobs.path(key) as path:
            assert path.is_relative_to(folder / "blobs")
