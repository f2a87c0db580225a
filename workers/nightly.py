"""Is it time for tonight's copy? The supervisor asks; a process of its own makes it."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from storage.copies import CopyFolder
from storage.settings import Settings

log = logging.getLogger(__name__)

NIGHT = time(2)  # by the library's clock: nobody scans then
AGAIN = timedelta(hours=1)  # after a copy that could not be made
STOP_SECONDS = 10


def copy_is_due(last: datetime | None, now: datetime) -> bool:
    """Whether a copy is to be made `now`, a moment of the library's clock.

    A machine that is off at night makes it when it is switched on.
    """
    if last is None:
        return True
    return last.astimezone(now.tzinfo).date() < now.date() and now.time() >= NIGHT


class NightlyCopy:
    """Starts the copy when it is due, and again an hour after one that failed."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.tried_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Start a copy if it is time for one and none is being made."""
        if self.settings.copies is None or self._is_running():
            return
        if self.tried_at is not None and now - self.tried_at < AGAIN:
            return
        made = CopyFolder(self.settings.copies).complete()
        if copy_is_due(made[-1].made_at if made else None, now.astimezone(self.settings.zone)):
            self.tried_at = now
            command = [sys.executable, "-m", "workers.copying"]
            self.process = subprocess.Popen(command, env=dict(self.environment))  # noqa: S603

    def stop(self) -> None:
        """End a copy that is being made: the next one goes on with what is there."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _is_running(self) -> bool:
        if self.process is None:
            return False
        code = self.process.poll()
        if code is None:
            return True
        if code:
            log.warning("tonight's copy was not made (code %s); it is tried again", code)
        self.process = None
        return False
