"""How is everything that an OpenSearch index holds listed, however much it is?

A point in time keeps the view of one moment open while it is paged through;
https://docs.opensearch.org/latest/search-plugins/searching-data/point-in-time-api/.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

LISTED_AT_ONCE = 10_000
_KEPT = "2m"


def all_revisions(client: OpenSearch, index: str) -> Iterator[tuple[int, int]]:
    """Number and revision of every document that was not removed, by number.

    Raises:
        OpenSearchException: as the client says it.
    """
    client.indices.refresh(index=index)
    with _moment(client, index) as moment:
        after: list[int] = []
        while True:
            hits = client.search(body=_listed(moment, after))["hits"]["hits"]
            for hit in hits:
                fields = hit["fields"]
                yield fields["document"][0], fields["revision"][0]
            if len(hits) < LISTED_AT_ONCE:
                return
            after = hits[-1]["sort"]


def _listed(moment: str, after: list[int]) -> dict[str, Any]:
    return {
        # what was removed has kept its number and its revision alone
        "query": {"bool": {"filter": [{"exists": {"field": "work"}}]}},
        "pit": {"id": moment, "keep_alive": _KEPT},
        "sort": [{"document": "asc"}],
        "size": LISTED_AT_ONCE,
        "docvalue_fields": ["document", "revision"],
        "_source": False,
        "track_total_hits": False,
        **({"search_after": after} if after else {}),
    }


@contextmanager
def _moment(client: OpenSearch, index: str) -> Iterator[str]:
    made = client.create_pit(index=index, params={"keep_alive": _KEPT})["pit_id"]
    try:
        yield made
    finally:
        # if OpenSearch is gone by now, so is the point in time
        with suppress(OpenSearchException):
            client.delete_pit(body={"pit_id": [made]})
