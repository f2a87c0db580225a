"""How do messages lie in a folder without being read before they are written?

kombu's own transport writes a message into the very file that a consumer may
already be reading; the consumer then finds half a message and its process ends.
Here a message gets the name that consumers look for when it is whole
(https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.filesystem.html).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """The filesystem's channel, with messages that appear whole."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        # Consumers take the names in order, so they begin with the time.
        name = f"{monotonic_ns():020}_{uuid4()}.{queue}"
        unfinished = Path(self.data_folder_out) / f"{name}.unfinished"
        try:
            unfinished.write_text(dumps(payload), encoding="utf-8")
            unfinished.rename(unfinished.with_name(f"{name}.msg"))
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise ChannelError(f"no message could be left in {unfinished.parent}") from error


class Transport(filesystem.Transport):
    """The filesystem's transport with that channel."""

    Channel = Channel
