"""What does a tus client say in its headers? (tus 1.0, https://tus.io/protocols/resumable-upload)

Pure: text in, plain values out. Names and values are the protocol's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "termination", "checksum", "expiration")
CHECKSUMS = ("sha256", "sha1")
CHUNK_TYPE = "application/offset+octet-stream"

_DIGITS = re.compile(r"[0-9]{1,18}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")  # ASCII without space and comma


class BadHeader(Exception):
    """A header that does not say what the protocol asks for; `header` is its name."""

    def __init__(self, header: str) -> None:
        super().__init__(header)
        self.header = header


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes

    def agrees(self, told: hashlib._Hash) -> bool:
        """Whether the bytes fed to this hash are the ones that were sent."""
        return told.digest() == self.digest


def read_number(value: str | None, header: str) -> int:
    """The bytes told by ``Upload-Length`` or ``Upload-Offset``.

    Raises:
        BadHeader: there is none, or it is no number.
    """
    if value is None or not _DIGITS.fullmatch(value):
        raise BadHeader(header)
    return int(value)


def read_metadata(value: str | None) -> dict[str, str]:
    """The pairs of ``Upload-Metadata``: keys, and their values out of base64.

    Raises:
        BadHeader: a key twice, or a value that is no base64 of UTF-8.
    """
    told: dict[str, str] = {}
    for pair in (value or "").split(","):
        key, _, encoded = pair.strip().partition(" ")
        if not key and not encoded:
            continue
        if key in told or not _KEY.fullmatch(key):
            raise BadHeader("Upload-Metadata")
        told[key] = _decoded(encoded, "Upload-Metadata")
    return told


def write_metadata(told: Mapping[str, str]) -> str:
    """``Upload-Metadata`` of these values."""
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
    )


def read_checksum(value: str | None) -> Checksum | None:
    """``Upload-Checksum``, if it was sent.

    Raises:
        BadHeader: an algorithm that we do not have, or no base64 of a digest of its length.
    """
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadHeader("Upload-Checksum") from error
    if algorithm not in CHECKSUMS or len(digest) != hashlib.new(algorithm).digest_size:
        raise BadHeader("Upload-Checksum")
    return Checksum(algorithm, digest)


def read_sha256(value: str | None) -> str | None:
    """The whole file's sha-256 as a client of ours tells it among the metadata.

    Raises:
        BadHeader: it is not 64 hexadecimal digits.
    """
    if not value:
        return None
    if not _SHA256.fullmatch(value.lower()):
        raise BadHeader("Upload-Metadata")
    return value.lower()


def _decoded(encoded: str, header: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadHeader(header) from error
