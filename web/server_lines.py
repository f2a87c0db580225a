"""gunicorn's own words, in the form in which the rest of the log is written."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from storage.log_lines import JsonLines


class ServerLines(Logger):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn says of its processes, a JSON object a line."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401
        """Called by gunicorn once its handlers can be made."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
