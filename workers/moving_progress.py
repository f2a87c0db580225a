"""How far a move is: its stages, in their order, and how much of each is done."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """What is being done, in this order."""

    ROWS = "rows"
    COMPARING_ROWS = "comparing-rows"
    FILES = "files"
    COMPARING_FILES = "comparing-files"
    INDEX = "index"


Told = Callable[[Stage, int, int], None]
"""How much of a stage is done, of how much."""


class Steps:
    """Counts what one stage has done; called with so many more."""

    def __init__(self, told: Told, stage: Stage, total: int, done: int = 0) -> None:
        self._told, self._stage, self._total, self._done = told, stage, total, done
        told(stage, done, total)

    def __call__(self, more: int) -> None:
        self._done += more
        self._told(self._stage, self._done, self._total)
