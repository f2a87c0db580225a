"""How do processes of ours write down what happens: for a person, or a line of JSON for a program?

What is known of the work in hand (page, step, request) is kept for the task or the thread
that does it (https://docs.python.org/3/library/contextvars.html) and put into every line
that is written meanwhile, whoever writes it. Nothing of it outlives that work.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

from storage.errors import Plain

# Of these a program is told what went well too; a person at a terminal only what did not.
OURS = ("archive", "schemas", "storage", "web", "workers")

_known: ContextVar[Mapping[str, Plain] | None] = ContextVar("known", default=None)


@contextmanager
def about(**facts: Plain) -> Iterator[None]:
    """Every line that is written in this block carries these facts."""
    token = _known.set({**(_known.get() or {}), **facts})
    try:
        yield
    finally:
        _known.reset(token)


def begin_with(**facts: Plain) -> None:
    """From here on this thread's lines carry these facts and no others."""
    _known.set(facts)


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, event, logger, what is known, and the error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Plain] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            **(_known.get() or {}),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def install_logs(*, as_json: bool, stream: TextIO | None = None) -> None:
    """Let this process write its log to the error stream in the form that is wanted."""
    handler = logging.StreamHandler(stream or sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if as_json else plain)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(as_json)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO if as_json else logging.NOTSET)
