"""A line to a server that can be cut, made to hang, or made to spoil what passes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Spoil = Callable[[bytes], bytes]


class Line:
    """Listens at `port` and passes every byte on to another port, both ways."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._open: list[socket.socket] = []
        self._listening: socket.socket | None = None
        self.sending: Spoil = bytes
        self.answering: Spoil = bytes
        self.is_silent = False
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Accept connections (again, at the same port)."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """No connection from now on, and none of those that were open."""
        assert self._listening is not None
        for each in (self._listening, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._open += [caller, server]
            for passing in ((caller, server, "sending"), (server, caller, "answering")):
                threading.Thread(target=self._pass_on, args=passing, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if not self.is_silent:
                    spoil: Spoil = getattr(self, way)
                    target.sendall(spoil(piece))
            target.shutdown(socket.SHUT_WR)
