"""Does `sandyq catalogue` say what it reads, list what is damaged, and double nothing?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from storage.settings import Settings
from tests.data.catalogue_records import generated, marc21_file, rusmarc_file, wrong_length
from tests.sample_home import asked


@pytest.fixture
def file(tmp_path: Path) -> Path:
    damaged = wrong_length(rusmarc_file(generated(1, first=90)))
    made = tmp_path / "rabis.mrc"
    made.write_bytes(rusmarc_file(generated(3)) + damaged + rusmarc_file(generated(3, first=4)))
    return made


def run(settings: Settings, *words: str | Path) -> tuple[int, Any]:
    ended = asked(settings, "catalogue", *words, "--json", check=False)
    return ended.returncode, json.loads(ended.stdout)


def test_dry_then_wet_then_again(settings: Settings, file: Path) -> None:
    code, tried = run(settings, file, "--dry-run")
    assert (code, tried["records"], tried["damaged"]) == (3, 7, 1)
    code, told = run(settings, file)
    assert (code, told["added"], told["encoding"], told["format"]) == (3, 6, "kz1048", "unimarc")
    refused = [each for each in told["troubles"] if each["refused"]]
    assert [(each["number"], each["reason"]) for each in refused] == [(4, "truncated-record")]
    code, again = run(settings, file)
    assert (code, again["added"], again["unchanged"]) == (3, 0, 6)


def test_marc21(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "nlrk.mrc"
    file.write_bytes(marc21_file(generated(3)))
    code, told = run(settings, file, "--source", "nlrk")
    assert (code, told["added"], told["encoding"], told["format"]) == (0, 3, "utf-8", "marc21")


def test_no_records_are_a_misuse(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("just words")
    assert asked(settings, "catalogue", file, check=False).returncode == 2
    assert asked(settings, "catalogue", tmp_path / "nowhere", check=False).returncode == 2
