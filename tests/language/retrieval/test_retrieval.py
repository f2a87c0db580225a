"""Readers' questions are answered among the first pages, better than by any stream alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archive.queries import parse_query
from schemas.search_document import STREAMS
from storage.query import Clause, Phrase, Word
from tests.engines.opensearch import OpenSearchNode
from tests.language.retrieval.collection import SIZE, pages
from tests.language.retrieval.judged import KINDS, Question, ndcg, questions, success
from tests.language.retrieval.systems import OURS, _asked_by, _rewritten
from tests.language.retrieval.table import Result, on_opensearch, results

OF_THE_LIBRARY = {
    "1937 жылы қуғын-сүргінге ұшырағандардың тізімдері",
    "Қарағандының монументалды өнері",
    "Дөскей Әлімбаев",
    "Интерьердің архитектуралық шешімі",
}


@pytest.fixture(scope="module")
def measured() -> Mapping[str, Result]:
    return results()


@pytest.fixture(scope="module")
def ours(measured: Mapping[str, Result]) -> Result:
    return measured[OURS]


def test_a_reader_finds_an_answer_among_the_first_five_pages(ours: Result) -> None:
    assert ours.success >= 0.95
    assert ours.ndcg >= 0.88


def test_questions_of_every_kind_and_script_are_answered(ours: Result) -> None:
    by_kind = {kind: ours.of_kind(kind).success for kind in KINDS}
    assert min(by_kind.values()) >= 0.8, by_kind


def test_the_four_questions_of_the_library_are_answered(ours: Result) -> None:
    first = {question.text: success(question, found) for question, found in ours.answers}
    assert {text: first[text] for text in OF_THE_LIBRARY} == dict.fromkeys(OF_THE_LIBRARY, 1.0)


def test_the_streams_together_find_more_than_each_alone_and_than_baselines(
    measured: Mapping[str, Result], ours: Result
) -> None:
    others = {name: result for name, result in measured.items() if result is not ours}
    assert len(others) >= len(STREAMS) + 4
    assert all(result.success < ours.success - 0.1 for result in others.values())
    assert all(0 < result.ndcg < ours.ndcg - 0.1 for result in others.values())


def test_both_engines_answer_equally_well(ours: Result, opensearch: OpenSearchNode) -> None:
    there = on_opensearch(opensearch)
    assert there.success == pytest.approx(ours.success, abs=0.02)
    assert there.ndcg == pytest.approx(ours.ndcg, abs=0.05)


def test_questions_are_many_of_every_kind_and_ask_for_pages_that_are_there() -> None:
    asked, names = questions(), [page.name for page in pages() if page.name]
    assert len(asked) >= 60
    assert {question.kind for question in asked} == set(KINDS)
    assert {name for question in asked for name in question.gains} <= set(names)
    assert all(question.gains for question in asked)
    assert len(names) == len(set(names)) >= 120


def test_the_collection_is_the_same_for_the_same_seed() -> None:
    assert pages() == pages()
    assert pages(seed=1) != pages()
    assert len(pages()) == SIZE


def test_the_measures_are_as_counted_by_hand() -> None:
    asked = Question("name", "", {"a": 2, "b": 1})
    # gains 3 and 1: at best 3/1 + 1/1.585; a page without a name is no answer
    assert ndcg(asked, ["a", "b", ""]) == 1
    assert ndcg(asked, ["", "a"]) == pytest.approx((3 / 1.58496) / (3 + 1 / 1.58496), abs=1e-5)
    assert ndcg(asked, [""] * 10 + ["a"]) == 0
    assert [success(asked, ["", "", "", "", name]) for name in ("a", "b", "")] == [1, 0, 0]
    assert success(asked, [""] * 5 + ["a"]) == 0


def _words_of(clause: Clause) -> list[str]:
    assert isinstance(clause, Word | Phrase)
    words = clause.words if isinstance(clause, Phrase) else (clause,)
    return [word.exact for word in words]


def test_a_baseline_is_not_asked_for_a_word_that_it_never_indexes() -> None:
    stop_words = _asked_by(lambda form: "" if form == "в" else form[:3])
    asked = _rewritten(parse_query('книги в городе "хлеб в печи" "в"').query, stop_words)
    clauses = [clause for group in asked.all_of for clause in group]
    rows = [_words_of(clause) for clause in clauses]
    assert rows == [["кни"], ["гор"], ["хле", "печ"]]
