"""A question to an engine that may never answer: asked in a thread, waited for in bounded time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

from storage.errors import Transient

T = TypeVar("T")


class Question(Generic[T]):
    """Asked once at a time: whoever asks meanwhile waits for the same answer.

    So an engine that hangs holds one thread of ours and not one more for each look.
    """

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def begin(self) -> Future[T]:
        """Ask, unless somebody is asking; the answer to come."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # A daemon: a process that is to end does not wait for an engine.
                threading.Thread(target=self._run, args=(self._asked,), daemon=True).start()
            return self._asked

    def answer(self, seconds: float) -> T:
        """The answer, or whatever was raised instead.

        Raises:
            Transient: ``no-answer``, none came within so many `seconds`.
        """
        asked = self.begin()
        if not wait([asked], seconds).done:
            raise Transient("no-answer", seconds=seconds)
        return asked.result()

    def _run(self, asked: Future[T]) -> None:
        try:
            asked.set_result(self._ask())
        except BaseException as error:  # noqa: BLE001  (raised where it is waited for)
            asked.set_exception(error)
