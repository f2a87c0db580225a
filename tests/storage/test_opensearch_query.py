"""Is a question told to OpenSearch within its limits, and are long lists told briefly?"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

import pytest
from pyroaring import BitMap

from storage.opensearch_query import FEW, request
from storage.query import FARTHEST, Kind, Query, Search, Span, Visible, Word, spans

WORD = Query(((Word("көмір", "көмір", "көмір", "komir"),),))


def hidden(visible: Visible) -> list[dict[str, Any]]:
    body = request(Search(WORD, Kind.PAGE, visible), 10)
    told: list[dict[str, Any]] = body["query"]["bool"]["must_not"]
    return told


def listed(clause: dict[str, Any], field: str) -> set[int]:
    """The values of a `terms` clause, from a list or from a bitmap."""
    told = clause["terms"]
    if told.get("value_type") == "bitmap":
        return set(BitMap.deserialize(base64.b64decode(told[field][0])))
    return set(told[field])


def bitmap(ranges: Iterable[Span]) -> BitMap:
    whole = BitMap()
    for first, last in ranges:
        whole.add_range(first, last + 1)
    return whole


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 100_000])
def test_a_list_of_any_length_is_told_whole(count: int) -> None:
    closed = set(range(2, 2 * count + 1, 2))
    newer, units = hidden(Visible(10**6, spans(closed)))
    assert newer == {"range": {"unit": {"gt": 10**6}}}
    assert listed(units, "unit") == closed
    assert ("value_type" in units["terms"]) == (count > FEW)
    assert len(json.dumps(units)) < 40_000


def test_long_spans_are_told_by_their_ends_and_not_more_than_a_question_holds() -> None:
    few = tuple((first, first + 3_000) for first in range(1, 50_000, 5_000))
    assert {"range": {"unit": {"gte": 5001, "lte": 8001}}} in hidden(Visible(10**8, few))
    many = tuple((first, first + 3_000) for first in range(1, 10_000_000, 5_000))
    told = hidden(Visible(10**8, many))
    assert len(told) < 1_024
    by_ends = [clause["range"]["unit"] for clause in told[1:-1]]
    listed_too = told[-1]["terms"]["unit"][0]
    found = BitMap.deserialize(base64.b64decode(listed_too)) | bitmap(
        (ends["gte"], ends["lte"]) for ends in by_ends
    )
    assert found == bitmap(many)


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [
        (0, 20, (0, 20)),
        (FARTHEST - 5, 20, (FARTHEST - 5, 5)),
        (FARTHEST, 20, (FARTHEST, 0)),
        (10**9, 10**9, (FARTHEST, 0)),
    ],
)
def test_nobody_pages_farther_than_opensearch_allows(
    offset: int, limit: int, expected: tuple[int, int]
) -> None:
    body = request(Search(WORD, Kind.PAGE, Visible(1), offset=offset, limit=limit), 10)
    assert (body["from"], body["size"]) == expected
