"""The terms seam: what every search engine must do for us.

The index is disposable. It holds no rights dates and no verdicts, only the
integer id of each document's rights unit; rows and blobs can rebuild it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from storage.query import Field, Found, Kind, Search


@dataclass(frozen=True, slots=True)
class SearchSchema:
    """What an index was built with; another `version` means another index."""

    version: str


@dataclass(frozen=True, slots=True)
class Document:
    """A work's description or a page's words, ready for an engine.

    `streams` maps a stream's name (exact, kk, ru, skeleton) to space-joined
    terms, position for position. An older `revision` of the same document
    (`kind`, `key`) never overwrites a newer one. `key` is the row id of the
    Work or the Page. `fields` has the streams of the work's title and authors.
    """

    kind: Kind
    key: int
    revision: int
    work: int
    unit: int
    streams: Mapping[str, str]
    sequence: int = 0
    language: str = ""
    type: str = ""
    year: int | None = None
    collections: Sequence[int] = field(default=())
    fields: Mapping[Field, Mapping[str, str]] = field(default_factory=dict)


Gone = Mapping[tuple[Kind, int], int]
"""Documents to be removed, each with the revision from which it is there no more."""


class SearchIndex(Protocol):
    """Readers see the last batch that was written."""

    def write(self, documents: Iterable[Document], gone: Gone | None = None) -> None:
        """Put and remove documents as one batch; on return it is durable and visible.

        Of one document the newest revision wins, whoever writes it and however late: one
        that was removed stays so until a newer one comes. Of the same revision the last
        written wins, and the document over its removal.

        Raises:
            Transient: ``index-busy`` (others are writing), ``index-unavailable``,
                ``storage-full``, or ``index-not-current`` (to be rebuilt first).
            Broken: a document that no engine will ever take; others of its batch may be
                there.
        """

    def search(self, search: Search) -> Found:
        """Answer one question.

        Raises:
            Transient: ``index-not-current`` or ``index-unavailable``.
        """

    def contents(self) -> Mapping[tuple[Kind, int], int]:
        """The revision of every document held, for comparison with the rows.

        During a rebuild these are the documents of the new index.
        """

    def is_current(self) -> bool:
        """Whether the index has the schema asked for and no rebuild is unfinished.

        If not, it must be rebuilt: `start_anew`, `write` everything, `finish_anew`.
        """

    def is_rebuilding(self) -> bool:
        """Whether a rebuild to this very schema has begun and is not finished."""

    def withdraw(self, gone: Gone) -> None:
        """Take revisions older than these away from readers at once, also while a rebuild
        is under way.

        Raises:
            Transient: as `write`.
        """

    def start_anew(self) -> None:
        """Begin a rebuild from rows and blobs: what is written from now on goes to
        a new, empty index.

        Readers keep the old one until `finish_anew`, unless it is of another
        schema or empty; then they see the new one fill. Another call begins again.
        """

    def finish_anew(self) -> None:
        """Let readers have the new index and remove the old; nothing if there is none."""

    def close(self) -> None:
        """Give back the connections, if there are any."""
