"""What does one bucket of an S3 service do for us?

Writing is conditional (``If-None-Match: *``), so that of many who write one name exactly
one does, and each transfer carries its sha-256, so that the service itself refuses bytes
that were damaged on the way.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.blobs import PIECE_BYTES
from storage.s3_service import (
    BEYOND_THE_END,
    NO_UPLOAD,
    THERE_ALREADY,
    Accepting,
    S3Service,
    answering,
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An upload in parts that nobody has completed."""

    name: str
    upload: str
    begun: datetime


class Bucket:
    """The objects of one bucket; `page` names are asked for at a time."""

    def __init__(self, service: S3Service, bucket: str, *, page: int = 1000) -> None:
        self._service = service
        self._bucket = bucket
        self._page = page

    def put(self, name: str, content: bytes, sha256: bytes) -> None:
        """Write an object that is there whole or not at all; one that is there stays.

        Raises:
            Transient: ``storage-full`` or ``storage-unavailable``.
        """
        with answering(name), Accepting(THERE_ALREADY):
            self._service.writer.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=content,
                ChecksumSHA256=_base64(sha256),
                IfNoneMatch="*",
            )

    def begin(self, name: str) -> str:
        """Begin an upload in parts; nothing can be seen of it until it is completed."""
        with answering(name):
            begun = self._service.writer.create_multipart_upload(
                Bucket=self._bucket, Key=name, ChecksumAlgorithm="SHA256"
            )
        return str(begun["UploadId"])

    def put_part(self, name: str, upload: str, number: int, content: bytes) -> dict[str, Any]:
        """Send one part, counted from 1; what is given back completes the upload."""
        with answering(name):
            sent = self._service.writer.upload_part(
                Bucket=self._bucket,
                Key=name,
                UploadId=upload,
                PartNumber=number,
                Body=content,
                ChecksumAlgorithm="SHA256",
            )
        part = {"PartNumber": number, "ETag": sent["ETag"]}
        return part | {k: sent[k] for k in ("ChecksumSHA256",) if k in sent}

    def complete(self, name: str, upload: str, parts: Sequence[dict[str, Any]]) -> bool:
        """Make the parts one object; False when one is there already, which stays as it is."""
        with answering(name), Accepting(THERE_ALREADY):
            self._service.writer.complete_multipart_upload(
                Bucket=self._bucket,
                Key=name,
                UploadId=upload,
                MultipartUpload={"Parts": list(parts)},
                IfNoneMatch="*",
            )
            return True
        return False

    def abort(self, name: str, upload: str) -> None:
        """Throw away what was sent of an upload; nothing to do when it has ended."""
        with answering(name), Accepting(NO_UPLOAD):
            self._service.reader.abort_multipart_upload(
                Bucket=self._bucket, Key=name, UploadId=upload
            )

    def stream(self, name: str) -> Iterator[bytes]:
        """An object's bytes, piece by piece.

        Raises:
            Broken: ``missing-blob``.
            Transient: ``storage-unavailable``.
        """
        with answering(name):
            answer = self._service.reader.get_object(Bucket=self._bucket, Key=name)
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(PIECE_BYTES)

    def read(self, name: str) -> bytes:
        """All bytes at once; fails as `stream` does."""
        with answering(name):
            return self._get(name)

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes, at least one, from `offset`."""
        with answering(name), Accepting(BEYOND_THE_END):
            return self._get(name, Range=f"bytes={offset}-{offset + length - 1}")
        return b""

    def _get(self, name: str, **more: str) -> bytes:
        answer = self._service.reader.get_object(Bucket=self._bucket, Key=name, **more)
        with closing(answer["Body"]) as body:
            return bytes(body.read())

    def size(self, name: str) -> int:
        """Size in bytes; Broken ``missing-blob``."""
        with answering(name):
            found = self._service.reader.head_object(Bucket=self._bucket, Key=name)
        return int(found["ContentLength"])

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins so."""
        with answering(prefix):
            for page in self._pages("list_objects_v2", prefix):
                for found in page.get("Contents", ()):
                    yield str(found["Key"])

    def unfinished(self, prefix: str) -> Iterator[Unfinished]:
        """Uploads in parts, of such names, that have not ended."""
        with answering(prefix):
            for page in self._pages("list_multipart_uploads", prefix):
                for each in page.get("Uploads", ()):
                    yield Unfinished(each["Key"], each["UploadId"], each["Initiated"])

    def _pages(self, question: str, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._service.reader.get_paginator(question)
        limit = {"PageSize": self._page}
        yield from pages.paginate(Bucket=self._bucket, Prefix=prefix, PaginationConfig=limit)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
