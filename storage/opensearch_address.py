"""Where is OpenSearch, and what is our index called there?

A search URL says it: ``opensearchs://USER@HOST:PORT,HOST:PORT/NAME?shards=1``, or
``opensearch://`` without encryption. There is no place for a password in it, because a
URL ends up in lists of processes and in logs; a file of its own holds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from storage.errors import Refused

SCHEMES = {"opensearch": False, "opensearchs": True}
"""Whether the connection is encrypted."""

_PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Address:
    """Where OpenSearch is and what our index is called there.

    `shards` is used when an index is made; a shard holds a million pages and more.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    encrypted: bool = False
    user: str = ""
    shards: int = 1

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read a search URL.

        Raises:
            Refused: ``unknown-engine``; a password in the URL is not repeated.
        """
        parts = urlsplit(url)
        try:
            return cls._of(parts)
        except ValueError as error:
            shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
            raise Refused("unknown-engine", url=shown) from error

    @classmethod
    def _of(cls, parts: SplitResult) -> Self:
        user, _, hosts = parts.netloc.rpartition("@")
        name = parts.path.lstrip("/")
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        shards = int(options.pop("shards", ["1"])[-1])
        if options or shards < 1 or ":" in user or not _NAME.fullmatch(name):
            raise ValueError(parts.path)
        return cls(
            hosts=tuple(_host(host) for host in hosts.split(",")),
            name=name,
            encrypted=SCHEMES[parts.scheme],
            user=unquote(user),
            shards=shards,
        )


def _host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(text)
    return parts.hostname, parts.port or _PORT
