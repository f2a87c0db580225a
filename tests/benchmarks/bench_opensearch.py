"""What do we add to OpenSearch, when pages are indexed and when they are searched?

    python -m tests.benchmarks.bench_opensearch --documents 20000

Starts a node, and tells it short pages twice, batch by batch in turn: by our index, as a
rebuild does, and by a bare loop over the client's `bulk` with the same documents, ready
made, into an index of the same fields. Both are refreshed once, at the end. Then asks the
same questions by `index.search`, by the bare client with the same body, and of tantivy.
What to look at are the ratios in one run; nothing is asserted on time.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from opensearchpy import OpenSearch

from archive.queries import parse_query
from archive.text import ANALYSER_VERSION
from storage.index_columns import fields_of
from storage.opensearch_address import Address
from storage.opensearch_client import connect
from storage.opensearch_index import OpenSearchIndex
from storage.opensearch_query import request
from storage.opensearch_schema import index_body
from storage.search import Document, SearchSchema
from storage.tantivy_index import TantivyIndex
from tests.benchmarks.bench_search import COMMON_WORD, Generator, ask, timed
from tests.engines.opensearch import OpenSearchNode, new_node

BATCH = 2_000
BARE_BATCH = 1_000
JAVA = ("-Xmx1g",)
BARE = "bare"


def main() -> None:
    """Print what the module says."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=20_000)
    arguments.add_argument("--words", type=int, default=60, help="words on a page")
    arguments.add_argument("--repeats", type=int, default=200)
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        node = new_node(Path(folder), os.getpid(), JAVA)
        node.start()
        try:
            measure(node, Path(folder), told.documents, told.words, told.repeats)
        finally:
            node.kill()


def measure(node: OpenSearchNode, folder: Path, documents: int, words: int, repeats: int) -> None:
    """Print rates, milliseconds and ratios."""
    schema = SearchSchema(ANALYSER_VERSION)
    address = Address.from_url(f"opensearch://127.0.0.1:{node.port}/bench")
    client = connect(address)
    ours, embedded = OpenSearchIndex(client, address, schema), TantivyIndex(folder / "t", schema)
    client.indices.create(index=BARE, body=index_body(schema.version, 1))
    generator = Generator()
    engine = psutil.Process(int((node.home / "pid").read_text()))
    _index(engine, client, ours, embedded, _batches(generator, documents, words))
    _memory(engine)
    for name, text in (
        ("common word", COMMON_WORD),
        ("two words", f"{COMMON_WORD} {generator.forms[50]}"),
        ("rare word", generator.forms[5000]),
        ("phrase", f'"{COMMON_WORD} {generator.forms[0]}"'),
        ("prefix", generator.forms[10][:3] + "*"),
    ):
        search = ask(parse_query(text).query, documents)
        found = ours.search(search)
        assert found.count == embedded.search(search).count
        body = request(search, 10)
        bare = timed(partial(client.search, body=body, index=BARE), repeats)
        whole = timed(partial(ours.search, search), repeats)
        tantivy = timed(partial(embedded.search, search), repeats)
        print(
            f"{name:<12} {found.count:>7} pages  ours {whole}\n"
            f"{'':<12} {'':>7}        bare {bare}  ours / bare p95 {whole.p95 / bare.p95:.2f}\n"
            f"{'':<12} {'':>7}     tantivy {tantivy}"
        )
    ours.close()


def _batches(generator: Generator, documents: int, words: int) -> Iterator[list[Document]]:
    for first in range(1, documents + 1, BATCH):
        pages = map(generator.page, range(first, min(first + BATCH, documents + 1)))
        yield [replace(page, words=page.words[:words]).document() for page in pages]


def _index(
    engine: psutil.Process,
    client: OpenSearch,
    ours: OpenSearchIndex,
    embedded: TantivyIndex,
    batches: Iterable[list[Document]],
) -> None:
    seconds = {"ours": 0.0, "bare": 0.0, "tantivy": 0.0}
    cpu = dict.fromkeys(seconds, 0.0)
    documents = 0
    ours.write([Generator().page(1).document()])  # what readers have while a new one is made
    ours.start_anew()
    for number, batch in enumerate(batches):
        ready = [{"_id": str(each.key), **fields_of(each)} for each in batch]
        acts: list[tuple[str, Callable[[], object]]] = [
            ("ours", partial(ours.write, batch)),
            ("bare", partial(_bare_bulk, client, ready)),
            ("tantivy", partial(embedded.write, batch)),
        ]
        for name, act in acts if number % 2 else acts[::-1]:
            start, worked = time.perf_counter(), _cpu(engine)
            act()
            seconds[name] += time.perf_counter() - start
            cpu[name] += _cpu(engine) - worked
        documents += len(batch)
    for name, finish in (
        ("ours", ours.finish_anew),
        ("bare", partial(client.indices.refresh, index=BARE)),
    ):
        start = time.perf_counter()
        finish()
        seconds[name] += time.perf_counter() - start
    rates = {name: documents / taken for name, taken in seconds.items()}
    told = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
    print(f"{documents} pages, pages/s: {told}")
    print(f"ours / bare bulk loop {rates['ours'] / rates['bare']:.2f}")
    told = ", ".join(f"{name} {1000 * used / documents:.2f}" for name, used in cpu.items())
    print(f"ms of CPU a page, of the engine and of this process: {told}")


def _bare_bulk(client: OpenSearch, documents: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(documents), BARE_BATCH):
        body: list[dict[str, Any]] = []
        for each in documents[first : first + BARE_BATCH]:
            fields = dict(each)
            body += [{"index": {"_id": fields.pop("_id")}}, fields]
        client.bulk(body=body, index=BARE)


def _cpu(engine: psutil.Process) -> float:
    used = engine.cpu_times()
    return float(used.user + used.system) + time.process_time()


def _memory(engine: psutil.Process) -> None:
    theirs = engine.memory_info().rss >> 20
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"memory: OpenSearch {theirs} MB, this process at most {own} MB")


if __name__ == "__main__":
    main()
