"""Three families of failure: what may be retried, and what a person is told.

`Refused`: this input will never work; the reason tells a person what to do.
`Transient`: the world is not ready (no space, engine down); try later.
`Broken`: our bug, or a tool that is missing; a programmer or administrator acts.

A failure carries a `reason` (a key, such as ``truncated-image``) and plain
values; the sentence in Kazakh, Russian or English is chosen where a person
reads it, so that one row of the ledger can be read in any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Plain = str | int | float | None


class Failure(Exception):
    """Base of the three families; never raised itself."""

    family: ClassVar[str]

    def __init__(self, reason: str, **values: Plain) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values: Mapping[str, Plain] = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.reason} ({told})" if told else self.reason


class Refused(Failure):
    """This input will never work as it is."""

    family = "refused"


class Transient(Failure):
    """The same call may succeed later without anybody changing the input."""

    family = "transient"


class Broken(Failure):
    """A defect of ours or a missing tool; retrying is useless until it is mended."""

    family = "broken"
