"""The network between the desk and a mail server: it breaks at a chosen moment, in a chosen way.

A chunk is what one side says in one go. Chunks are counted over all connections, both ways.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from tests.servers.ports import HOST, free_port

CHUNK = 16_384  # bytes; a large mail is several


@dataclass
class Wire:
    """``with Wire(server_port) as wire``: connect to ``wire.port``.

    At the chunk number ``at`` it happens: "reset" breaks the connection off, "half" passes a half
    of the chunk on and then closes, "silence" lets nothing through any more and says nothing,
    and a callable is called before the chunk is passed on. It happens once.
    """

    server_port: int
    port: int = field(default_factory=free_port)
    chunks: int = 0
    at: int | None = None
    what: str | Callable[[], None] = "reset"
    has_happened: bool = False
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._listening = socket.create_server((HOST, self.port), reuse_port=False)
        self._listening.settimeout(0.05)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)
        self._listening.close()

    def arm(self, at: int | None, what: str | Callable[[], None]) -> None:
        """Count from nothing again; at ``at`` it happens."""
        self.chunks, self.at, self.what, self.has_happened = 0, at, what, False

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection((HOST, self.server_port), timeout=5)
        except OSError:
            _reset(client)
            return
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while not self._ended.is_set():
                for key, _ in selector.select(timeout=0.05):
                    if not self._pass_on(key.fileobj, key.data):  # type: ignore[arg-type]
                        _reset(client)
                        _reset(server)
                        return
        _reset(client)
        _reset(server)

    def _pass_on(self, said_by: socket.socket, to: socket.socket) -> bool:
        """Whether the connection goes on."""
        try:
            chunk = said_by.recv(CHUNK)
            if not chunk:
                return False
            self.chunks += 1
            if self.at is not None and self.chunks == self.at:
                self.has_happened = True
                return self._let_it_happen(chunk, to)
            to.sendall(chunk)
        except OSError:
            return False
        return True

    def _let_it_happen(self, chunk: bytes, to: socket.socket) -> bool:
        if callable(self.what):
            self.what()
            with suppress(OSError):
                to.sendall(chunk)
            return True
        if self.what == "half":
            to.sendall(chunk[: len(chunk) // 2])
            to.shutdown(socket.SHUT_WR)
            return False
        if self.what == "silence":
            self._ended.wait(20)
        return False


def _reset(one: socket.socket) -> None:
    """Break off without a goodbye (RST)."""
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
