"""What a program loads at its start stays to its end: the search for garbage passes it over."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """For the block in which a program loads its modules.

    The portal's modules are 200,000 objects that never become garbage. Looked through again
    and again they take a tenth of the start; afterwards each full search for garbage holds up
    some request by 70 ms; and what a forked process looks through is its parent's no longer
    (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
