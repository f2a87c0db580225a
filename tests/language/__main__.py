"""How well is Kazakh text understood? Prints every figure, with its baselines, as Markdown.

python -m tests.language [--opensearch] [--failures] [--failures-held-out]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.opensearch import OpenSearchNode, new_node
from tests.language import russian, scripts, stemming_table
from tests.language.families import held_out, tuned
from tests.language.retrieval import table as retrieval_table
from tests.language.retrieval.systems import OURS


def main() -> None:
    """Print what the module says."""
    told = _arguments()
    with _node(wanted=told.opensearch) as node:
        _section("Word families", stemming_table.table(node))
        measured = retrieval_table.results(node)
    _section("Questions of readers", retrieval_table.table(measured))
    _section("Scripts", scripts.tables())
    _section("Russian", russian.tables())
    if told.failures:
        _section("Failures, tuned", stemming_table.what_failed(tuned()))
        without = retrieval_table.without_answer(measured[OURS])
        _section("Questions without an answer on the first five pages", without)
    if told.failures_held_out:
        _section("Failures, held out", stemming_table.what_failed(held_out()))


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="tests.language", description=__doc__.splitlines()[0])
    asked.add_argument("--opensearch", action="store_true", help="also ask a node of OpenSearch")
    asked.add_argument("--failures", action="store_true", help="show where our stemmer fails")
    asked.add_argument(
        "--failures-held-out",
        action="store_true",
        help="the same on the words held out: not for those who write rules",
    )
    return asked.parse_args()


def _section(title: str, lines: Iterator[str]) -> None:
    print(f"\n## {title}\n")
    for line in lines:
        print(line)


@contextmanager
def _node(*, wanted: bool) -> Iterator[OpenSearchNode | None]:
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory() as home:
        node = new_node(Path(home), os.getpid())
        node.start()
        try:
            yield node
        finally:
            node.kill()


if __name__ == "__main__":
    main()
