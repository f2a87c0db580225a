"""What is special about OpenSearch: it is elsewhere, so it can be away, busy or full."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from storage import opensearch_client, opensearch_index, opensearch_reading
from storage.errors import Broken, Transient
from storage.opening import open_index
from storage.opensearch_address import Address
from storage.opensearch_bulk import WAITS
from storage.opensearch_generations import Generations
from storage.opensearch_index import PAUSE_SECONDS, OpenSearchIndex
from storage.query import Kind, Query, Search, Visible, Word
from storage.search import Document, SearchIndex, SearchSchema
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode

SCHEMA = SearchSchema("1")
WORD = Word("көмір", "көмір", "көмір", "komir")
QUESTION = Search(Query(((WORD,),)), Kind.PAGE, Visible(9))

ACTS: dict[str, Callable[[SearchIndex], object]] = {
    "write": lambda index: index.write([page(1)]),
    "search": lambda index: index.search(QUESTION),
    "contents": lambda index: index.contents(),
    "is_current": lambda index: index.is_current(),
    "is_rebuilding": lambda index: index.is_rebuilding(),
    "withdraw": lambda index: index.withdraw({(Kind.PAGE, 1): 1}),
    "start_anew": lambda index: index.start_anew(),
    "finish_anew": lambda index: index.finish_anew(),
}


def page(key: int, revision: int = 1, year: int | None = None) -> Document:
    return Document(Kind.PAGE, key, revision, 1, 1, {"exact": "көмір"}, year=year)


@pytest.fixture
def waited() -> list[float]:
    """How long was waited each time, without waiting."""
    return []


@pytest.fixture
def url(opensearch: OpenSearchNode) -> Iterator[str]:
    with opensearch.own_index() as own:
        yield own


def opened(url: str, wait: Callable[[float], object] = time.sleep) -> OpenSearchIndex:
    address = Address.from_url(url)
    return OpenSearchIndex(opensearch_client.connect(address), address, SCHEMA, wait=wait)


# Away


@pytest.mark.parametrize("act", ACTS)
def test_an_engine_that_is_not_there_is_told_at_once(act: str, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"opensearch://127.0.0.1:{nobody.getsockname()[1]}/sandyq"
        index = open_index(Settings(home=tmp_path, search=url), SCHEMA)
        began = time.monotonic()
        with pytest.raises(Transient) as failure:
            ACTS[act](index)
        index.close()
    assert failure.value.reason == "index-unavailable"
    assert time.monotonic() - began < 2


def test_only_the_first_reader_waits_for_an_engine_that_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opensearch_index, "SEARCH_SECONDS", -0.8)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Address((silent.getsockname(),), "sandyq")
        clock = iter([0.0, 0.0, 1.0, PAUSE_SECONDS + 1.0, PAUSE_SECONDS + 1.0])
        client = opensearch_client.connect(address)
        index = OpenSearchIndex(client, address, SCHEMA, clock=lambda: next(clock))
        taken = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(Transient, match="index-unavailable"):
                index.search(QUESTION)
            taken.append(time.monotonic() - began)
        index.close()
    assert taken[0] > 0.15
    assert taken[1] < 0.1
    assert taken[2] > 0.15


def test_a_password_that_is_refused_sets_no_page_aside(tmp_path: Path) -> None:
    told: list[str | None] = []

    class Guarded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_error(401)

        do_POST = do_GET  # noqa: N815 - the library's own name

        def log_message(self, *_: object) -> None:
            pass

    secret = tmp_path / "secret"
    secret.write_text("құпия\n", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Guarded) as guard:
        threading.Thread(target=guard.serve_forever, daemon=True).start()
        url = f"opensearch://reader@127.0.0.1:{guard.server_port}/sandyq"
        index = open_index(Settings(home=tmp_path, search=url, search_password_file=secret), SCHEMA)
        for act in ("write", "search"):
            with pytest.raises(Transient) as failure:
                ACTS[act](index)
            assert failure.value.reason == "index-unavailable"
        index.close()
        guard.shutdown()
    expected = base64.b64encode("reader:құпия".encode()).decode()
    assert set(told) == {f"Basic {expected}"}


def test_killed_while_it_writes_it_has_lost_nothing_that_was_told_as_written(
    own_opensearch: OpenSearchNode,
) -> None:
    with own_opensearch.own_index() as url:
        index = opened(url)
        written: list[int] = []
        failures: list[str] = []

        def write_on() -> None:
            for key in range(1, 10_000):
                try:
                    index.write([page(key)])
                except Transient as failure:
                    failures.append(failure.reason)
                    return
                written.append(key)

        writer = threading.Thread(target=write_on)
        writer.start()
        while len(written) < 20:
            time.sleep(0.01)
        own_opensearch.kill()
        writer.join()
        assert failures == ["index-unavailable"]
        with pytest.raises(Transient, match="index-unavailable"):
            index.search(QUESTION)

        own_opensearch.start()
        held = {key for _, key in index.contents()}
        assert held >= set(written)
        index.write([page(key) for key in range(1, len(written) + 2)])
        assert index.search(QUESTION).count == len(written) + 1 == len(index.contents())
        index.close()


# Busy or full


def test_what_is_refused_for_the_moment_is_sent_again(opensearch: OpenSearchNode, url: str) -> None:
    block = f"/{Address.from_url(url).name}.g1/_settings"

    def lift(seconds: float) -> None:
        assert seconds == WAITS[0]
        opensearch.ask("PUT", block, {"index.blocks.write": None})

    index = opened(url, lift)
    index.write([page(1)])
    opensearch.ask("PUT", block, {"index.blocks.write": True})
    index.write([page(2), page(1, revision=2)])
    assert index.contents() == {(Kind.PAGE, 1): 2, (Kind.PAGE, 2): 1}
    index.close()


@pytest.mark.parametrize(
    ("block", "reason"), [("write", "index-busy"), ("read_only_allow_delete", "storage-full")]
)
def test_what_stays_refused_is_transient(
    opensearch: OpenSearchNode, url: str, waited: list[float], block: str, reason: str
) -> None:
    """`read_only_allow_delete` is what OpenSearch itself sets when the disk is full."""
    index = opened(url, waited.append)
    index.write([page(1)])
    name = f"/{Address.from_url(url).name}.g1/_settings"
    opensearch.ask("PUT", name, {f"index.blocks.{block}": True})
    with pytest.raises(Transient) as failure:
        index.write([page(2)])
    assert failure.value.reason == reason
    assert waited == list(WAITS)
    assert index.search(QUESTION).count == 1
    index.close()


def test_an_engine_out_of_memory_is_transient(
    own_opensearch: OpenSearchNode, waited: list[float]
) -> None:
    """OpenSearch answers 429 when a request would need more memory than its breaker allows."""
    breaker = "network.breaker.inflight_requests.limit"
    with own_opensearch.own_index() as url:
        index = opened(url, waited.append)
        index.write([page(1)])
        own_opensearch.ask("PUT", "/_cluster/settings", {"transient": {breaker: "1b"}})
        reasons = []
        for act in ("write", "search"):
            with pytest.raises(Transient) as failure:
                ACTS[act](index)
            reasons.append(failure.value.reason)
        own_opensearch.ask("PUT", "/_cluster/settings", {"transient": {breaker: None}})
        assert reasons == ["index-busy", "index-unavailable"]
        assert waited == list(WAITS)
        assert index.search(QUESTION).count == 1
        index.close()


def test_a_document_that_is_never_taken_is_named_and_the_others_are_there(
    url: str, waited: list[float]
) -> None:
    index = opened(url, waited.append)
    with pytest.raises(Broken) as failure:
        index.write([page(1), page(2, year=10**12), page(3)])
    assert failure.value.reason == "index-write-failed"
    assert failure.value.values["document"] == "page-2"
    assert waited == []
    assert index.contents() == {(Kind.PAGE, 1): 1, (Kind.PAGE, 3): 1}
    index.close()


# Its indexes


def test_terms_are_never_cut_in_two(opensearch: OpenSearchNode, url: str) -> None:
    """A cut term would move all that follow it, in one stream only."""
    index = opened(url)
    for number, letters in enumerate((300, 40_000), start=1):
        text = f"{'ә' * letters} көмір алтын"
        index.write([Document(Kind.PAGE, number, 1, 1, 1, {"exact": text})])
        name = f"/{Address.from_url(url).name}.g1/_analyze"
        told = opensearch.ask("POST", name, {"field": "page_exact", "text": text})
        assert [(each["token"], each["position"]) for each in told["tokens"][1:]] == [
            ("көмір", 1),
            ("алтын", 2),
        ]
    assert index.search(QUESTION).count == 2
    index.close()


def test_an_index_that_appears_between_two_looks_is_searched(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that is removed by a rebuild at the moment when it is asked."""
    index, other = opened(url), opened(url)
    look = index._aliases.current

    def written_meanwhile() -> Generations | None:
        other.write([page(1)])
        return look()

    monkeypatch.setattr(index._aliases, "current", written_meanwhile)
    assert index.search(QUESTION).count == 1
    index.close()
    other.close()


