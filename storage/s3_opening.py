"""How do settings become two stores of bytes in one bucket?

`PREFIX/blobs/` and `PREFIX/private/`: whatever key is asked for, the name of a public one
begins with the first, so it cannot name a signed paper.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.errors import Refused, Transient
from storage.s3_blobs import S3Blobs
from storage.s3_bucket import Bucket
from storage.s3_cache import LocalCache
from storage.s3_service import S3Account, S3Service
from storage.settings import PREFIX, Settings
from storage.tls import check_authorities

log = logging.getLogger(__name__)


def open_s3_blobs(settings: Settings) -> tuple[S3Blobs, S3Blobs]:
    """The public and the private store. A service that is down is no reason not to open.

    Raises:
        Refused: ``bad-setting``, or ``storage-refuses`` with the setting that is wrong.
    """
    parts = urlsplit(settings.blobs_url)
    service = S3Service(_account(settings))
    bucket = Bucket(service, parts.netloc)
    folder = unquote(parts.path).strip("/")
    prefix = f"{folder}/" if folder else ""
    try:
        service.check(parts.netloc, prefix)
    except Transient as failure:
        log.warning("the store of bytes does not answer: %s", failure)
    room = settings.cache_mb * 1_000_000
    return (
        S3Blobs(bucket, f"{prefix}blobs/", LocalCache(settings.cache_folder / "blobs", room)),
        S3Blobs(bucket, f"{prefix}private/", LocalCache(settings.cache_folder / "private", room)),
    )


def _account(settings: Settings) -> S3Account:
    if not settings.s3_access_key:
        raise Refused("bad-setting", name=f"{PREFIX}S3_ACCESS_KEY", value="")
    file = settings.s3_secret_file or Path()
    try:
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad-setting", name=f"{PREFIX}S3_SECRET_FILE", value=str(file)) from error
    authorities = settings.s3_ca_file
    if authorities is not None:
        check_authorities("S3_CA_FILE", authorities)
    return S3Account(
        settings.s3_endpoint, settings.s3_region, settings.s3_access_key, secret, authorities
    )
