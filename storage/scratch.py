"""Temporary files, and the disk that they lie on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import Transient


@contextmanager
def scratch_space() -> Iterator[None]:
    """Where our own disk may turn out to be full.

    Raises:
        Transient: ``scratch-full``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Transient("scratch-full") from error
        raise
