"""How are documents sent to OpenSearch, and what is done about each that it does not take?

Every document is sent with its revision as an external version, so OpenSearch itself
lets no older one win, whoever sends it and however late. Each item of an answer is
looked at: an older revision is fine, what OpenSearch is too busy for is sent again
after a while, what it will never take is named.
https://docs.opensearch.org/latest/api-reference/document-apis/bulk/
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

from storage.errors import Broken, Transient
from storage.opensearch_client import is_misunderstanding, reason_of, status

MOST_BYTES = 4_000_000
MOST_DOCUMENTS = 1_000
WAITS = (0.2, 0.8, 3.2)
"""Seconds before what was refused for the moment is sent again."""

SAME_OR_NEWER = "external_gte"
"""The same revision may be written again: work that broke off is done anew."""

NEWER = "external"

_OLDER = 409
_NOT_NOW = {404, 429, 500, 502, 503, 504}  # 404: the index was removed at this very moment
_DISK_IS_FULL = "disk usage exceeded"


class NoSuchIndex(Exception):
    """No index has the alias that was written to."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document on its way: two lines of a bulk request."""

    name: str
    lines: bytes


def item(
    kind: str, key: int, fields: Mapping[str, object], revision: int, only: str = SAME_OR_NEWER
) -> Item:
    """A document of this revision; `only` says which revisions of it may be held before."""
    name = f"{kind}-{key}"
    action = {"index": {"_id": name, "version": revision, "version_type": only}}
    return Item(name, b"%b\n%b\n" % (_json(action), _json(fields)))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Sender:
    """Sends items to the index behind an alias."""

    def __init__(
        self, client: OpenSearch, alias: str, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self._client = client
        self._alias = alias
        self._wait = wait

    def send(self, items: Iterable[Item]) -> None:
        """Send all, in batches; on return OpenSearch has each of them or a newer one.

        Raises:
            Transient: ``index-busy``, ``index-unavailable``, or ``storage-full``.
            Broken: ``index-write-failed`` with the name of a document; all others of
                its batch are there.
            NoSuchIndex: nothing has this alias.
        """
        for batch in _batches(items):
            self._send_batch(batch)

    def _send_batch(self, batch: Sequence[Item]) -> None:
        for seconds in (*WAITS, None):
            batch, errors = self._refused(batch)
            if not batch:
                return
            if seconds is None:
                _give_up(errors)
            self._wait(seconds)

    def _refused(self, batch: Sequence[Item]) -> tuple[Sequence[Item], list[str]]:
        """What is to be sent again, and why."""
        try:
            answer = self._client.bulk(
                body=b"".join(each.lines for each in batch),
                index=self._alias,
                params={
                    "require_alias": "true",
                    "filter_path": "errors,items.*.status,items.*.error",
                },
            )
        except OpenSearchException as error:
            if not status(error) or status(error) not in _NOT_NOW:
                _name_failure(error)
            return batch, [str(error)]
        if not answer["errors"]:
            return (), []
        return _sorted_out(batch, [each["index"] for each in answer["items"]])


def _sorted_out(
    batch: Sequence[Item], answers: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Item], list[str]]:
    again, errors = [], []
    for each, answer in zip(batch, answers, strict=True):
        if answer["status"] < 300 or answer["status"] == _OLDER:
            continue
        why = reason_of(answer["error"])
        if "require_alias" in why:
            raise NoSuchIndex(why)
        if answer["status"] not in _NOT_NOW and "cluster_block" not in why:
            raise Broken("index-write-failed", document=each.name, detail=why)
        again.append(each)
        errors.append(why)
    return again, errors


def _batches(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    batch: list[Item] = []
    size = 0
    for each in items:
        if batch and (len(batch) >= MOST_DOCUMENTS or size + len(each.lines) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += len(each.lines)
    if batch:
        yield batch


def _give_up(errors: Sequence[str]) -> NoReturn:
    if any(_DISK_IS_FULL in error for error in errors):
        raise Transient("storage-full")
    raise Transient("index-busy", detail=errors[0])


def _name_failure(error: OpenSearchException) -> NoReturn:
    if is_misunderstanding(error):
        raise Broken("index-write-failed", detail=str(error)) from error
    raise Transient("index-unavailable", detail=str(status(error))) from error
