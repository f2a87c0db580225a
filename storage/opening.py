"""The one place where settings become engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.blobs import Blobs, FileBlobs
from storage.database import Database, open_database
from storage.errors import Refused
from storage.search import SearchIndex, SearchSchema
from storage.settings import Settings
from storage.tantivy_index import TantivyIndex


@dataclass(frozen=True, slots=True)
class Storage:
    """Rows, bytes and terms of one library.

    `private` holds papers that no public door may reach: signed agreements. It is a store of
    its own, so that no key of a public address can ever name one of them.
    """

    rows: Database
    blobs: Blobs
    index: SearchIndex
    private: Blobs

    def close(self) -> None:
        """Give back the connections."""
        self.rows.close()


def open_storage(settings: Settings, search_schema: SearchSchema) -> Storage:
    """Open the engines that the settings name.

    Raises:
        Refused: ``unknown-engine`` for a URL that no engine answers to.
    """
    return Storage(
        rows=open_database(settings.database_url),
        blobs=FileBlobs(_local_folder(settings.blobs_url, "file")),
        index=TantivyIndex(_local_folder(settings.search_url, "tantivy"), search_schema),
        private=FileBlobs(settings.private_folder),
    )


def _local_folder(url: str, scheme: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != scheme:
        raise Refused("unknown-engine", url=url)
    return Path(unquote(parts.path))
