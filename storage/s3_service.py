"""How is an S3 service reached, and what does each of its answers mean to us?

Every answer becomes a value or one of our three families of failure. boto3 is known here,
its errors here and nowhere else. The API: https://docs.aws.amazon.com/AmazonS3/latest/API/
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
    SSLError,
)
from botocore.exceptions import ConnectionError as NoConnection

from storage.errors import Broken, Failure, Refused, Transient

# A request of the portal waits for half a minute at the worst; one that is refused a
# connection is told at once.
CONNECT_SECONDS = 3
READ_SECONDS = 10
WRITE_SECONDS = 60
ATTEMPTS = 2
CONNECTIONS = 32

BEYOND_THE_END = frozenset({"InvalidRange"})
NO_UPLOAD = frozenset({"NoSuchUpload"})
THERE_ALREADY = frozenset({"PreconditionFailed"})

_NO_ANSWER = (NoConnection, HTTPClientError, IncompleteReadError)
_FULL = {"InsufficientStorage", "QuotaExceeded", "QuotaExceededException", "XMinioStorageFull"}
_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body, so no word of its own
# Which setting is wrong when the service says this to the first question.
_SETTINGS = {
    "AccessDenied": "S3_ACCESS_KEY",
    "AuthorizationHeaderMalformed": "S3_REGION",
    "InvalidAccessKeyId": "S3_ACCESS_KEY",
    "InvalidBucketName": "BLOBS",
    "NoSuchBucket": "BLOBS",
    "PermanentRedirect": "S3_REGION",
    "SignatureDoesNotMatch": "S3_SECRET_FILE",
}


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the service is and who we are there; no endpoint means Amazon's own."""

    endpoint: str
    region: str
    access_key: str
    secret: str = field(repr=False)
    authorities: Path | None = None
    """Certificates that are believed; None means the usual ones."""


class S3Service:
    """Our connections to one service. May be used by many threads, and after a fork."""

    def __init__(self, account: S3Account) -> None:
        self.account = account
        self._opened: tuple[int, tuple[Any, Any]] | None = None

    @property
    def reader(self) -> Any:  # noqa: ANN401  (boto3 makes its classes when it runs)
        """The client that waits for an answer only as long as a reader does."""
        return self._clients[0]

    @property
    def writer(self) -> Any:  # noqa: ANN401
        """The client that waits until large parts have been put together."""
        return self._clients[1]

    @property
    def _clients(self) -> tuple[Any, Any]:
        """The clients of this very process: a connection must not cross a fork."""
        if self._opened is None or self._opened[0] != os.getpid():
            session = boto3.session.Session()
            waits = (READ_SECONDS, WRITE_SECONDS)
            first, second = (_open_client(session, self.account, seconds) for seconds in waits)
            self._opened = (os.getpid(), (first, second))
        return self._opened[1]

    def check(self, bucket: str, prefix: str) -> None:
        """Ask the service whether it lets us in.

        Raises:
            Refused: ``bad-setting``, or ``storage-refuses`` with the `name` of the setting and
                the service's `code`, or ``storage-untrusted``.
            Transient: ``storage-unavailable``.
        """
        try:
            with answering(""):
                self.reader.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        except ParamValidationError as error:
            raise Refused("bad-setting", name="SANDYQ_BLOBS", value=bucket) from error
        except Transient as failure:
            if failure.reason == "storage-untrusted":
                raise Refused(failure.reason, **failure.values) from failure
            code = str(failure.values.get("code"))
            if code in _SETTINGS:
                name = f"SANDYQ_{_SETTINGS[code]}"
                raise Refused("storage-refuses", name=name, code=code) from failure
            raise


def failure_of(code: str, status: int, name: str) -> Failure:
    """What an answer of the service means; `code` is its word, `status` that of HTTP.

    A refused key is no defect of what is stored and no fault of the page that is worked on:
    somebody mends it, and the work goes on.
    """
    if code in _FULL or status == 507:  # RFC 4918 section 11.5
        return Transient("storage-full")
    if code in _ABSENT:
        return Broken("missing-blob", key=name.rpartition("/")[2])
    return Transient("storage-unavailable", code=code)


@contextmanager
def answering(name: str) -> Iterator[None]:
    """Says what went wrong in our words; `name` is the object that was asked for."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise failure_of(_code(error), status, name) from error
    except SSLError as error:
        name = "SANDYQ_S3_CA_FILE"
        raise Transient("storage-untrusted", name=name, detail=str(error)) from error
    except _NO_ANSWER as error:
        raise Transient("storage-unavailable", code=type(error).__name__) from error


class Accepting:
    """These answers are no failure to whoever asked."""

    def __init__(self, codes: frozenset[str]) -> None:
        self._codes = codes

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, ClientError) and _code(error) in self._codes


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _open_client(session: boto3.session.Session, account: S3Account, seconds: int) -> Any:  # noqa: ANN401
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        s3={"addressing_style": "path"} if account.endpoint else {},
        # We send sha-256 ourselves, and know what we read by its name.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        return session.client(
            "s3",
            endpoint_url=account.endpoint or None,
            region_name=account.region,
            aws_access_key_id=account.access_key,
            aws_secret_access_key=account.secret,
            config=config,
            verify=str(account.authorities) if account.authorities else None,
        )
    except ValueError as error:
        raise Refused("bad-setting", name="SANDYQ_S3_ENDPOINT", value=account.endpoint) from error
