"""Which fields an OpenSearch index has, and how it is set up.

https://docs.opensearch.org/latest/field-types/ has the words used here.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from storage.index_columns import ORDER_FIELDS, text_fields
from storage.query import FARTHEST

Body = dict[str, Any]

# Numbers below 2^31: a bitmap can be asked of no others.
_INTEGERS = ("document", "work", "unit", "year", "collection")
_LONGS = ("revision", *ORDER_FIELDS.values())
_WORDS = ("kind", "language", "type")

_LONGEST_TOKEN = 1_000_000
_LONGEST_TERM = 8_191
"""Letters of a term that count. Lucene refuses a document with a term over 32,766 bytes."""


def index_body(version: str, shards: int) -> Body:
    """What an index is made with."""
    return {"settings": _settings(shards), "mappings": mapping(version)}


def mapping(version: str) -> Body:
    """The fields, and the version of the schema in `_meta`.

    Documents themselves are not kept: rows and blobs have them.
    """
    terms = {"type": "text", "analyzer": "terms"}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": {"schema": version},
        "properties": {
            **dict.fromkeys(text_fields(), terms),
            **{name: {"type": "integer"} for name in _INTEGERS},
            **{name: {"type": "long"} for name in _LONGS},
            **{name: {"type": "keyword"} for name in _WORDS},
        },
    }


def _settings(shards: int) -> Body:
    """Terms are parted at spaces and never cut in two, or positions would differ by stream.

    Whoever writes refreshes, so nothing is refreshed by the clock.
    """
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": FARTHEST,
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
            "filter": {"bounded": {"type": "truncate", "length": _LONGEST_TERM}},
            "analyzer": {"terms": {"tokenizer": "spaces", "filter": ["bounded"]}},
        },
    }


def short(version: str) -> str:
    """A version as a part of an alias, where few signs are allowed."""
    return sha256(version.encode()).hexdigest()[:12]
