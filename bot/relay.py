"""One address for a server that may be changed: every connection goes to the one in service."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CHUNK = 65_536


class Relay:
    """Listens; while there is no ``target``, connections are closed at once."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._listener: asyncio.AbstractServer | None = None
        self.target: tuple[str, int] | None = None

    async def listen(self) -> None:
        self._listener = await asyncio.start_server(self._pass_on, self._host, self._port)

    async def close(self) -> None:
        if self._listener:
            self._listener.close()
            await self._listener.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            if self.target:
                there, answer = await asyncio.open_connection(*self.target)
                await asyncio.gather(_pump(reader, answer), _pump(there, writer))
        with suppress(OSError):
            writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Until the source ends; then the other side hears of the end, too."""
    with suppress(OSError):
        while chunk := await source.read(CHUNK):
            sink.write(chunk)
            await sink.drain()
    with suppress(OSError):
        sink.close()
