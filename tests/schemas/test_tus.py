"""Are a tus client's headers read as the protocol says, and is nonsense refused by name?"""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tus import (
    BadHeader,
    read_checksum,
    read_metadata,
    read_number,
    read_sha256,
    write_metadata,
)


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


class TestNumbers:
    @pytest.mark.parametrize(("value", "number"), [("0", 0), ("100", 100), ("007", 7)])
    def test_a_number(self, value: str, number: int) -> None:
        assert read_number(value, "Upload-Length") == number

    @pytest.mark.parametrize("value", [None, "", "-1", "+1", "1.5", "0x10", "1 ", "²", "9" * 19])
    def test_no_number(self, value: str | None) -> None:
        with pytest.raises(BadHeader, match="Upload-Offset"):
            read_number(value, "Upload-Offset")


class TestMetadata:
    def test_pairs(self) -> None:
        name = encoded("бет 1.tif".encode())
        told = read_metadata(f"filename {name},is_confidential, sha256 {encoded(b'ab')}")
        assert told == {"filename": "бет 1.tif", "is_confidential": "", "sha256": "ab"}

    @pytest.mark.parametrize("value", [None, "", " ", ","])
    def test_none(self, value: str | None) -> None:
        assert read_metadata(value) == {}

    @pytest.mark.parametrize(
        "value",
        ["filename ё", "filename a===", "a YQ==,a YQ==", f"a {encoded(bytes([255]))}", "қ YQ=="],
    )
    def test_nonsense(self, value: str) -> None:
        with pytest.raises(BadHeader, match="Upload-Metadata"):
            read_metadata(value)

    @given(st.dictionaries(st.sampled_from(["a", "filename", "x-y"]), st.text(max_size=40)))
    def test_what_is_written_is_read(self, told: dict[str, str]) -> None:
        assert read_metadata(write_metadata(told)) == told


class TestChecksum:
    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    def test_it_tells_the_bytes(self, algorithm: str) -> None:
        digest = hashlib.new(algorithm, b"page")
        checksum = read_checksum(f"{algorithm} {encoded(digest.digest())}")
        assert checksum is not None
        assert checksum.agrees(hashlib.new(algorithm, b"page"))
        assert not checksum.agrees(hashlib.new(algorithm, b"pagf"))

    def test_none(self) -> None:
        assert read_checksum(None) is None

    @pytest.mark.parametrize(
        "value", ["", "sha1", "md5 " + encoded(bytes(16)), "sha1 ***", "sha256 " + encoded(b"ab")]
    )
    def test_nonsense(self, value: str) -> None:
        with pytest.raises(BadHeader, match="Upload-Checksum"):
            read_checksum(value)


def test_the_whole_files_digest() -> None:
    digest = hashlib.sha256(b"").hexdigest()
    assert read_sha256(digest.upper()) == digest
    assert read_sha256("") is None
    with pytest.raises(BadHeader):
        read_sha256("0" * 63)
