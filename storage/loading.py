"""What a program loads at its start stays to its end: the search for garbage passes it over."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """For the block in which a program loads its modules.

    Half a million objects of modules never become garbage. Looked through again and again
    they take a tenth of the start; afterwards each full search for garbage holds up some
    request; and what a forked process looks through is no longer shared with its parent
    (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
