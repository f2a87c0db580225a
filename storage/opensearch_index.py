"""The search engine for a library that has outgrown one machine: OpenSearch.

All that several processes must agree on lies in OpenSearch itself: aliases say which
index is read and written, versions of documents let no older revision win. Nothing is
asked before the first use, so that the portal starts, and browses, while OpenSearch is
down. Decisions 0034 and 0035 have the reasons.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionTimeout, NotFoundError, OpenSearchException

from storage.errors import Transient
from storage.index_columns import fields_of, fields_of_gone, kind_and_key
from storage.opensearch_address import Address
from storage.opensearch_bulk import NEWER, Item, NoSuchIndex, Sender, item
from storage.opensearch_client import SEARCH_SECONDS, failures_named, patience, status
from storage.opensearch_generations import GenerationAliases
from storage.opensearch_query import read_found, request
from storage.opensearch_reading import all_revisions
from storage.query import Facets, Found, Kind, Search
from storage.search import Document, Gone, SearchSchema

PAUSE_SECONDS = 10
"""After a question that was never answered no reader waits for so long: were every page
that also searches to hang, the threads of the portal would soon be used up.
"""

_TRIES = 3
_NO_FACETS = Facets({}, {}, {}, {}, {})


class OpenSearchIndex:
    """A SearchIndex on an OpenSearch cluster; made when first written to."""

    def __init__(
        self,
        client: OpenSearch,
        address: Address,
        schema: SearchSchema,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client = client
        self._clock = clock
        self._wait = wait
        self._asked_again_at = 0.0
        self._aliases = GenerationAliases(client, address.name, schema.version, address.shards)

    def write(self, documents: Iterable[Document], gone: Gone | None = None) -> None:
        """Put and remove documents; see SearchIndex.

        A batch that fails may be there in part: written again it does no harm.
        """
        items = _items(documents, gone or {})
        first = next(items, None)
        if first is None:
            return
        if self._aliases.current() is None:
            self._aliases.make_first()
        try:
            Sender(self._client, self._aliases.to_write, self._wait).send(_chained(first, items))
        except NoSuchIndex as error:
            raise Transient("index-not-current") from error
        if not self.is_rebuilding():  # nobody reads the new index before `finish_anew`
            self._refresh(self._aliases.to_write)

    def search(self, search: Search) -> Found:
        """Answer one question; see SearchIndex. An index never written to is empty."""
        for _ in range(_TRIES):
            answer = self._answer(search)
            if answer is not None:
                if answer["timed_out"]:
                    break
                return read_found(answer, search)
            now = self._aliases.current()
            if now is None:
                return Found((), 0, _NO_FACETS if search.facets else None)
            if now.read.version != self._aliases.version:
                raise Transient("index-not-current")
        raise Transient("index-unavailable")

    def _answer(self, search: Search) -> Any:  # noqa: ANN401  (as the client gives it)
        """None if there is no index to read, or if it was removed just now."""
        if self._clock() < self._asked_again_at:
            raise Transient("index-unavailable")
        with failures_named():
            try:
                return self._client.search(
                    body=request(search, SEARCH_SECONDS),
                    index=self._aliases.to_read,
                    allow_partial_search_results=False,
                    request_timeout=patience(SEARCH_SECONDS + 1),
                )
            except ConnectionTimeout:
                self._asked_again_at = self._clock() + PAUSE_SECONDS
                raise
            except OpenSearchException as error:
                if status(error) in {404, 503}:
                    return None
                raise

    def contents(self) -> Mapping[tuple[Kind, int], int]:
        """The revision of every document held; see SearchIndex."""
        for _ in range(_TRIES):
            now = self._aliases.current()
            if now is None or now.written.version != self._aliases.version:
                return {}
            with failures_named(), suppress(NotFoundError):  # made anew at this very moment
                listed = all_revisions(self._client, now.written.index)
                return {kind_and_key(number): revision for number, revision in listed}
        raise Transient("index-unavailable")

    def is_current(self) -> bool:
        """Whether the index can be used as it is; see SearchIndex."""
        now = self._aliases.current()
        return now is None or (
            now.read == now.written and now.read.version == self._aliases.version
        )

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way; see SearchIndex."""
        now = self._aliases.current()
        if now is None or now.read == now.written:
            return False
        return now.written.version == self._aliases.version

    def withdraw(self, gone: Gone) -> None:
        """Take documents away from readers; see SearchIndex."""
        items = [
            item(kind, key, fields_of_gone(kind, key, revision), revision, NEWER)
            for (kind, key), revision in gone.items()
        ]
        try:
            Sender(self._client, self._aliases.to_read, self._wait).send(items)
        except NoSuchIndex:
            return  # nobody reads an index of this schema
        self._refresh(self._aliases.to_read)

    def start_anew(self) -> None:
        """Begin a rebuild; see SearchIndex."""
        self._aliases.start_anew()

    def finish_anew(self) -> None:
        """Let readers have the new index; see SearchIndex.

        Refreshed before, so that readers find it whole, and after: a batch may have been
        written in between by a process that still saw the rebuild.
        """
        rebuilding = self.is_rebuilding()
        if rebuilding:
            self._refresh(self._aliases.to_write)
        self._aliases.finish_anew()
        if rebuilding:
            self._refresh(self._aliases.to_read)

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def _refresh(self, alias: str) -> None:
        with failures_named():
            self._client.indices.refresh(index=alias)


def _items(documents: Iterable[Document], gone: Gone) -> Iterator[Item]:
    for (kind, key), revision in gone.items():
        fields = fields_of_gone(kind, key, revision)
        yield item(kind, key, fields, revision)
    for document in documents:
        yield item(document.kind, document.key, fields_of(document), document.revision)


def _chained(first: Item, others: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from others
