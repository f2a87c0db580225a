"""What the pages around the desks show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The desks of one person, each with its name."""

    desks: Sequence[tuple[Any, str]]
