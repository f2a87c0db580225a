"""What is special about bytes in S3: parts, local copies, and a server far away."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from schemas import pyramid
from schemas.pyramid_writing import write_pyramid
from schemas.search_document import SEARCH_SCHEMA
from storage import s3_service
from storage.errors import Broken, Failure, Refused, Transient
from storage.opening import open_storage
from storage.s3_blobs import PART_BYTES, S3Blobs
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from storage.s3_opening import open_s3_blobs
from storage.s3_service import S3Account, S3Service, failure_of
from storage.settings import Settings
from tests.engines.s3 import ACCESS_KEY, SECRET, S3Server
from tests.faults.small_disk import fill, small_disk
from tests.storage.broken_line import Line

MARK = b"these bytes are spoilt on the way"
SPOILT = MARK.replace(b"spoilt", b"spOilt")


def settings_of(s3: S3Server, bucket: str, home: Path, **changes: Any) -> Settings:
    told = Settings(
        home=home,
        blobs=f"s3://{bucket}/archive",
        s3_endpoint=s3.endpoint,
        s3_access_key=ACCESS_KEY,
        s3_secret_file=s3.secret_file,
    )
    return replace(told, **changes)


@pytest.fixture
def settings(s3: S3Server, bucket: str, tmp_path: Path) -> Settings:
    return settings_of(s3, bucket, tmp_path / "var")


@pytest.fixture
def blobs(s3: S3Server, bucket: str, tmp_path: Path) -> S3Blobs:
    return S3Blobs(Bucket(s3.service, bucket), "", LocalCache(tmp_path / "copies", 50_000_000))


@pytest.fixture(scope="module")
def line(s3: S3Server) -> Iterator[Line]:
    line = Line(s3.port)
    yield line
    line.cut()


@pytest.fixture(scope="module")
def far_service(line: Line) -> S3Service:
    return S3Service(S3Account(f"http://127.0.0.1:{line.port}", "us-east-1", ACCESS_KEY, SECRET))


@pytest.fixture
def over_the_line(
    far_service: S3Service, line: Line, bucket: str, tmp_path: Path
) -> Iterator[S3Blobs]:
    yield S3Blobs(Bucket(far_service, bucket), "", LocalCache(tmp_path / "copies", 50_000_000))
    line.sending = line.answering = bytes


@pytest.fixture
def sent(s3: S3Server) -> Iterator[list[str]]:
    """Fills with the method of each request."""
    methods: list[str] = []

    def listen(request: Any, **_: object) -> None:
        methods.append(request.method)

    clients = (s3.service.reader, s3.service.writer)
    for client in clients:
        client.meta.events.register("before-send.s3", listen)
    yield methods
    for client in clients:
        client.meta.events.unregister("before-send.s3", listen)


class TestNames:
    def test_papers_lie_where_no_public_key_leads(
        self, settings: Settings, s3: S3Server, bucket: str
    ) -> None:
        blobs, private = open_s3_blobs(settings)
        key = private.put([b"signed"])
        assert not blobs.holds(key)
        for way in (key, f"../../../private/{key[:2]}/{key[2:4]}/{key}", f"../private/{key}"):
            with pytest.raises(Failure):
                blobs.read(way)
        assert list(blobs.keys()) == []
        (name,) = s3.client.list_objects_v2(Bucket=bucket)["Contents"]
        assert name["Key"] == f"archive/private/{key[:2]}/{key[2:4]}/{key}"

    def test_a_bucket_may_be_ours_alone(self, settings: Settings, bucket: str) -> None:
        blobs, _ = open_s3_blobs(replace(settings, blobs=f"s3://{bucket}"))
        assert blobs.read(blobs.put([b"bytes"])) == b"bytes"


class TestParts:
    def test_a_large_master_goes_in_parts_and_a_small_one_in_one_request(
        self, blobs: S3Blobs, sent: list[str]
    ) -> None:
        blobs.put([bytes(PART_BYTES)])
        assert sent == ["PUT"]
        sent.clear()
        blobs.put([bytes(PART_BYTES), b"and a byte"])
        assert sent == ["HEAD", "POST", "PUT", "PUT", "POST"]
        sent.clear()
        blobs.put([bytes(PART_BYTES), b"and a byte"])
        assert sent == ["HEAD"]

    def test_of_two_who_complete_the_same_the_second_changes_nothing(
        self, s3: S3Server, bucket: str
    ) -> None:
        ours = Bucket(s3.service, bucket)
        begun = []
        for _ in range(2):
            upload = ours.begin("same")
            begun.append((upload, [ours.put_part("same", upload, 1, b"one two")]))
        assert ours.complete("same", *begun[0])
        kept = (s3.data / bucket / "same").stat()
        assert not ours.complete("same", *begun[1])
        again = (s3.data / bucket / "same").stat()
        assert (again.st_ino, again.st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)

    def test_parts_that_break_off_are_not_left_behind(
        self, over_the_line: S3Blobs, line: Line, s3: S3Server, bucket: str
    ) -> None:
        line.sending = lambda piece: piece.replace(MARK, SPOILT)
        with pytest.raises(Transient, match="storage-unavailable"):
            over_the_line.put([bytes(PART_BYTES), MARK])
        assert list(over_the_line.keys()) == []
        assert "Uploads" not in s3.client.list_multipart_uploads(Bucket=bucket)


class TestTheWay:
    def test_the_service_itself_compares_the_digest(self, s3: S3Server, bucket: str) -> None:
        """Without this it would compare by the signature, and only where that covers the bytes."""
        ours = Bucket(s3.service, bucket)
        with pytest.raises(Transient, match="BadDigest"):
            ours.put("name", b"one two", hashlib.sha256(b"others").digest())
        assert list(ours.names("")) == []
        part = ours.put_part("name", ours.begin("name"), 1, b"one two")
        told = base64.b64decode(part["ChecksumSHA256"])
        assert told == hashlib.sha256(b"one two").digest()

    def test_what_was_spoilt_on_the_way_is_not_kept(
        self, over_the_line: S3Blobs, line: Line
    ) -> None:
        line.sending = lambda piece: piece.replace(MARK, SPOILT)
        with pytest.raises(Transient, match="storage-unavailable"):
            over_the_line.put([MARK])
        assert list(over_the_line.keys()) == []
        line.sending = bytes
        assert over_the_line.is_intact(over_the_line.put([MARK]))

    def test_a_copy_that_was_spoilt_on_the_way_is_given_to_nobody(
        self, over_the_line: S3Blobs, line: Line
    ) -> None:
        key = over_the_line.put([MARK])
        line.answering = lambda piece: piece.replace(MARK, SPOILT)
        with pytest.raises(Broken, match="damaged-blob"), over_the_line.path(key):
            pass
        line.answering = bytes
        with over_the_line.path(key) as path:
            assert path.read_bytes() == MARK

    def test_a_server_that_is_down_is_told_soon_and_found_again(
        self, over_the_line: S3Blobs, line: Line
    ) -> None:
        key = over_the_line.put([b"bytes"])
        line.cut()
        began = time.monotonic()
        for ask in (
            lambda: over_the_line.put([b"other"]),
            lambda: over_the_line.read(key),
            lambda: over_the_line.read_range(key, 0, 1),
            lambda: over_the_line.size(key),
            lambda: over_the_line.holds(key),
            lambda: over_the_line.is_intact(key),
            lambda: list(over_the_line.keys()),
            lambda: over_the_line.path(key).__enter__(),
        ):
            with pytest.raises(Transient) as failure:
                ask()
            assert failure.value.reason == "storage-unavailable"
        assert time.monotonic() - began < 20
        line.mend()
        assert over_the_line.read(key) == b"bytes"

    def test_a_server_that_says_nothing_is_not_waited_for_long(
        self, settings: Settings, s3: S3Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(s3_service, "READ_SECONDS", 1)
        line = Line(s3.port)
        far, _ = open_s3_blobs(replace(settings, s3_endpoint=f"http://127.0.0.1:{line.port}"))
        key = far.put([b"bytes"])
        line.is_silent = True
        began = time.monotonic()
        with pytest.raises(Transient, match="storage-unavailable"):
            far.read(key)
        assert time.monotonic() - began < 6
        line.cut()

    def test_a_tile_costs_one_request_and_one_more_for_the_first(
        self, blobs: S3Blobs, sent: list[str]
    ) -> None:
        picture = Image.effect_noise((1500, 1100), 60).convert("RGB")
        key = blobs.put([write_pyramid(picture)])
        sent.clear()

        def read(offset: int, length: int) -> bytes:
            return blobs.read_range(key, offset, length)

        layout = pyramid.read_layout(read)
        assert sent == ["GET"]
        tiles = [pyramid.tile(read, layout, 0, column, row) for column in (0, 2) for row in (0, 2)]
        assert sent == ["GET"] * 5
        assert all(tile.startswith(b"\xff\xd8") for tile in tiles)


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("InsufficientStorage", 507, "storage-full"),
        ("AnyWord", 507, "storage-full"),
        ("QuotaExceeded", 403, "storage-full"),
        ("XMinioStorageFull", 507, "storage-full"),
        ("NoSuchKey", 404, "missing-blob"),
        ("404", 404, "missing-blob"),
        ("NoSuchBucket", 404, "storage-unavailable"),
        ("SlowDown", 503, "storage-unavailable"),
        ("InternalError", 500, "storage-unavailable"),
        ("SignatureDoesNotMatch", 403, "storage-unavailable"),
        ("BadDigest", 400, "storage-unavailable"),
    ],
)
def test_each_answer_means_something(code: str, status: int, told: str) -> None:
    failure = failure_of(code, status, "archive/blobs/00/00/0000")
    assert failure.reason == told
    assert isinstance(failure, Broken if told == "missing-blob" else Transient)


class TestOpening:
    @pytest.mark.parametrize(
        ("changes", "setting"),
        [
            ({"s3_access_key": "somebody"}, "SANDYQ_S3_ACCESS_KEY"),
            ({"s3_secret_file": "wrong"}, "SANDYQ_S3_SECRET_FILE"),
            ({"blobs": "s3://there-is-none/archive"}, "SANDYQ_BLOBS"),
        ],
    )
    def test_a_server_that_does_not_let_us_in_names_the_setting(
        self, settings: Settings, tmp_path: Path, changes: dict[str, Any], setting: str
    ) -> None:
        if "s3_secret_file" in changes:
            changes = {"s3_secret_file": tmp_path / "wrong"}
            changes["s3_secret_file"].write_text("not the secret")
        with pytest.raises(Refused) as told:
            open_storage(replace(settings, **changes), SEARCH_SCHEMA)
        assert told.value.reason == "storage-refuses"
        assert told.value.values["name"] == setting

    @pytest.mark.parametrize(
        ("changes", "setting"),
        [
            ({"s3_access_key": ""}, "SANDYQ_S3_ACCESS_KEY"),
            ({"s3_secret_file": None}, "SANDYQ_S3_SECRET_FILE"),
            ({"s3_secret_file": Path("/nowhere")}, "SANDYQ_S3_SECRET_FILE"),
            ({"s3_endpoint": "no address"}, "SANDYQ_S3_ENDPOINT"),
            ({"blobs": "s3://no bucket"}, "SANDYQ_BLOBS"),
        ],
    )
    def test_what_cannot_be_meant_is_refused_by_name(
        self, settings: Settings, changes: dict[str, Any], setting: str
    ) -> None:
        with pytest.raises(Refused) as told:
            open_storage(replace(settings, **changes), SEARCH_SCHEMA)
        assert (told.value.reason, told.value.values["name"]) == ("bad-setting", setting)

    def test_a_server_that_is_down_is_no_reason_not_to_open(self, settings: Settings) -> None:
        down = replace(settings, s3_endpoint="http://127.0.0.1:9")
        storage = open_storage(down, SEARCH_SCHEMA)
        with pytest.raises(Transient, match="storage-unavailable"):
            storage.blobs.put([b"bytes"])
        assert storage.blobs.free() is None
        storage.close()

    def test_the_secret_is_told_to_nobody(
        self, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            blobs, private = open_s3_blobs(settings)
            blobs.read(blobs.put([b"bytes"]))
            with pytest.raises(Broken) as failure:
                private.read("0" * 64)
            with pytest.raises(Refused) as refused:
                open_s3_blobs(replace(settings, s3_access_key="somebody"))
        assert "archive/blobs" in caplog.text
        account = S3Account("", "", "", SECRET)
        said = [caplog.text, repr(settings), repr(account), repr(vars(S3Service(account)))]
        said += [repr(vars(blobs)), repr(failure.value), repr(refused.value.values)]
        assert not any(SECRET in each for each in said)


class TestCopies:
    def test_a_copy_is_fetched_once(self, blobs: S3Blobs, sent: list[str]) -> None:
        key = blobs.put([b"bytes"])
        sent.clear()
        for _ in range(3):
            with blobs.path(key) as path:
                assert path.read_bytes() == b"bytes"
        assert sent == ["GET"]

    def test_a_full_disk_of_ours_is_told(self, blobs: S3Blobs, tmp_path: Path) -> None:
        key = blobs.put([os.urandom(1 << 20)])
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            blobs._cache = LocalCache(disk / "cache", 1 << 30)
            ballast = fill(disk)
            with pytest.raises(Transient, match="scratch-full"), blobs.path(key):
                pass
            with pytest.raises(Transient, match="scratch-full"):
                blobs.put([bytes(PART_BYTES), b"and a byte"])
            ballast.unlink()
            assert blobs.holds(blobs.put([b"small"]))
