"""Does `sandyq doctor` find each thing that is wrong, and go on looking at the others?"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.events import EventType, record_event
from archive.migrations import upgrade
from archive.works import Work
from storage.copies import Copy, CopyFolder
from storage.database import open_database
from storage.heartbeat import DUTIES, sign
from storage.opening import Storage
from storage.settings import Settings
from tests.archive.shelf import described
from tests.engines.opensearch import OpenSearchNode
from tests.engines.postgresql_server import OwnServer
from tests.engines.redis import RedisServer
from tests.engines.s3 import ACCESS_KEY, S3Server
from tests.faults.small_disk import fill, small_disk
from tests.sample_home import asked, settings_for
from web.cli.doctor import Look, look_around, looks
from web.cli.engine_looks import clock

Seen = dict[tuple[str, str], dict[str, Any]]


def doctor(settings: Settings) -> Seen:
    """Every line, by what was looked at; the exit code must agree with them."""
    done = asked(settings, "doctor", "--json", check=False)
    told = json.loads(done.stdout)
    assert told["well"] is all(each["well"] for each in told["looks"])
    assert done.returncode == (0 if told["well"] else 3)
    return {(each["look"], each["subject"]): each for each in told["looks"]}


def wrong(settings: Settings) -> dict[str, str]:
    """The reasons of what is wrong, by look."""
    return {
        f"{name} {subject}".strip(): each["reason"]
        for (name, subject), each in doctor(settings).items()
        if not each["well"]
    }


@pytest.fixture
def well(settings: Settings, storage: Storage, tmp_path: Path) -> Settings:  # noqa: ARG001
    """An installation with which everything is well: it works, and was copied today."""
    for duty in DUTIES:
        sign(settings.home, duty).touch()
    copied(tmp_path / "copies", datetime.now().astimezone())
    return replace(settings, copies=tmp_path / "copies")


def copied(folder: Path, at: datetime, *missing: str) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    copies = CopyFolder(folder)
    place = copies.begin(at)
    copies.finish(
        Copy(name=place.name, made_at=at, version="1", rows="rows.sqlite", rows_sha256="",
             names_sha256="", files=1, bytes=1, missing=missing)
    )  # fmt: skip


@contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def test_nothing_is_wrong_where_everything_is_well(well: Settings) -> None:
    assert wrong(well) == {}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "WRONG  Worker: No worker is running."),
        ("ru", "НЕ ТАК      Обработчик: Ни один обработчик не работает."),
        ("kk", "ҚАТЕ    Өңдеуші: Бірде-бір өңдеуші жұмыс істеп тұрған жоқ."),
    ],
)
def test_it_speaks_the_language_of_the_settings(well: Settings, language: str, told: str) -> None:
    sign(well.home, "pages").unlink()
    done = asked(replace(well, language=language), "doctor", check=False)
    assert " ".join(told.split()) in " ".join(done.stdout.split()), done.stdout
    assert done.returncode == 3


def test_one_wrong_engine_hides_no_other(well: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not to be told")
    secret.chmod(0o600)
    with nobody() as port:
        away = replace(
            well,
            database=f"postgresql://sandyq@127.0.0.1:{port}/sandyq",
            blobs="s3://archive",
            s3_endpoint=f"http://127.0.0.1:{port}",
            s3_access_key="sandyq",
            s3_secret_file=secret,
            search=f"opensearch://127.0.0.1:{port}/sandyq",
            broker=f"redis://127.0.0.1:{port}/0",
        )
        began = time.monotonic()
        found = wrong(away)
        assert time.monotonic() - began < 20
        said = asked(away, "doctor", check=False).stdout
    assert found == {
        "rows": "database-down",
        "bytes": "storage-unavailable",
        "index": "index-unavailable",
        "queue": "queue-unavailable",
    }
    assert "Start the database, and compare SANDYQ_DATABASE." in said
    assert "not to be told" not in said


def test_real_engines_are_well_until_each_is_stopped(
    well: Settings,
    s3: S3Server,
    own_postgresql: OwnServer,
    redis_server: RedisServer,
    own_opensearch: OpenSearchNode,
) -> None:
    url = f"{own_postgresql.address}postgres"
    rows = open_database(url)
    upgrade(rows)
    rows.close()
    with own_opensearch.own_index() as search:
        served = replace(
            well, database=url, search=search, broker=redis_server.url,
            blobs=f"s3://{s3.new_bucket()}", s3_endpoint=s3.endpoint,
            s3_access_key=ACCESS_KEY, s3_secret_file=s3.secret_file,
        )  # fmt: skip
        s3.secret_file.chmod(0o600)
        assert wrong(served) == {}
        redis_server.hang()
        own_postgresql.kill()
        own_opensearch.kill()
        assert wrong(served) == {
            "rows": "database-down",
            "index": "index-unavailable",
            "queue": "queue-unavailable",
        }
        own_opensearch.start()


def test_an_engine_that_hangs_is_told_in_time_and_a_defect_of_ours_too() -> None:
    def hanging() -> str:
        time.sleep(60)
        return "too late"

    def broken() -> str:
        raise ZeroDivisionError

    wanted = [Look("a", "", hanging), Look("b", "", broken),
              Look("c", "", lambda: "here")]  # fmt: skip
    began = time.monotonic()
    seen = look_around(wanted, seconds=0.3)
    assert time.monotonic() - began < 5
    assert [each.failure.reason if each.failure else each.found for each in seen] == [
        "no-answer", "unexpected", "here",
    ]  # fmt: skip


def test_language_data_that_is_not_there_is_named_with_its_package(
    well: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "tessdata"
    models.mkdir()
    shown = doctor(well)
    for name in ("kaz", "rus", "Cyrillic", "Latin"):
        (models / f"{name}.traineddata").symlink_to(shown["language", name]["found"])
    monkeypatch.setenv("TESSDATA_PREFIX", str(models))
    seen = doctor(well)
    assert seen["language", "uig"]["reason"] == "missing-language"
    assert "tesseract-ocr-uig" in seen["language", "uig"]["told"]
    assert [key for key, each in seen.items() if not each["well"]] == [("language", "uig")]


def test_without_tesseract_its_package_is_named(
    well: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = doctor(well)["tesseract", ""]
    assert (found["reason"], "tesseract-ocr" in found["told"]) == ("missing-tesseract", True)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_secret_that_others_may_read_is_named(well: Settings, tmp_path: Path, mode: int) -> None:
    secret = tmp_path / "token"
    secret.write_text("x")
    secret.chmod(mode)
    told = replace(well, metrics_token_file=secret)
    assert wrong(told) == {f"secret {secret}": "open-secret"}
    secret.chmod(0o640)
    assert wrong(told) == {}
    secret.unlink()
    assert wrong(told) == {f"secret {secret}": "unreadable-file"}


def test_a_disk_that_is_full_is_told(well: Settings, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 60_000_000) as disk:
        copies = disk / "copies"
        shutil.copytree(well.copies or Path(), copies)
        copies.chmod(0o700)
        here = replace(well, copies=copies)
        assert wrong(here) == {"disk SANDYQ_COPIES": "little-room"}
        fill(disk)
        assert wrong(here) == {"disk SANDYQ_COPIES": "scratch-full"}


def test_a_wrong_home_is_named_and_nothing_is_made_there(tmp_path: Path) -> None:
    away = tmp_path / "misspelt"
    found = wrong(settings_for(away, database=""))
    assert found["rows"] == found["queue"] == "no-rows-yet"
    assert found["disk SANDYQ_HOME"] == "folder-missing"
    assert not (away / "sandyq.sqlite").exists()


@pytest.mark.parametrize(
    ("age", "missing", "reason"),
    [(3, (), "copy-old"), (1, ("ab12",), "copy-not-whole"), (1, (), None)],
)
def test_the_newest_copy_decides(
    well: Settings, tmp_path: Path, age: int, missing: tuple[str, ...], reason: str | None
) -> None:
    folder = tmp_path / "other"
    copied(folder, datetime.now().astimezone() - timedelta(days=age), *missing)
    found = wrong(replace(well, copies=folder))
    assert found == ({} if reason is None else {"copy": reason})


def test_without_copies_it_says_so(well: Settings, tmp_path: Path) -> None:
    assert wrong(replace(well, copies=None)) == {"copy": "no-copy-folder"}
    away = wrong(replace(well, copies=tmp_path / "away"))
    assert away["copy"] == "copy-folder-missing"


@pytest.mark.every_database
def test_a_clock_that_was_set_back_or_differs_is_told(
    settings: Settings, storage: Storage, now: datetime, chance: random.Random
) -> None:
    with storage.rows.writing() as session:
        work: Work = described(session, "Көмір", now=now, chance=chance)
        real = datetime.now().astimezone()
        record_event(session, EventType.CREATION, work, at=real, agent="test")
    assert clock(settings, real + timedelta(seconds=1))
    for wrong_by in (timedelta(minutes=-5), timedelta(minutes=5)):
        is_told = wrong_by < timedelta() or settings.database != ""
        seen = look_around([Look("clock", "", partial(clock, settings, real + wrong_by))])
        assert (seen[0].failure is not None) is is_told


def test_every_look_has_a_title_that_is_translated(well: Settings) -> None:
    assert all(look.title for look in looks(well, "en"))
    assert os.environ.get("TESSDATA_PREFIX") is None
