"""Which inputs made this: one digest for everything that derived data depends on.

Same key, nothing to do; another engine, model, parameter or scan gives another
key, and doing the work anew is a normal operation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

Value = str | int | float | bool | None
Inputs = Mapping[str, "Value | Sequence[Value] | Mapping[str, Value]"]


def input_key(step: str, inputs: Inputs) -> str:
    """The sha-256 (hex) of a step's name and of all its inputs, in any order."""
    text = json.dumps([step, inputs], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def set_key(members: Sequence[str]) -> str:
    """A short name (16 hex digits) for a set; the empty set is ``-``."""
    if not members:
        return "-"
    return hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]
