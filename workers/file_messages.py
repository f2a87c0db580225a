"""How do messages lie in a folder without being read before they are written?

kombu's own transport writes into the very file that others may already be reading. Who
finds half a message ends; and who is killed while it notes which queue hears an exchange
leaves an empty table, at which every process ends that starts from then on. Here every
file appears whole, and a table that is damaged all the same is made anew
(https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.filesystem.html).
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

Bound = filesystem.exchange_queue_t


class Channel(filesystem.Channel):
    """The filesystem's channel, with files that appear whole."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        # Consumers take the names in order, so they begin with the time.
        name = f"{monotonic_ns():020}_{uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def get_table(self, exchange: str) -> list[Any]:
        """Which queues hear this exchange; a damaged table is empty."""
        try:
            text = self._table(exchange).read_text(encoding="utf-8")
            return [Bound(*bound) for bound in loads(text)]
        except (FileNotFoundError, ValueError):
            return []

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        bound = Bound(routing_key or "", pattern or "", queue or "")
        file = self._table(exchange)
        with _alone(file.parent):
            table = self.get_table(exchange)
            if bound not in table:
                _write_whole(file, dumps([bound, *table]))

    def _table(self, exchange: str) -> Path:
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]


class Transport(filesystem.Transport):
    """The filesystem's transport with that channel."""

    Channel = Channel


def _write_whole(file: Path, text: str) -> None:
    unfinished = file.with_name(f"{file.name}.{uuid4()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(file)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise ChannelError(f"{file} could not be written") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else binds a queue meanwhile; the lock falls with the process that holds it."""
    try:
        folder.mkdir(exist_ok=True)
        sign = (folder / "lock").open("w")
    except OSError as error:
        raise ChannelError(f"{folder} cannot be written to") from error
    with sign:
        fcntl.flock(sign, fcntl.LOCK_EX)
        yield
