"""Which OpenSearch index is read, and which one is written?

Every rebuild has an index of its own, a generation: NAME.g1, NAME.g2 and so on. Two
aliases name the one that readers use and the one that writers use, and carry the
version of its schema: NAME.read.VERSION, NAME.write.VERSION. So whoever asks by an
alias gets an index of his own schema or none, without a look beforehand, and
all processes agree. Aliases change in one step, and only if they are as they were
looked at; https://docs.opensearch.org/latest/api-reference/alias/aliases-api/.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException, RequestError

from storage.errors import Transient
from storage.opensearch_client import failures_named, status
from storage.opensearch_schema import index_body, short

OPENED_SECONDS = 10

_NO_SUCH, _NOT_OPENED = 404, 408
_TRIES = 10  # one that fails means that another process got on
_READ, _WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class Generation:
    """An index, and the short version of the schema that its alias carries."""

    index: str
    version: str


@dataclass(frozen=True, slots=True)
class Generations:
    """They differ while a rebuild is under way."""

    read: Generation
    written: Generation


class GenerationAliases:
    """The generations of one index name, as a process with this schema sees them."""

    def __init__(self, client: OpenSearch, name: str, version: str, shards: int) -> None:
        self._client = client
        self._name = name
        self._body = index_body(version, shards)
        self.version = short(version)
        self.to_read = self._alias(_READ)
        self.to_write = self._alias(_WRITE)

    def current(self) -> Generations | None:
        """The generations as they are now; None while there are none."""
        return self._in_use(self._aliases())

    def make_first(self) -> None:
        """Make the first generation, unless there is one."""
        with failures_named():
            for _ in range(_TRIES):
                aliases = self._aliases()
                if self._in_use(aliases) or self._made(aliases, self.to_read, self.to_write):
                    return
        raise Transient("index-busy")

    def start_anew(self) -> None:
        """Give writers a new generation; readers keep theirs if it is worth reading."""
        with failures_named():
            for _ in range(_TRIES):
                if self._started():
                    return
        raise Transient("index-busy")

    def finish_anew(self) -> None:
        """Give readers the generation that is written."""
        with failures_named():
            for _ in range(_TRIES):
                now = self.current()
                if now is None or now.read == now.written:
                    return
                if self._swapped(now, Generations(read=now.written, written=now.written)):
                    return
        raise Transient("index-busy")

    def _started(self) -> bool:
        aliases = self._aliases()
        now = self._in_use(aliases)
        if now is None:
            return self._made(aliases, self.to_read, self.to_write) is not None
        name = self._made(aliases)
        if name is None:
            return False
        new = Generation(name, self.version)
        read = now.read if self._is_worth_reading(now.read) else new
        swapped = self._swapped(now, Generations(read=read, written=new))
        if not swapped:
            self._remove({name})
        return swapped

    def _is_worth_reading(self, generation: Generation) -> bool:
        if generation.version != self.version:
            return False
        index = generation.index
        try:
            # One whose shards were just lying there opens in this time; a damaged one never.
            # (The client would take a parameter named timeout for its own.)
            opened = f"wait_for_status=yellow&timeout={OPENED_SECONDS}s"
            self._client.transport.perform_request("GET", f"/_cluster/health/{index}?{opened}")
            return bool(self._client.count(index=index)["count"])
        except OpenSearchException as error:
            if status(error) in {_NO_SUCH, _NOT_OPENED}:
                return False
            raise

    # What OpenSearch is asked

    def _aliases(self) -> dict[str, list[str]]:
        """The aliases of every generation, also of one that is not in use."""
        with failures_named():
            told = self._client.indices.get_alias(index=f"{self._name}.g*")
        return {index: sorted(facts["aliases"]) for index, facts in told.items()}

    def _in_use(self, aliases: dict[str, list[str]]) -> Generations | None:
        found = {
            alias.removeprefix(f"{self._name}.").partition(".")[0]: Generation(
                index, alias.rpartition(".")[2]
            )
            for index, names in aliases.items()
            for alias in names
        }
        return Generations(found[_READ], found[_WRITE]) if found else None

    def _made(self, known: dict[str, list[str]], *aliases: str) -> str | None:
        """A new generation with these aliases; None if another process was faster."""
        name = f"{self._name}.g{1 + max(map(_number, known), default=0)}"
        body = self._body | {"aliases": {alias: {} for alias in aliases}}
        try:
            self._client.indices.create(index=name, body=body)
        except RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            return None
        return name

    def _swapped(self, old: Generations, new: Generations) -> bool:
        """Put the new ones in use, remove those before; False if the old are old no longer."""
        changes = [
            *self._moved(_READ, old.read, new.read),
            *self._moved(_WRITE, old.written, new.written),
        ]
        try:
            self._client.indices.update_aliases(body={"actions": changes})
        except NotFoundError:
            return False
        oldest = min(_number(new.read.index), _number(new.written.index))
        left = {name for name in self._aliases() if _number(name) < oldest}
        self._remove(
            left | ({old.read.index, old.written.index} - {new.read.index, new.written.index})
        )
        return True

    def _remove(self, indexes: Collection[str]) -> None:
        for index in sorted(indexes):
            with suppress(NotFoundError):
                self._client.indices.delete(index=index)

    def _moved(self, use: str, old: Generation, new: Generation) -> list[dict[str, Any]]:
        if old == new:
            return []
        before, after = (self._alias(use, each.version) for each in (old, new))
        return [
            {"remove": {"index": old.index, "alias": before, "must_exist": True}},
            {"add": {"index": new.index, "alias": after}},
        ]

    def _alias(self, use: str, version: str | None = None) -> str:
        return f"{self._name}.{use}.{version or self.version}"


def _number(index: str) -> int:
    return int(index.rpartition(".g")[2])
