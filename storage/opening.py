"""The one place where settings become engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.blobs import Blobs, FileBlobs
from storage.database import Database, open_database
from storage.errors import Refused
from storage.opensearch_address import SCHEMES, Address
from storage.search import SearchIndex, SearchSchema
from storage.settings import Settings
from storage.tantivy_index import TantivyIndex


@dataclass(frozen=True, slots=True)
class Storage:
    """Rows, bytes and terms of one library.

    `private` holds papers that no public door may reach: signed agreements. It is a store of
    its own (a folder, or a prefix of the bucket), so that no key of a public address can ever
    name one of them.
    """

    rows: Database
    blobs: Blobs
    index: SearchIndex
    private: Blobs

    def close(self) -> None:
        """Give back the connections."""
        self.rows.close()
        self.index.close()


def open_storage(settings: Settings, search_schema: SearchSchema) -> Storage:
    """Open the engines that the settings name.

    Raises:
        Refused: ``unknown-engine`` for a URL that no engine answers to, or
            ``bad-setting`` for a file that cannot be read.
    """
    blobs, private = open_blobs(settings)
    return Storage(
        rows=open_database(
            settings.database_url, settings.database_password_file, settings.database_ca_file
        ),
        blobs=blobs,
        index=open_index(settings, search_schema),
        private=private,
    )


def open_index(settings: Settings, schema: SearchSchema) -> SearchIndex:
    """Open the search engine that the settings name; it is not asked for anything yet.

    Raises:
        Refused: as `open_storage`.
    """
    if urlsplit(settings.search_url).scheme not in SCHEMES:
        return TantivyIndex(_local_folder(settings.search_url, "tantivy"), schema)
    # Its client takes longer to import than all of ours: only who uses it waits for it.
    from storage.opensearch_client import connect  # noqa: PLC0415
    from storage.opensearch_index import OpenSearchIndex  # noqa: PLC0415

    address = Address.from_url(settings.search_url)
    client = connect(
        address, password=settings.search_password, authorities=settings.search_ca_file
    )
    return OpenSearchIndex(client, address, schema)


def open_blobs(settings: Settings) -> tuple[Blobs, Blobs]:
    """Open the public and the private store of bytes.

    Raises:
        Refused: as `open_storage`.
    """
    if urlsplit(settings.blobs_url).scheme != "s3":
        folder = _local_folder(settings.blobs_url, "file")
        return FileBlobs(folder), FileBlobs(settings.private_folder)
    # Imported here: boto3 takes a third of a second, which only those pay who use it.
    from storage.s3_opening import open_s3_blobs  # noqa: PLC0415

    return open_s3_blobs(settings)


def _local_folder(url: str, scheme: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != scheme:
        raise Refused("unknown-engine", url=url)
    return Path(unquote(parts.path))
