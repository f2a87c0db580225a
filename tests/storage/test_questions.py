"""Is an engine that hangs asked once, and waited for no longer than was said?"""

from __future__ import annotations

import threading
import time

import pytest

from storage.errors import Transient
from storage.questions import Question


def test_whoever_asks_meanwhile_waits_for_the_same_answer() -> None:
    asked, go_on = [], threading.Event()

    def ask() -> str:
        asked.append(threading.get_ident())
        go_on.wait(10)
        return "here"

    question = Question(ask)
    first = question.begin()
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(Transient, match="no-answer"):
            question.answer(0.01)
    assert time.monotonic() - began < 5
    assert question.begin() is first
    go_on.set()
    assert first.result(5) == "here"
    assert question.answer(5) == "here"
    assert len(asked) == 2


def test_what_is_raised_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        Question(lambda: 1 / 0).answer(5)
