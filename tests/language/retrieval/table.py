"""The evaluation of retrieval, as Markdown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from tests.language.retrieval.collection import pages
from tests.language.retrieval.judged import KINDS, Question, ndcg, questions, success
from tests.language.retrieval.systems import ON_OPENSEARCH, System, systems, words_of
from tests.language.stemming_table import OURS as STEMMER
from tests.language.stemming_table import competitors

if TYPE_CHECKING:
    from tests.engines.opensearch import OpenSearchNode

Answers = Sequence[tuple[Question, Sequence[str]]]


@dataclass(frozen=True)
class Result:
    """What a system found for each question, and the two measures of it."""

    answers: Answers

    @cached_property
    def success(self) -> float:
        return self._mean(success)

    @cached_property
    def ndcg(self) -> float:
        return self._mean(ndcg)

    def of_kind(self, kind: str) -> Result:
        return Result([answer for answer in self.answers if answer[0].kind == kind])

    def unanswered(self) -> list[Question]:
        """Questions without an answer among the first five pages."""
        return [question for question, found in self.answers if not success(question, found)]

    def _mean(self, measure: Callable[[Question, Sequence[str]], float]) -> float:
        return fmean(measure(question, found) for question, found in self.answers)


def results(node: OpenSearchNode | None = None) -> dict[str, Result]:
    """Every system's result over the whole collection, by its name."""
    collection = pages()
    texts = [page.text for page in collection] + [question.text for question in questions()]
    baselines = {
        name: key
        for name, key in competitors(words_of(texts), node).items()
        if key is not None and name != STEMMER
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        systems(Path(folder), collection, baselines, node) as named,
    ):
        return {name: Result(_asked(system)) for name, system in named.items()}


def on_opensearch(node: OpenSearchNode) -> Result:
    """Ours in that engine."""
    with (
        tempfile.TemporaryDirectory() as folder,
        systems(Path(folder), pages(), {}, node) as named,
    ):
        return Result(_asked(named[ON_OPENSEARCH]))


def _asked(system: System) -> Answers:
    return [(question, system.found(question.text)) for question in questions()]


def table(measured: Mapping[str, Result]) -> Iterator[str]:
    """Lines of Markdown: each system over all questions, then by their kinds."""
    yield "| system | success@5 | nDCG@10 |"
    yield "|---|---|---|"
    for name, result in measured.items():
        yield f"| {name} | {result.success:.3f} | {result.ndcg:.3f} |"
    yield ""
    yield f"| success@5 by kind of question | {' | '.join(KINDS)} |"
    yield "|---" * (len(KINDS) + 1) + "|"
    for name, result in measured.items():
        cells = (f"{result.of_kind(kind).success:.3f}" for kind in KINDS)
        yield f"| {name} | {' | '.join(cells)} |"


def without_answer(result: Result) -> Iterator[str]:
    """The questions that a reader gets no answer to, as a Markdown list."""
    for question in result.unanswered():
        yield f"- {question.kind}: {question.text} ({', '.join(question.gains)})"
