"""The line between a branch's browser and the portal: it counts what goes up, and it breaks."""

from __future__ import annotations

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 1 << 14  # bytes carried at a time


class Line:
    """A TCP line to the portal's port.

    `sent` counts the bytes that came from the browser. While the line is cut, connections
    are reset, those that stand and those that are tried.
    """

    def __init__(self, portal: int) -> None:
        self.portal = portal
        self.port = 0
        self.sent = 0
        self.is_cut = False
        self._limit: int | None = None
        self._ends: set[StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut_after(self, more: int) -> None:
        """Break in the middle of whatever is being sent when so many bytes more have passed."""
        self._limit = self.sent + more

    def mend(self) -> None:
        """Let connections through again."""
        self._limit, self.is_cut = None, False

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of the browser."""
        if self.is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.portal)
        self._ends |= {writer, far_writer}
        await asyncio.gather(self._up(reader, far_writer), self._down(far_reader, writer))
        self._ends -= {writer, far_writer}

    async def _up(self, near: StreamReader, far: StreamWriter) -> None:
        with suppress(OSError):
            while piece := await near.read(PIECE):
                self.sent += len(piece)
                if self._limit is not None and self.sent >= self._limit:
                    self._cut()
                    return
                far.write(piece)
                await far.drain()
        far.close()

    async def _down(self, far: StreamReader, near: StreamWriter) -> None:
        with suppress(OSError):
            while piece := await far.read(PIECE):
                near.write(piece)
                await near.drain()
        near.close()

    def _cut(self) -> None:
        self.is_cut = True
        for end in self._ends:
            end.transport.abort()


@contextmanager
def line_to(portal: int) -> Iterator[Line]:
    """A line that carries while the block runs."""
    line, loop = Line(portal), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(line.carry, "127.0.0.1", 0))
    line.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    carrying = asyncio.all_tasks() - {asyncio.current_task()}
    for each in carrying:
        each.cancel()
    await asyncio.gather(*carrying, return_exceptions=True)