def test_listing_goes_by_pages_and_leaves_no_point_in_time_open(
    opensearch: OpenSearchNode, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_reading, "LISTED_AT_ONCE", 3)
    index = opened(url)
    index.write([page(key) for key in range(1, 8)], gone={(Kind.PAGE, 9): 1})
    assert index.contents() == {(Kind.PAGE, key): 1 for key in range(1, 8)}
    broken_off = opensearch_reading.all_revisions(index._client, index._aliases.to_write)
    assert next(broken_off) == (3, 1)
    broken_off.close()  # type: ignore[attr-defined]
    told = opensearch.ask("GET", f"/{Address.from_url(url).name}.*/_stats/search")
    assert told["_all"]["total"]["search"]["open_contexts"] == 0
    assert told["_all"]["total"]["search"]["point_in_time_total"] == 2
    index.close()


def _begins(index: OpenSearchIndex) -> None:
    """As the next sweep does: an index that another has just made may not answer yet."""
    for _ in range(50):
        try:
            index.start_anew()
        except Transient:
            time.sleep(0.1)
        else:
            return
    pytest.fail("no rebuild could begin")


def test_rebuilds_that_begin_at_once_leave_one_index(opensearch: OpenSearchNode, url: str) -> None:
    indexes = [opened(url) for _ in range(3)]
    threads = [threading.Thread(target=index.write, args=([page(1)],)) for index in indexes]
    threads += [threading.Thread(target=_begins, args=(index,)) for index in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    indexes[0].write([page(1)])
    indexes[0].finish_anew()
    (name,) = opensearch.ask("GET", f"/{Address.from_url(url).name}.*/_alias")
    meta = opensearch.ask("GET", f"/{name}/_mapping")[name]["mappings"]["_meta"]
    assert meta == {"schema": "1"}
    assert indexes[1].search(QUESTION).count == 1
    for index in indexes:
        index.close()
