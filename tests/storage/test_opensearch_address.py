"""Is a search URL read as it is documented, and does a password stay out of sight?"""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import Refused
from storage.opening import open_index
from storage.opensearch_address import Address
from storage.search import SearchSchema
from storage.settings import Settings


def test_one_host_or_several() -> None:
    assert Address.from_url("opensearch://127.0.0.1:9201/sandyq") == Address(
        (("127.0.0.1", 9201),), "sandyq"
    )
    assert Address.from_url("opensearchs://reader%40x@a.example,b.example:9300/lib_1?shards=4") == (
        Address((("a.example", 9200), ("b.example", 9300)), "lib_1", True, "reader@x", 4)  # noqa: FBT003
    )


@pytest.mark.parametrize(
    "url",
    [
        "opensearch://127.0.0.1:9200",
        "opensearch://127.0.0.1:9200/Upper",
        "opensearch://127.0.0.1:9200/a.read",
        "opensearch://127.0.0.1:9200/a,b",
        "opensearch:///name",
        "opensearch://host:port/name",
        "opensearch://host/name?shards=0",
        "opensearch://host/name?shards=many",
        "opensearch://host/name?verify=no",
        "opensearchs://user:secret@host/name",
    ],
)
def test_what_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(Refused) as told:
        Address.from_url(url)
    assert told.value.reason == "unknown-engine"
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("missing", ["search_password_file", "search_ca_file"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, missing: str) -> None:
    settings = Settings(
        home=tmp_path,
        search="opensearchs://user@127.0.0.1/name",
        **{missing: tmp_path / "gone"},  # type: ignore[arg-type]
    )
    with pytest.raises(Refused) as told:
        open_index(settings, SearchSchema("1"))
    assert told.value.reason == "bad-setting"
    assert told.value.values["name"] == f"SANDYQ_{missing.upper()}"
